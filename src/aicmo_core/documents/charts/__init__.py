"""Charts: values that say what is shown, and one function that draws them."""

from aicmo_core.documents.charts.chart import (
    Bar,
    BarChart,
    Chart,
    Milestone,
    Target,
    TargetChart,
    Timeline,
)
from aicmo_core.documents.charts.drawing import draw

__all__ = [
    "Bar",
    "BarChart",
    "Chart",
    "Milestone",
    "Target",
    "TargetChart",
    "Timeline",
    "draw",
]
