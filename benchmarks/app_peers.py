"""What the app's charts and pictures are measured against: the same changes by what Jupyter has.

`widgets.Image` for each of 24 tiles, and one chart two ways, the same spec with the same rows at the
same slider: our LiveChart, whose rows change, and `altair.JupyterChart`, which takes another chart.
"""

from __future__ import annotations

__all__ = ["CHARTS", "IMAGES"]

IMAGES = """
import io
import ipywidgets as W
import numpy as np
from PIL import Image
from IPython.display import display
grids = np.random.default_rng(0).integers(0, 255, (24, 128, 128, 3), dtype=np.uint8)
tiles = [W.Image(format="jpeg", width=90, height=90) for _ in range(24)]
slider = W.IntSlider(description="Rotate", max=1000)
def draw(change=None):
    for tile, pixels in zip(tiles, grids):
        file = io.BytesIO()
        Image.fromarray(np.roll(pixels, slider.value, 0)).save(file, "JPEG", quality=85)
        tile.value = file.getvalue()
slider.observe(draw, names="value")
draw()
display(W.VBox([slider, W.GridBox(tiles, layout=W.Layout(grid_template_columns="repeat(8, 100px)"))]))
"""

_CHART = """
import altair as alt
import ipywidgets as W
from IPython.display import display
slider = W.IntSlider(description="Ratio", max=1000)
def rows():
    return [dict(c=c, p=p, n=900 * (s + slider.value / 1000 * d)) for c in "abcdef" for p, s, d in (("train", 0.2, 1), ("devel", 1, -1))]
def chart(data):
    return alt.Chart(data).mark_bar().encode(x="n:Q", y="c:N", color="p:N").properties(width=500, height=140)
{way}
slider.observe(draw, names="value")
display(W.VBox([slider, shown]))
"""
_LIVE = """
from brevviz.widgets import LiveChart
shown = LiveChart(spec=chart(alt.NamedData("rows")).to_dict(), rows=rows())
def draw(change=None):
    shown.rows = rows()
"""
_OFFLINE = "alt.JupyterChart.enable_offline()  # it would load Vega from a CDN\n"
_ANEW = """
def spec():
    return chart(alt.Data(values=rows()))
shown = alt.JupyterChart(spec())
def draw(change=None):
    shown.chart = spec()
"""
CHARTS: dict[str, str] = {
    "LiveChart, 12 bars, slider": _CHART.format(way=_LIVE),
    "(peer) JupyterChart, another spec": _CHART.format(way=_OFFLINE + _ANEW),
}
"""Name → the notebook's code: the same twelve bars."""
