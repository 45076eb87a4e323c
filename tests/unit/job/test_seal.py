"""The test set is sealed: no picture of it before somebody says why, and a trail tells of it."""

import numpy as np
import pytest

import brevviz
from brevviz import demo
from brevviz.bucket.folder import FolderStore
from brevviz.cli import main
from brevviz.errors import EvidenceError, NoImages, RecipeError, Sealed
from brevviz.evidence import Trail
from brevviz.evidence.trail import UNSEALED
from brevviz.job import Job
from brevviz.job.seal import Seal


@pytest.fixture(scope="module", name="recipe")
def _recipe():
    return (
        brevviz.Recipe.start(demo.bucket())
        .with_value("split.uniqueness", r"/(\d+)_\d+\.bmp$")
        .with_value("split.per_folder", value=True)
        .with_value("split.ratio", 0.6)
        .with_value("split.test_ratio", 0.2)
        .with_value("sampling.batch_size", 4)
        .with_value("view.target_size", [16, 16])
    )


@pytest.fixture(name="reads")
def _reads(monkeypatch):
    """The keys of every object that is read."""
    reads = []
    get = FolderStore.get
    monkeypatch.setattr(
        FolderStore,
        "get",
        lambda self, key, *rest, **how: reads.append(key) or get(self, key, *rest),
    )
    return reads


def test_keys_counts_and_metadata_of_test_are_always_there(recipe):
    job = Job(recipe)
    samples = job.samples_of("test")
    assert len(samples) == (job.assigned["purpose"] == "test").sum() > 0
    assert job.table.query("purpose == 'test'")["images"].sum() == len(samples)
    assert len(job.frequencies("test"))
    assert job.sealed


@pytest.mark.parametrize("look", ["generator", "preview"])
def test_no_picture_of_test_is_read_before_it_is_unsealed(recipe, reads, look):
    job = Job(recipe)
    with pytest.raises(Sealed, match=r"is sealed: none of its .* Say why it is opened"):
        job.generator("test") if look == "generator" else job.preview(2, purpose="test")
    assert reads == []
    assert isinstance(Sealed("", ""), PermissionError)


def test_an_unsealed_set_is_drawn_and_the_trail_says_when_why_and_how_often(recipe, tmp_path):
    job = Job(recipe)
    assert job.unseal("model 7 is chosen", trail=tmp_path, who="Åsa") == 1
    batch = next(iter(job.generator("test")))
    assert np.asarray(batch["img"]).shape[0] == 4
    assert len(job.preview(2, purpose="test").original) == 2
    # Another process, or another day: sealed again, and counted on.
    assert Job(recipe).unseal("and once more", trail=tmp_path) == 2
    entries, findings = Trail(tmp_path).entries()
    assert findings == []
    assert [(e.what, e.reason, e.who, e.count) for e in entries] == [
        (UNSEALED, "model 7 is chosen", "Åsa", 1),
        (UNSEALED, "and once more", None, 2),
    ]
    assert entries[0].new["recipe"] == recipe.digest()
    assert entries[0].new["images"] == len(job.samples_of("test"))


def test_augmentation_leaves_test_alone_unless_told_with_a_reason(recipe, tmp_path):
    def pictures(recipe):
        job = Job(recipe)
        job.unseal("look", trail=tmp_path)
        return np.asarray(next(iter(job.generator("test")))["img"])

    plain = pictures(recipe.with_value("augmentation.enabled", value=False))
    assert (pictures(recipe) == plain).all()
    with pytest.raises(RecipeError, match="say why images of test are changed"):
        recipe.with_value("augmentation.purposes", ["train", "test"])
    section = recipe.augmentation.model_dump(mode="json")
    told = {"purposes": ["train", "test"], "reason": "figures under a tilted camera"}
    assert (pictures(recipe.with_value("augmentation", section | told)) != plain).any()


def test_another_splits_test_set_is_sealed_again_and_the_first_stays_open(recipe, tmp_path):
    job = Job(recipe)
    job.unseal("look", trail=tmp_path)
    other = job.with_recipe(recipe.with_value("seed", 7))
    assert (job.hides("test"), other.hides("test")) == (False, True)
    with pytest.raises(Sealed):
        other.generator("test")
    # What does not move a sample seals nothing.
    assert not job.with_recipe(recipe.with_value("view.target_size", [8, 8])).sealed
    assert not other.with_recipe(recipe).sealed


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_without_a_reason_it_stays_sealed(recipe, tmp_path, reason):
    job = Job(recipe)
    with pytest.raises(EvidenceError, match="reason: is empty"):
        job.unseal(reason, trail=tmp_path)
    assert job.sealed
    assert not Trail(tmp_path).path.exists()


def test_without_a_trail_or_when_it_cannot_be_written_it_stays_sealed(
    recipe, tmp_path, monkeypatch
):
    monkeypatch.delenv("BREVVIZ_TRAIL", raising=False)
    job = Job(recipe)
    with pytest.raises(EvidenceError, match="trail: is not named"):
        job.unseal("look")
    (tmp_path / "trail.jsonl").mkdir()
    with pytest.raises(EvidenceError, match="could not be written"):
        job.unseal("look", trail=tmp_path)
    assert job.sealed


def test_the_environment_may_name_trail_and_person(recipe, tmp_path, monkeypatch):
    monkeypatch.setenv("BREVVIZ_TRAIL", str(tmp_path))
    monkeypatch.setenv("BREVVIZ_WHO", "QA")
    assert Job(recipe).unseal("look") == 1
    assert Trail(tmp_path).entries()[0][0].who == "QA"


def test_a_set_without_test_has_nothing_to_unseal(recipe, tmp_path):
    job = Job(recipe.with_value("split.test_ratio", 0.0))
    with pytest.raises(NoImages):
        job.unseal("look", trail=tmp_path)
    assert not any(job.hides(purpose) for purpose in ("train", "devel", "not assigned"))


@pytest.mark.parametrize(
    ("purpose", "hidden"),
    [("train", False), ("devel", False), ("test", True), ("not assigned", True)],
)
def test_what_may_become_test_is_hidden_too(recipe, purpose, hidden):
    assert Job(recipe).hides(purpose) == hidden


def test_a_locked_test_sample_is_hidden_though_the_ratio_makes_none():
    assert Seal().hides("test", "key", tested=False)


def test_generators_leave_a_sealed_set_out(recipe, tmp_path):
    assert brevviz.generators(recipe).keys() == {"train", "devel"}
    made = brevviz.generators(recipe, unseal="final figures", trail=tmp_path)
    assert made.keys() == {"train", "devel", "test"}
    assert [entry.reason for entry in Trail(tmp_path).entries()[0]] == ["final figures"]


def test_leaks_read_no_sealed_picture_and_say_so(recipe, reads, tmp_path, capsys):
    recipe = recipe.with_value("split.ratio", 0.8)  # no pair of train and devel
    job = Job(recipe)
    root = f"{demo.bucket()}/"
    sealed = {path.removeprefix(root) for path in job.samples_of("test")["path"]}
    found = job.leaks(pictures=True)
    assert found.sealed == len(sealed)
    assert len(set(reads)) == len(job.samples) - len(sealed)
    assert not sealed & set(reads)
    path = recipe.save(tmp_path / "recipe.yaml")
    assert main(["check", str(path)]) == 2
    assert f"the pictures of {len(sealed)} test samples are sealed" in capsys.readouterr().out
    assert main(["check", "--quick", str(path)]) == 0
    words = ["check", str(path), "--unseal", "leaks", "--trail", str(tmp_path)]
    assert main(words) in {0, 1}
    assert "sealed" not in capsys.readouterr().out
    assert Trail(tmp_path).entries()[0][0].reason == "leaks"


def test_shards_of_test_are_written_for_a_reason_only(recipe, tmp_path, capsys):
    path = recipe.save(tmp_path / "recipe.yaml")
    words = ["shards", str(path), "--out", str(tmp_path / "out"), "--purpose", "test"]
    assert main(words) == 2
    assert "purpose test: is sealed" in capsys.readouterr().err
    assert not list((tmp_path / "out").glob("*.tar"))
    assert main([*words, "--unseal", "hand over", "--trail", str(tmp_path)]) == 0
    assert list((tmp_path / "out").glob("test-*.tar"))
    assert [entry.reason for entry in Trail(tmp_path).entries()[0]] == ["hand over"]
