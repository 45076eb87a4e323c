"""The widgets that the panels are built from: dumb views that know nothing of brevviz.

Each is one Python file and one ES module in `static/`; `base` says what they share.
"""

from __future__ import annotations

from brevviz.widgets.actions import Actions
from brevviz.widgets.base import hear_the_page
from brevviz.widgets.closing import close_whole
from brevviz.widgets.copy import Copy
from brevviz.widgets.escape import h, visible
from brevviz.widgets.folder_tree import FolderTree
from brevviz.widgets.form import Form
from brevviz.widgets.gallery import Gallery
from brevviz.widgets.image_grid import ImageGrid
from brevviz.widgets.image_view import ImageView
from brevviz.widgets.line import Line
from brevviz.widgets.live_chart import LiveChart
from brevviz.widgets.long_table import LongTable
from brevviz.widgets.palette import CLASSES, PURPOSES, class_colour
from brevviz.widgets.path_bench import PathBench
from brevviz.widgets.roi_editor import RoiEditor
from brevviz.widgets.save import Save
from brevviz.widgets.sheet import Sheet
from brevviz.widgets.status import Status
from brevviz.widgets.table import Table

__all__ = [
    "CLASSES",
    "PURPOSES",
    "Actions",
    "Copy",
    "FolderTree",
    "Form",
    "Gallery",
    "ImageGrid",
    "ImageView",
    "Line",
    "LiveChart",
    "LongTable",
    "PathBench",
    "RoiEditor",
    "Save",
    "Sheet",
    "Status",
    "Table",
    "class_colour",
    "close_whole",
    "h",
    "hear_the_page",
    "visible",
]
