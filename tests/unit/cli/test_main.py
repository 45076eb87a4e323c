"""What a person at a terminal gets: one sentence, an exit code, and no traceback."""

import io
import json
import os
import subprocess
import sys

import jsonschema
import pytest

from brevviz import __version__
from brevviz.cli import main
from brevviz.cli import version as version_command
from brevviz.cli.progress import Progress
from brevviz.errors import Cancelled, RecipeError
from brevviz.recipe import Recipe
from brevviz.recipe.json_schema import json_schema

COMMANDS = (
    "explore demo run verify lock extend diff unseal sign exchange index shards schema doctor docs version".split()  # noqa: SIM905  # read as typed
)


@pytest.fixture(name="command")
def _command(monkeypatch):
    """Make `brevviz version` do something else."""

    def command(action):
        monkeypatch.setattr(version_command, "run", action)
        return main(["version"])

    return command


def raising(error):
    def run(args):
        raise error

    return run


def test_without_a_command_the_help_says_commands_and_exit_codes(capsys):
    assert main([]) == 0
    text = capsys.readouterr().out
    for word in (*COMMANDS, "130  stopped by Ctrl-C"):
        assert word in text


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_help(command, capsys):
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    assert ended.value.code == 0
    assert f"brevviz {command}" in capsys.readouterr().out


@pytest.mark.parametrize(
    "words", [["zzz"], ["run"], ["run", "r.yaml"], ["demo", "--port", "70000"]]
)
def test_a_wrong_command_line_is_2(words, capsys):
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2
    assert "brevviz" in capsys.readouterr().err


def test_version_names_what_a_result_can_depend_on(capsys):
    assert main(["version"]) == 0
    lines = dict(line.split(" ", 1) for line in capsys.readouterr().out.splitlines())
    assert lines["brevviz"] == __version__
    assert {"python", "machine", "numpy", "pyarrow", "pillow", "tensorflow"} <= lines.keys()
    with pytest.raises(SystemExit):
        main(["--version"])
    assert capsys.readouterr().out == f"brevviz {__version__}\n"


def test_an_error_of_ours_is_one_sentence_and_2(command, capsys):
    assert command(raising(RecipeError("split.ratio", "2 is outside 0..1"))) == 2
    assert capsys.readouterr() == ("", "brevviz: split.ratio: 2 is outside 0..1\n")


def test_an_unexpected_error_is_one_sentence_too(command, capsys):
    assert command(raising(ZeroDivisionError("division by zero"))) == 2
    expected = "brevviz: unexpected ZeroDivisionError: division by zero. --debug shows where\n"
    assert capsys.readouterr().err == expected


def test_debug_shows_where(monkeypatch, capsys):
    monkeypatch.setattr(version_command, "run", raising(RecipeError("seed", "is missing")))
    assert main(["version", "--debug"]) == 2
    text = capsys.readouterr().err
    assert "Traceback" in text
    assert text.endswith("brevviz: seed: is missing\n")


@pytest.mark.parametrize("error", [KeyboardInterrupt(), Cancelled("", "the user stopped it")])
def test_stopping_is_130(command, capsys, error):
    assert command(raising(error)) == 130
    assert capsys.readouterr().err == "brevviz: stopped\n"


def test_text_from_elsewhere_does_not_steer_the_terminal(command, capsys):
    assert command(raising(RecipeError("seed", "\x1b[2J\u202egpj.exe\n is not text"))) == 2
    assert capsys.readouterr().err == "brevviz: seed: \\x1b[2J\\u202egpj.exe\\n is not text\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["run", "none.yaml", "--out", "out"], "'none.yaml' cannot be read: No such file"),
        (["run", "none.ipynb", "--out", "out"], "none.ipynb: cannot be read: No such file"),
        (["run", "bad.yaml", "--out", "out"], "split.ratio: 1.2 is outside 0..1"),
        (["run", "recipe.txt", "--out", "out"], "does not end in .yaml, .yml or .json"),
        (["verify", "none"], "manifest.json: cannot be read: No such file"),
        (["explore", "none.ipynb"], "none.ipynb: is not a notebook that is there"),
        (["demo", "--folder", "."], "1 other files are in this folder, the first is bad.yaml"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence(tmp_path, monkeypatch, capsys, words, said):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bad.yaml").write_text("source: {uri: x}\nsplit: {ratio: 1.2}\n")
    assert main(words) == 2
    out, err = capsys.readouterr()
    assert said in err
    assert err.count("\n") == 1
    assert out == ""
    assert [path.name for path in tmp_path.iterdir()] == ["bad.yaml"]


def test_an_endpoint_that_only_a_recipe_names_can_be_agreed_to(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("BREVVIZ_LINE_ACCESS_KEY", "key")
    monkeypatch.setenv("BREVVIZ_LINE_SECRET_KEY", "hunter2")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    recipe = Recipe.start("s3://bucket", endpoint="https://s3.example.invalid", profile="line")
    path = recipe.save(tmp_path / "r.yaml")
    assert main(["run", str(path), "--out", str(tmp_path / "out")]) == 2
    text = capsys.readouterr().err
    assert "https://s3.example.invalid" in text
    assert text.endswith("Or agree for this once: --endpoint-trusted URL\n")
    assert "hunter2" not in text


def test_a_reader_that_goes_away_makes_no_noise():
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb") as closed:
        done = subprocess.run(
            [sys.executable, "-m", "brevviz", "version"],
            stdout=closed,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.stderr == ""
    assert done.returncode == 2


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_progress_in_a_terminal_is_one_line_that_is_wiped():
    stream = Terminal()
    with Progress(stream) as report:
        report("files read", 0)
        report("files read", 7, 7)
        report("ranks", 0)
    assert stream.getvalue() == (
        "\r\x1b[Kfiles read ...\r\x1b[Kfiles read: 7 of 7\r\x1b[Kranks ...\r\x1b[K"
    )


def test_progress_elsewhere_is_a_line_for_each_kind_of_work_and_not_for_each_piece():
    stream = io.StringIO()
    with Progress(stream) as report:
        for number in range(10_000):
            report("files read", number)
        report("files read", 10_000, 10_000)
    assert stream.getvalue().splitlines()[0] == "files read ..."
    assert stream.getvalue().splitlines()[-1] == "files read: 10,000 of 10,000"
    assert len(stream.getvalue().splitlines()) < 100


def test_the_schema_lets_editors_check_recipes(capsys):
    assert main(["schema"]) == 0
    text = capsys.readouterr().out
    assert text == json_schema(), "write it anew: python -m brevviz.recipe.json_schema"
    schema = json.loads(text)
    assert schema["properties"].keys() == Recipe.start("x").data().keys()
    ratio = schema["$defs"]["Split"]["properties"]["ratio"]
    assert (ratio["minimum"], ratio["maximum"], ratio["default"]) == (0, 1, 0.8)
    assert ratio["description"] == "Share of the images that train, in every stratum."
    data = Recipe.start("x").data()
    jsonschema.validate(data, schema)
    with pytest.raises(jsonschema.ValidationError, match=r"1\.2 is greater than the maximum of 1"):
        jsonschema.validate(data | {"split": data["split"] | {"ratio": 1.2}}, schema)
