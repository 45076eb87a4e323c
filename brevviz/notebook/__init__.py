"""A recipe as a notebook that proves itself, and back; no Jupyter is needed for either.

`export` writes constant code and one cell of literals; `load` reads the literals and runs nothing.
"""

from brevviz.notebook.exporting import export, to_text
from brevviz.notebook.parts import Expected
from brevviz.notebook.proof import compare, origin
from brevviz.notebook.reading import Exported, load, read
from brevviz.notebook.script import to_script

__all__ = [
    "Expected",
    "Exported",
    "compare",
    "export",
    "load",
    "origin",
    "read",
    "to_script",
    "to_text",
]
