"""Check a regular expression and ready it for the linear-time engine.

RE2 (in pyarrow) does the matching, because no pattern can make it run for ever; Python's `re` is
used as a parser only, for its better messages and its count of groups. What RE2 cannot read and
Python can (look-around, back-references) is marked for the slow engine of `fallback`.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from brevviz.errors import PatternError
from brevviz.words import quoted

__all__ = ["MAX_LENGTH", "Checked", "check_pattern"]

MAX_LENGTH = 500
"""Characters of a pattern: Python alone takes seconds to compile a megabyte."""

Engine = Literal["re2-pyarrow", "re"]

_PROBE = pa.array([""], pa.large_string())

# Python's messages in plain words; the first that the message starts with is used.
_WORDS = {
    "missing ), unterminated subpattern": "a '(' is not closed",
    "unbalanced parenthesis": "a ')' has no '(' before it",
    "nothing to repeat": "nothing before * + ? { to repeat",
    "multiple repeat": "two repeats follow one another",
    "unterminated character set": "a '[' is not closed",
    "bad character range": "a range is reversed",
    "bad escape (end of pattern)": "a '\\' at the end escapes nothing",
    "bad escape": "an escape is not known",
    "min repeat greater than max repeat": "a repeat is reversed",
    "redefinition of group name": "two groups have one name",
}


@dataclass(frozen=True)
class Checked:
    """A pattern that can be used, and how.

    `ready` is what the engine is given: for RE2 every group is named `_0`, `_1`, … and a pattern
    without a group stands in one. `names` holds the groups' names, "" for an unnamed one; it is
    empty when the pattern has no group and the whole match counts.
    """

    pattern: str
    engine: Engine
    ready: str
    names: tuple[str, ...]


@lru_cache(maxsize=256)
def check_pattern(pattern: str, where: str = "split.uniqueness", engine: str = "") -> Checked:
    """Find out whether and how a pattern can be used.

    Parameters
    ----------
    pattern : at most 500 characters.
    where : the setting that an error names.
    engine : "re" asks for Python's engine even where RE2 would do.

    Raises PatternError with the position (characters from 0) of what is wrong, where known.
    """
    if len(pattern) > MAX_LENGTH:
        raise PatternError(
            where, f"{len(pattern)} characters are more than the {MAX_LENGTH} allowed"
        )
    compiled, problem = _parse(pattern)
    if problem is not None and problem.msg.startswith("redefinition of group name"):
        raise _error(where, pattern, problem)
    if engine != "re":
        source = _for_re2(pattern, where)
        if source is not None:
            ready, names = _name_groups(source)
            miscounted = compiled is not None and compiled.groups != len(names)
            if not miscounted and _re2_reads(ready):
                return Checked(pattern, "re2-pyarrow", ready, names)
    if compiled is not None:
        return Checked(pattern, "re", pattern, _python_names(compiled))
    if problem is None:  # pragma: no cover  # one of the two is always there
        raise PatternError(where, f"{quoted(pattern)} cannot be read")
    raise _error(where, pattern, problem)


def _parse(pattern: str) -> tuple[re.Pattern[str] | None, re.error | None]:
    with warnings.catch_warnings():
        # "Possible nested set" and its kin are about a future Python, not about this pattern.
        warnings.simplefilter("ignore")
        try:
            return re.compile(pattern), None
        except re.error as error:
            return None, error
        except (OverflowError, RecursionError) as error:
            return None, re.error(f"too large: {error}", pattern, 0)


def _for_re2(pattern: str, where: str) -> str | None:
    """The pattern as RE2 is to read it, or None when RE2 cannot."""
    for escape, meaning in ((r"\Q", "quotes up to \\E"), (r"\C", "matches half a character")):
        place = _outside_class(pattern, escape)
        if place is not None:
            raise PatternError(
                where, f"{escape} {meaning}: it is not allowed here", "", position=place
            )
    if _re2_reads(pattern):
        return pattern
    plain = _without_comments(pattern)
    return plain if plain != pattern and _re2_reads(plain) else None


def _re2_reads(pattern: str) -> bool:
    try:
        pc.match_substring_regex(_PROBE, pattern=pattern)
    except (pa.ArrowInvalid, UnicodeEncodeError):
        return False
    return True


def _error(where: str, pattern: str, problem: re.error) -> PatternError:
    text = next(
        (words for start, words in _WORDS.items() if problem.msg.startswith(start)), problem.msg
    )
    position = problem.pos
    place = "" if position is None else f", at character {position + 1} of {pattern}"
    return PatternError(where, f"{text}{place}", position=position)


def _python_names(compiled: re.Pattern[str]) -> tuple[str, ...]:
    by_number = {number: name for name, number in compiled.groupindex.items()}
    return tuple(by_number.get(number + 1, "") for number in range(compiled.groups))


class _Piece(NamedTuple):
    at: int
    text: str
    group: str | None
    """The name of the group that opens here, "" for an unnamed one; None: no group does."""


def _pieces(pattern: str) -> Iterator[_Piece]:
    """Escapes, character classes, comments, openings of groups, and single other characters."""
    at = 0
    while at < len(pattern):
        group = None
        if pattern[at] == "\\":
            end = at + 2
        elif pattern[at] == "[":
            end = _class_end(pattern, at)
        elif opening := _OPENING.match(pattern, at):
            end = opening.end()
            group = None if opening[0].startswith("(?#") else opening["name"] or ""
        else:
            end = at + 1
        yield _Piece(at, pattern[at:end], group)
        at = end


_OPENING = re.compile(r"\((?:\?P?<(?P<name>[^\W\d]\w*)>|\?\#[^)]*\)|(?!\?))")


def _class_end(pattern: str, at: int) -> int:
    """The place after the `]` that closes the class which opens at `at`."""
    at += 2 if pattern.startswith("[^", at) else 1
    first = True
    while at < len(pattern):
        if pattern[at] == "]" and not first:
            return at + 1
        posix = _POSIX.match(pattern, at)
        at = posix.end() if posix else at + (2 if pattern[at] == "\\" else 1)
        first = False
    return at


_POSIX = re.compile(r"\[:\^?[a-z]+:\]")


def _outside_class(pattern: str, escape: str) -> int | None:
    return next((piece.at for piece in _pieces(pattern) if piece.text == escape), None)


def _without_comments(pattern: str) -> str:
    r"""The pattern without `(?#…)`, and with `\z` for Python's `\Z`: the same to RE2."""
    kept = [piece.text for piece in _pieces(pattern) if not piece.text.startswith("(?#")]
    return "".join(r"\z" if text == r"\Z" else text for text in kept)


def _name_groups(pattern: str) -> tuple[str, tuple[str, ...]]:
    """Name every group by its number, since RE2's extraction gives named groups only."""
    names: list[str] = []
    parts: list[str] = []
    for piece in _pieces(pattern):
        if piece.group is None:
            parts.append(piece.text)
        else:
            parts.append(f"(?P<_{len(names)}>")
            names.append(piece.group)
    if not names:
        return f"(?P<_0>{pattern})", ()
    return "".join(parts), tuple(names)
