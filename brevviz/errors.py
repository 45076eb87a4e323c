"""Every error that brevviz raises on purpose, in one tree.

    BrevvizError
    ├── RecipeError        (ValueError)        a setting is wrong, or a recipe cannot be read
    ├── BucketError        (OSError)           the source cannot be listed or read
    │   ├── NoSuchBucket   (FileNotFoundError) the bucket, prefix or folder is not there
    │   ├── AccessDenied   (PermissionError)   the keys are wrong, missing, or not allowed this
    │   ├── Unreachable    (ConnectionError)   nothing answers at the endpoint, or not in time
    │   ├── UntrustedEndpoint (PermissionError) a recipe asks to send a profile's keys to a new host
    │   ├── ObjectMissing  (FileNotFoundError) an object was listed and is gone
    │   └── ObjectChanged  (RuntimeError)      an object is no longer the one that was listed
    ├── NoImages           (LookupError)       the source was listed, and holds no image
    ├── SplitError         (ValueError)        the samples cannot be split as asked
    │   └── PatternError   (ValueError)        a regular expression cannot be used, with the position
    ├── SamplingError      (ValueError)        the samples cannot be drawn as asked
    ├── ImageError         (ValueError)        images cannot be viewed or augmented as asked
    │   └── ImageRejected  (ValueError)        one file is not an image that can be shown right
    ├── EvidenceError      (ValueError)        a manifest or an exported notebook does not hold
    ├── Sealed             (PermissionError)   pictures of the test set, which nobody has unsealed
    ├── ClusterError       (RuntimeError)      workers cannot be started, or a piece ends them all
    ├── Cancelled          (RuntimeError)      the user stopped the work
    └── MissingExtra       (ImportError)       an optional package is needed and not installed

Each carries `where` (the setting, path or step), `problem` (what was got and what is allowed) and
`hint` (what to do next); a panel shows the same words that a script sees.
"""

from __future__ import annotations

__all__ = [
    "AccessDenied",
    "BrevvizError",
    "BucketError",
    "Cancelled",
    "ClusterError",
    "EvidenceError",
    "ImageError",
    "ImageRejected",
    "MissingExtra",
    "NoImages",
    "NoSuchBucket",
    "ObjectChanged",
    "ObjectMissing",
    "PatternError",
    "RecipeError",
    "SamplingError",
    "Sealed",
    "SplitError",
    "Unreachable",
    "UntrustedEndpoint",
]


class BrevvizError(Exception):
    """What went wrong, where, and what to do about it.

    Parameters
    ----------
    where : the setting ("split.ratio"), path or step that the error is about.
    problem : one sentence without the full stop: what was got, and what is allowed.
    hint : what to do next, or nothing.
    """

    def __init__(self, where: str, problem: str, hint: str = "") -> None:
        super().__init__(where, problem, hint)
        self.where = where
        self.problem = problem
        self.hint = hint

    def __str__(self) -> str:
        text = f"{self.where}: {self.problem}" if self.where else self.problem
        return f"{text}. {self.hint}" if self.hint else text

    # OSError and ImportError pickle by their own rules, which would lose `where` on the way
    # back from a worker process.
    def __reduce__(self) -> tuple[type[BrevvizError], tuple[str, str, str]]:
        return type(self), (self.where, self.problem, self.hint)


class RecipeError(BrevvizError, ValueError):
    """A setting is wrong, or a recipe cannot be read. `problems` maps each field to its message."""

    def __init__(
        self, where: str, problem: str, hint: str = "", problems: dict[str, str] | None = None
    ) -> None:
        super().__init__(where, problem, hint)
        self.problems = problems if problems is not None else {where: problem}

    @classmethod
    def of(cls, problems: dict[str, str]) -> RecipeError:
        """One error for one or more (field → message) problems; the first leads."""
        where, problem = next(iter(problems.items()))
        others = [f"{field}: {text}" for field, text in problems.items() if field != where]
        return cls(where, "; ".join([problem, *others]), problems=problems)

    def __reduce__(self) -> tuple[type[RecipeError], tuple[str, str, str, dict[str, str]]]:  # type: ignore[override]  # one more argument than the family
        return type(self), (self.where, self.problem, self.hint, self.problems)


class BucketError(BrevvizError, OSError):
    """The source cannot be listed or read."""


class NoSuchBucket(BucketError, FileNotFoundError):
    """The bucket, prefix or folder is not there."""


class AccessDenied(BucketError, PermissionError):
    """The keys are wrong, missing, or not allowed to do this."""


class Unreachable(BucketError, ConnectionError):
    """Nothing answers at the endpoint, or not in time."""


class UntrustedEndpoint(BucketError, PermissionError):
    """A recipe asks to send a profile's keys to a host that nobody has agreed to."""


class ObjectMissing(BucketError, FileNotFoundError):
    """An object was listed and is gone."""


class ObjectChanged(BucketError, RuntimeError):
    """An object is no longer the one that was listed: its ETag differs."""


class NoImages(BrevvizError, LookupError):
    """The source was listed, and holds no image that the rules let in."""


class SplitError(BrevvizError, ValueError):
    """The samples cannot be split as asked."""


class PatternError(SplitError):
    """A regular expression cannot be used; `position` counts characters from 0, or is None."""

    def __init__(
        self, where: str, problem: str, hint: str = "", position: int | None = None
    ) -> None:
        super().__init__(where, problem, hint)
        self.position = position

    def __reduce__(self) -> tuple[type[PatternError], tuple[str, str, str, int | None]]:  # type: ignore[override]  # one more argument than the family
        return type(self), (self.where, self.problem, self.hint, self.position)


class SamplingError(BrevvizError, ValueError):
    """The samples cannot be drawn as asked."""


class ImageError(BrevvizError, ValueError):
    """Images cannot be viewed or augmented as asked."""


class ImageRejected(ImageError):
    """One file is not an image that can be shown right; `problem` is the reason."""


class EvidenceError(BrevvizError, ValueError):
    """A manifest or an exported notebook does not hold."""


class Sealed(BrevvizError, PermissionError):
    """Pictures of the test set are asked for, and nobody has said why it is to be opened."""


class ClusterError(BrevvizError, RuntimeError):
    """Workers cannot be started, or a piece of work ends every worker that takes it up."""


class Cancelled(BrevvizError, RuntimeError):
    """The user stopped the work; nothing of it was kept."""


class MissingExtra(BrevvizError, ImportError):
    """An optional package is needed and not installed; the hint is the command that installs it."""
