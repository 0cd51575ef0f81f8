"""How the DOCX looks: styles, so that whoever edits it changes one place and not each word."""

from __future__ import annotations

from typing import Any

from docx.document import Document as File
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Pt, RGBColor

TABLE, TABLE_TEXT, DENSE_TEXT = "Report Table", "Table Text", "Table Text Small"
_COLOURS = {
    "Title": "12343B",
    "Subtitle": "0B6B6F",
    "Heading 1": "12343B",
    "Heading 2": "0B6B6F",
    "Heading 3": "12343B",
    "TOC Heading": "12343B",
    "Caption": "5A6375",
    "Intense Quote": "0B6B6F",
}
_SIZES = {"Normal": 10.5, TABLE_TEXT: 9, DENSE_TEXT: 8, "Caption": 9}
_RULE = "0B6B6F"
_LINES = f"""
<w:tblPr {nsdecls("w")}>
  <w:tblStyleRowBandSize w:val="1"/>
  <w:tblBorders>
    <w:bottom w:val="single" w:sz="4" w:color="DFE3EA"/>
    <w:insideH w:val="single" w:sz="4" w:color="DFE3EA"/>
  </w:tblBorders>
  <w:tblCellMar>
    <w:top w:w="50" w:type="dxa"/><w:left w:w="80" w:type="dxa"/>
    <w:bottom w:w="50" w:type="dxa"/><w:right w:w="80" w:type="dxa"/>
  </w:tblCellMar>
</w:tblPr>"""
_HEAD = f"""
<w:tblStylePr {nsdecls("w")} w:type="firstRow">
  <w:rPr><w:b/><w:color w:val="5A6375"/></w:rPr>
  <w:tcPr><w:tcBorders><w:bottom w:val="single" w:sz="8" w:color="1C2230"/></w:tcBorders></w:tcPr>
</w:tblStylePr>"""
_BAND = f"""
<w:tblStylePr {nsdecls("w")} w:type="band2Horz">
  <w:tcPr><w:shd w:val="clear" w:color="auto" w:fill="F5F7FA"/></w:tcPr>
</w:tblStylePr>"""


def set_styles(file: File, language: str) -> None:
    """
    Give *file* the looks of a report.

    Args:
        language: Of what is written in it, for whoever checks its spelling or reads it aloud.
    """
    for name in (TABLE_TEXT, DENSE_TEXT):
        style: Any = file.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = file.styles["Normal"]
        style.paragraph_format.space_after = Pt(0)
        style.paragraph_format.line_spacing = 1.0
    for name, size in _SIZES.items():
        file.styles[name].font.size = Pt(size)
    for name, colour in _COLOURS.items():
        file.styles[name].font.color.rgb = RGBColor.from_string(colour)
    file.styles["Caption"].font.bold = False
    _rule_below(file.styles["Heading 1"])
    for name in ("Heading 1", "Heading 2"):
        file.styles[name].paragraph_format.space_after = Pt(6)
    _set_table_style(file)
    for told in file.styles.element.iter(qn("w:lang")):
        told.set(qn("w:val"), language)


def _set_table_style(file: File) -> None:
    style: Any = file.styles.add_style(TABLE, WD_STYLE_TYPE.TABLE)
    style.base_style = file.styles["Normal Table"]
    for part in (_LINES, _HEAD, _BAND):
        style.element.append(parse_xml(part))


def _rule_below(style: Any) -> None:
    line = f'<w:bottom w:val="single" w:sz="12" w:space="3" w:color="{_RULE}"/>'
    borders = parse_xml(f"<w:pBdr {nsdecls('w')}>{line}</w:pBdr>")
    settings = style.element.get_or_add_pPr()
    settings.insert_element_before(
        borders, *("w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:outlineLvl", "w:rPr")
    )


def element(name: str, **attributes: str) -> Any:
    """Return a new element of WordprocessingML."""
    made = OxmlElement(name)
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), value)
    return made
