"""The report that a job writes beside its manifest."""

import json

import pytest

from brevviz import demo
from brevviz.errors import EvidenceError
from brevviz.evidence import write_manifest
from brevviz.job import Job
from brevviz.job.reporting import write_report
from brevviz.recipe import Recipe


@pytest.fixture(scope="module")
def job():
    recipe = Recipe.start(demo.bucket()).with_value("view.target_size", [32, 32])
    return Job(recipe.with_value("sampling.batch_size", 4))


def test_a_report_needs_the_jobs_own_manifest(job, tmp_path):
    with pytest.raises(EvidenceError, match="cannot be read"):
        write_report(job, tmp_path)
    write_manifest(job, tmp_path)
    other = job.with_recipe(job.recipe.with_value("split.ratio", 0.5))
    with pytest.raises(EvidenceError, match="holds the manifest of another recipe"):
        write_report(other, tmp_path)
    assert not (tmp_path / "report.html").exists()
    path = write_report(job, tmp_path)
    assert path == tmp_path / "report.html"
    data = json.loads((tmp_path / "report.json").read_text("ascii"))
    assert data["digests"]["recipe"] == job.recipe.digest()
    assert len(data["pictures"]) == 8
    assert path.read_text("utf-8").count("data:image/png;base64,") == 1


def test_grey_pictures_are_reported_too(job, tmp_path):
    grey = job.with_recipe(job.recipe.with_value("view.color_mode", "greyscale"))
    write_manifest(grey, tmp_path)
    assert "the same bytes" in write_report(grey, tmp_path).read_text("utf-8")
