"""Leaks: copies that a split by names puts on both sides are found, and named by how sure it is."""

import shutil
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

import brevviz
from brevviz import demo
from brevviz.cli import main
from brevviz.job import Job
from brevviz.split import difference

EVERY_FILE = r"/([^/]+)$"


@pytest.fixture
def recipe(tmp_path):
    """Twelve vials and a copy of each: bytes, pixels or a re-encoding; every file is its own item."""
    folder = tmp_path / "set" / "a"
    folder.mkdir(parents=True)
    originals = sorted((Path(demo.bucket()) / "good").glob("*.bmp"))[::12]
    for number, path in enumerate(originals):
        shutil.copy(path, folder / f"{number:02}.bmp")
        picture = Image.open(path).convert("RGB")
        if number % 3 == 0:
            shutil.copy(path, folder / f"x{number:02}.bmp")
        elif number % 3 == 1:
            picture.save(folder / f"x{number:02}.png")
        else:
            picture.save(folder / f"x{number:02}.jpg", quality=80)
    recipe = brevviz.Recipe.start(str(folder.parent)).with_value("split.ratio", 0.5)
    return recipe.with_value("split.uniqueness", EVERY_FILE)


def expected(job):
    """Level → the copies that stand on another side than what they copy."""
    purpose = {Path(p).stem: side for p, side in job.assigned[["path", "purpose"]].to_numpy()}
    apart = [
        n for n in range(100) if f"x{n:02}" in purpose and purpose[f"x{n:02}"] != purpose[f"{n:02}"]
    ]
    levels = ("same bytes", "same pixels", "near-identical")
    return {level: {n for n in apart if n % 3 == k} for k, level in enumerate(levels)}


def test_every_copy_on_the_other_side_is_found_at_its_level(recipe):
    job = Job(recipe)
    found = job.leaks(pictures=True)
    assert found.unread == ()
    assert found.leaks.checked == ("same item", "same bytes", "same pixels", "near-identical")
    pairs = found.leaks.pairs
    for level, numbers in expected(job).items():
        rows = pairs[pairs["level"] == level]
        named = {int(Path(path).stem.lstrip("x")) for path in rows["path_left"]}
        assert numbers, "the split puts no such copy on the other side; another seed is needed"
        assert numbers <= named, level
    assert job.leaks().leaks.counts() == {
        "same item": 0,
        "same bytes": len(expected(job)["same bytes"]),
    }


def test_the_gate_fails_on_a_leak_and_passes_once_copies_are_one_item(recipe, tmp_path, capsys):
    recipe.save(tmp_path / "recipe.yaml")
    assert main(["check", str(tmp_path / "recipe.yaml")]) == 1
    said = capsys.readouterr().out
    assert "same pixels" in said
    assert said.endswith("Leaks found. --repair NEW.yaml writes a recipe without them.\n")
    by_number = recipe.with_value("split.uniqueness", r"/x?(\d+)\.\w+$")
    by_number.save(tmp_path / "mended.yaml")
    job = Job(by_number)
    assert main(["check", "--quick", str(tmp_path / "mended.yaml")]) == 0
    assert capsys.readouterr().out.endswith("No leak found.\n")
    assert job.leaks().leaks.clean


def test_check_repair_writes_a_recipe_that_passes(recipe, tmp_path, capsys):
    recipe.save(tmp_path / "recipe.yaml")
    before = Job(recipe)
    mended = tmp_path / "mended.yaml"
    # What was asked for leaks; what was written does not.
    assert main(["check", str(tmp_path / "recipe.yaml"), "--repair", str(mended)]) == 1
    said = capsys.readouterr().out
    after = Job(brevviz.Recipe.load(mended))
    tied = after.recipe.split.tied
    copies = {n for numbers in expected(before).values() for n in numbers}
    groups = [{int(Path(key).stem.lstrip("x")) for key in group} for group in tied]
    assert all(any(n in group for group in groups) for n in copies)
    assert after.recipe == recipe.with_value("split.tied", tied)
    assert f"{len(tied)} groups in split.tied" in said
    for group in tied:
        assert f"- [{', '.join(group)}]" in said
    moved = difference(before.assigned, after.assigned)
    assert len(moved) > 0
    for row in moved.itertuples():
        assert f"{row.path}: {row.before} -> {row.after}" in said
    assert main(["check", str(mended)]) == 0
    assert capsys.readouterr().out.endswith("No leak found.\n")


def test_check_repair_writes_nothing_where_nothing_leaks(recipe, tmp_path, capsys):
    recipe.with_value("split.ratio", 1.0).save(tmp_path / "recipe.yaml")
    mended = tmp_path / "mended.yaml"
    assert main(["check", str(tmp_path / "recipe.yaml"), "--repair", str(mended)]) == 0
    assert not mended.exists()
    assert capsys.readouterr().out.endswith("No leak found.\n")


def test_check_repair_refuses_a_name_it_cannot_write_before_it_reads(recipe, tmp_path, capsys):
    recipe.save(tmp_path / "recipe.yaml")
    assert main(["check", str(tmp_path / "recipe.yaml"), "--repair", "new.txt"]) == 2
    assert "'new.txt' does not end in .yaml, .yml or .json" in capsys.readouterr().err


def test_pairs_name_rows_of_the_job_where_some_files_cannot_be_read(recipe, tmp_path):
    (tmp_path / "set" / "a" / "00a.png").write_bytes(b"\x89PNG\r\n\x1a\n and no more")
    job = Job(recipe)
    found = job.leaks(pictures=True)
    assert len(found.unread) == 1
    paths, pairs = job.assigned["path"].to_numpy(), found.leaks.pairs
    assert len(pairs) > 0
    assert (paths[pairs["left"]] == pairs["path_left"].to_numpy()).all()
    assert (paths[pairs["right"]] == pairs["path_right"].to_numpy()).all()


def test_copies_of_what_cannot_be_read_are_the_same_bytes_all_the_same(recipe, tmp_path):
    for number in range(30):
        name = f"broken{number:02}.png"
        (tmp_path / "set" / "a" / name).write_bytes(b"\x89PNG\r\n\x1a\n and no more")
    found = Job(recipe).leaks(pictures=True)
    assert len(found.unread) == 30
    broken = found.leaks.pairs["path_left"].str.contains("broken")
    assert set(found.leaks.pairs["level"][broken]) == {"same bytes"}


def test_a_file_that_cannot_be_compared_is_named_and_is_no_pass(recipe, tmp_path, capsys):
    (tmp_path / "set" / "a" / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n and no more")
    mended = recipe.with_value("split.ratio", 1.0)
    mended.save(tmp_path / "recipe.yaml")
    assert main(["check", str(tmp_path / "recipe.yaml")]) == 2
    said = capsys.readouterr().out
    assert "NOT CHECKED" in said
    assert "broken.png" in said


def test_what_is_compared_does_not_depend_on_the_file_format():
    from brevviz.images import likeness  # noqa: PLC0415
    from brevviz.recipe import View  # noqa: PLC0415

    path = next((Path(demo.bucket()) / "good").glob("*.bmp"))
    buffer = BytesIO()
    Image.open(path).save(buffer, "PNG")
    bmp, png = (likeness(data, View()) for data in (path.read_bytes(), buffer.getvalue()))
    assert bmp.pixels == png.pixels
    assert (bmp.grey == png.grey).all()
    assert bmp.grey.shape == (32, 32)
    assert not bmp.small
