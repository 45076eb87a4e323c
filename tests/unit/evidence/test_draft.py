"""The manifest that a job would have is the one that it writes."""

from brevviz.evidence import diff, draft, verify
from brevviz.job import Job


def test_a_draft_is_what_would_be_written(case):
    case.write()
    drafted = draft(Job(case.recipe))
    assert drafted.rows.equals(case.manifest.rows)
    assert drafted.header.counts == case.manifest.header.counts
    assert drafted.header.rows_sha256 == case.manifest.header.rows_sha256
    assert not diff(case.manifest, drafted)
    assert verify(case.folder).findings == []


def test_a_draft_tells_what_a_change_of_the_recipe_would_do(case):
    case.write()
    old = case.manifest
    case.recipe = case.recipe.with_value("split.ratio", 0.5)
    difference = diff(old, draft(Job(case.recipe)))
    assert difference.recipe == ("split.ratio: 0.8 -> 0.5",)
    assert [(before, after) for before, after, _ in difference.moved] == [("train", "devel")]
    assert case.manifest.rows.equals(old.rows)  # nothing was written
