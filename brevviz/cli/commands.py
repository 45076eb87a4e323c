"""The parser, and what an error becomes: one sentence and an exit code."""

from __future__ import annotations

import argparse
import os
import sys
import traceback
from collections.abc import Sequence
from importlib.metadata import version as version_of

from brevviz.cli import (
    check,
    demo,
    diff,
    docs,
    doctor,
    exchange,
    explore,
    extend,
    index,
    lock,
    replay,
    run,
    schema,
    shards,
    sign,
    unseal,
    verify,
    version,
)
from brevviz.errors import BrevvizError, Cancelled, UntrustedEndpoint
from brevviz.words import printable

__all__ = ["CANCELLED", "CANNOT", "DONE", "FINDING", "main"]

_COMMANDS = (
    explore,
    demo,
    run,
    check,
    verify,
    replay,
    lock,
    extend,
    diff,
    unseal,
    sign,
    exchange,
    index,
    shards,
    schema,
    doctor,
    docs,
    version,
)

DONE, FINDING, CANNOT, CANCELLED = 0, 1, 2, 130

_EPILOG = """\
exit codes:
  0    done, and all that was checked holds
  1    a finding: a job does not repeat, or a manifest does not hold
  2    it cannot be done or checked: a bad recipe, source, file or command
  130  stopped by Ctrl-C
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code."""
    parser = _parser()
    args = parser.parse_args(arguments)
    if "run" not in args:
        parser.print_help()
        return DONE
    try:
        code: int = args.run(args)
        sys.stdout.flush()
    except (KeyboardInterrupt, Cancelled):
        return _failed(args, "stopped", CANCELLED)
    except UntrustedEndpoint as error:
        return _failed(args, f"{error}. Or agree for this once: --endpoint-trusted URL", CANNOT)
    except BrevvizError as error:
        return _failed(args, str(error), CANNOT)
    except BrokenPipeError:
        # Whoever read our output has closed it, as `head` does; nothing more can be said there.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return CANNOT
    except Exception as error:  # noqa: BLE001  # a person at a terminal gets a sentence, not a traceback
        what = f"unexpected {type(error).__name__}: {error}"
        return _failed(args, f"{what}. --debug shows where", CANNOT)
    return code


def _failed(args: argparse.Namespace, sentence: str, code: int) -> int:
    if args.debug:
        traceback.print_exc()
    # Text from keys and servers must not steer the terminal.
    sys.stderr.write(f"brevviz: {printable(sentence)}\n")
    return code


def _parser() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        "--debug", action="store_true", help="show where an error came from, as a traceback"
    )
    parser = argparse.ArgumentParser(
        prog="brevviz",
        description="From a bucket of images to a training set that can be defended.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"brevviz {version_of('brevviz')}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    for command in _COMMANDS:
        command.add(commands, common)
    return parser
