"""The front door: what it names is there, documented and cheap; imports go down only."""

import ast
import inspect
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import brevviz

ROOT = Path(brevviz.__file__).parent
MODULES = sorted(ROOT.rglob("*.py"))

JUPYTER = {"ipywidgets", "IPython", "altair", "anywidget", "jupyterlab", "ipykernel"}
HEAVY = {"tensorflow", "keras", "tensorflow_datasets"}


def loaded_by(code):
    """The top-level packages that a fresh process holds after running the code."""
    report = "\nimport sys; print(*{name.partition('.')[0] for name in sys.modules})"
    done = subprocess.run(
        [sys.executable, "-c", code + report], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.splitlines()[-1].split())


def test_the_names_are_sorted_importable_and_documented():
    assert brevviz.__all__ == sorted(brevviz.__all__)
    for name in brevviz.__all__:
        value = getattr(brevviz, name)
        assert value.__name__ == name
        assert inspect.getdoc(value), name
        assert name in dir(brevviz)


@pytest.mark.parametrize("room", ["bucket", "demo", "errors", "notebook", "recipe"])
def test_the_rooms_are_reached_through_the_door(room):
    assert getattr(brevviz, room) is import_module(f"brevviz.{room}")
    assert room in dir(brevviz)


def test_another_name_is_refused_as_any_module_refuses_it():
    with pytest.raises(AttributeError, match="module 'brevviz' has no attribute 'Datset'"):
        brevviz.Datset  # noqa: B018  # the access is what is tested


def test_importing_the_door_loads_nothing_heavy():
    loaded = loaded_by("import brevviz")
    assert not loaded & (JUPYTER | HEAVY | {"pandas", "numpy", "pyarrow", "pydantic", "PIL"})


CORE = ["errors", "recipe", "bucket", "dataset", "split", "sampling", "job", "evidence", "notebook"]


@pytest.mark.parametrize("room", [*CORE, "images", "generator", "cli", "session", "work", "demo"])
def test_the_core_runs_without_jupyter(room):
    assert not loaded_by(f"import brevviz.{room}") & JUPYTER


def test_listing_splitting_and_sampling_load_no_tensorflow(vials):
    code = f"""
import brevviz
job = brevviz.Job(brevviz.Recipe.start({str(vials)!r}))
assert len(job.samples) == 180
assert set(job.assigned["purpose"]) == {{"train", "devel"}}
assert len(job.table) > 0
assert job.frequencies()["drawn"].sum() == len(job.samples_of("train"))
"""
    assert not loaded_by(code) & (HEAVY | JUPYTER)


@pytest.fixture(name="vials", scope="module")
def _vials(tmp_path_factory):
    return brevviz.demo.bucket(tmp_path_factory.mktemp("vials") / "vials")


def test_imports_go_down_only():
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Imports go down only KEPT" in done.stdout


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_says_what_it_is_and_what_it_hands_on(path):
    tree = ast.parse(path.read_text("utf-8"))
    assert ast.get_docstring(tree), "a module begins with what it is for"
    listed = [node for node in tree.body if _assigns(node, "__all__")]
    if path.name == "__main__.py" or len(tree.body) == 1:
        return  # nothing is handed on
    assert len(listed) == 1, "a module has one __all__"
    names = ast.literal_eval(listed[0].value)
    assert names == sorted(names, key=_as_linters_sort)
    defined = {node.name: node for node in tree.body if isinstance(node, DEFINITIONS)}
    for name in names:
        if name in defined:
            assert ast.get_docstring(defined[name]), f"{name} has no docstring"


def _as_linters_sort(name):
    """CONSTANTS, then Classes, then functions."""
    return (0 if name.isupper() else 1 if name[0].isupper() else 2, name)


DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def _assigns(node, name):
    targets = {ast.Assign: lambda: node.targets, ast.AnnAssign: lambda: [node.target]}
    return any(
        isinstance(target, ast.Name) and target.id == name
        for target in targets.get(type(node), list)()
    )
