"""The benchmark of the app runs in a real browser, and so do those it is measured against."""

import pytest
from bench_smoke import parts_of


@pytest.mark.long
def test_a_chart_of_the_app_and_its_peer_are_measured(chromium, tmp_path):
    parts, page = parts_of(tmp_path, "app")
    painted = {(row.what, row.peer): row for row in parts["app"].rows if row.unit == "ms"}
    chart = painted["LiveChart, 12 bars, slider: key to paint", "JupyterChart, another spec"]
    assert chart.ours > 0
    assert chart.theirs > 0
    assert "| App | LiveChart, 12 bars, slider: key to paint | ms |" in page
