"""How the documentation is built: `sphinx-build -W docs OUT`."""

from importlib.metadata import version as installed

project = "aicmo_core"
author = "the aicmo_core maintainers"
copyright = "2026, the aicmo_core maintainers"
version = release = installed("aicmo_core")

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
]
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build", "examples/*/src", "examples/*/tests"]
html_theme = "furo"
html_title = "aicmo_core"

myst_heading_anchors = 3

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_preserve_defaults = True
autodoc_default_options = {"members": True, "show-inheritance": True}
napoleon_google_docstring = True
napoleon_use_ivar = True
