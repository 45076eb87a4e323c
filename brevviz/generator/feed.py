"""`Feed`: draws into whole batches of plain arrays, without TensorFlow."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from brevviz.errors import ImageError, SamplingError
from brevviz.generator.buffers import Buffers
from brevviz.generator.columns import Column
from brevviz.generator.loading import Loading, ahead
from brevviz.generator.report import EpochReport, Rejection, log
from brevviz.generator.sample_keys import SampleKeys
from brevviz.generator.stream import DrawStream
from brevviz.images import Loaded, same_size, stack_packed

__all__ = ["GROUP", "SEED", "SHAPE", "WORKING", "Batch", "Feed", "nothing_shown"]

Batch: TypeAlias = dict[str, npt.NDArray[Any]]

GROUP = "_sampling_group"
SHAPE = "_image_file_shape"
WORKING = "_working:"
SEED = "_seed:"


class _Draw(NamedTuple):
    """One draw that is to be shown, or not."""

    epoch: int
    row: int
    group: int
    repeat: int


@dataclass
class _Account:
    """The draws of the epoch that is under way."""

    epoch: int
    ok: int = 0
    rejected: list[Rejection] = field(default_factory=list)

    def closed(self) -> EpochReport:
        drawn = self.ok + len(self.rejected)
        return EpochReport(self.epoch, drawn, self.ok, tuple(self.rejected))


_Shown: TypeAlias = tuple[_Draw, tuple[Loaded, ...]]


class Feed:
    """Batches of a stream of draws: the frame's columns, the group, and what is loaded.

    A rejected image leaves its batch, and the next good draw takes the place: all batches are
    full, but for the last one of a stream that ends.

    Parameters
    ----------
    stream : the draws.
    columns : the frame's columns by name.
    batch_size : samples a batch.
    keys : the samples' random keys.
    seeded : how many maps want keys of their own.
    loading : reads and prepares images; None: nothing is loaded.
    tells : False: rejected images are counted and not logged; whoever asks logs the whole.
    """

    def __init__(
        self,
        stream: DrawStream,
        columns: dict[str, Column],
        batch_size: int,
        *,
        keys: SampleKeys,
        seeded: int = 0,
        loading: Loading | None = None,
        tells: bool = True,
    ) -> None:
        self.report = EpochReport()
        self.failure: Exception | None = None
        self._stream = stream
        self._columns = columns
        self._batch_size = batch_size
        self._keys = keys
        self._seeded = seeded
        self._loading = loading
        self._tells = tells
        self._first: dict[str, Loaded] = {}
        self._buffers = Buffers()
        self._told: set[Rejection] = set()

    def batches(self, stopped: threading.Event | None = None) -> Iterator[Batch]:
        """The batches from the first on; `stopped`, when set, ends them before the next one."""
        stopped = stopped or threading.Event()
        pending: list[_Shown] = []
        try:
            for shown in self._shown(stopped):
                pending.append(shown)
                if len(pending) == self._batch_size:
                    yield self._batch(pending)
                    pending = []
            if pending and not stopped.is_set():
                yield self._batch(pending)
        except Exception as error:
            # TensorFlow passes on an error's text only; who iterates shall get the error itself.
            self.failure = error
            raise

    def layout(self) -> dict[str, tuple[np.dtype[Any], tuple[int, ...]]]:
        """The entries of a batch: dtype (`object` for bytes) and shape of one sample.

        Loads images until one can be shown, for its size. Raises ImageError when an epoch has
        none.
        """
        for number, draw in enumerate(self._draws(), start=1):
            loaded = self._loading(draw.row) if self._loading else ()
            if not isinstance(loaded, Rejection):
                batch = self._batch([(draw, loaded)])
                return {name: (values.dtype, values.shape[1:]) for name, values in batch.items()}
            if number >= len(self._stream):
                raise nothing_shown(number, loaded)
        raise SamplingError("step", "is past the last draw of a generator that does not repeat")

    def _shown(self, stopped: threading.Event) -> Iterator[_Shown]:
        """The good draws, in order; each epoch's account is closed behind its last draw."""
        account: _Account | None = None
        for draw, loaded in self._results(stopped):
            if account is None or account.epoch != draw.epoch:
                self._close(account)
                account = _Account(draw.epoch)
            if isinstance(loaded, Rejection):
                account.rejected.append(loaded)
            else:
                account.ok += 1
                yield draw, loaded
        if not stopped.is_set():
            self._close(account)

    def _results(
        self, stopped: threading.Event
    ) -> Iterator[tuple[_Draw, tuple[Loaded, ...] | Rejection]]:
        loading = self._loading
        if loading is None:
            return ((draw, ()) for draw in self._draws())
        rejected: dict[int, Rejection] = {}  # read once in a pass, and counted at each draw

        def load(draw: _Draw) -> tuple[Loaded, ...] | Rejection:
            result = rejected.get(draw.row) or loading(draw.row)
            if isinstance(result, Rejection):
                rejected[draw.row] = result
            return result

        return ahead(load, self._draws(), stopped)

    def _draws(self) -> Iterator[_Draw]:
        for epoch, draws in self._stream.pieces():
            columns = (draws.index.tolist(), draws.group.tolist(), draws.repeat.tolist())
            for row, group, repeat in zip(*columns, strict=True):
                yield _Draw(epoch, row, group, repeat)

    def _close(self, account: _Account | None) -> None:
        if account is None:
            return
        self.report = account.closed()
        rejected = set(self.report.rejected)
        if rejected and self._tells:
            # What an earlier epoch has told is told again to those who listen closely.
            log.log(logging.WARNING if rejected - self._told else logging.DEBUG, "%s", self.report)
            self._told |= rejected
        if self.report.ok == 0 and self.report.drawn == len(self._stream):
            raise nothing_shown(self.report.drawn, self.report.rejected[0])

    def _batch(self, shown: Sequence[_Shown]) -> Batch:
        rows = np.array([draw.row for draw, _ in shown], np.int64)
        batch = {name: column.take(rows) for name, column in self._columns.items()}
        batch[GROUP] = np.array([draw.group for draw, _ in shown], np.int64)
        for number, loader in enumerate(self._loading.loaders if self._loading else ()):
            images = [loaded[number] for _, loaded in shown]
            batch[WORKING + loader.output_key] = self._stacked(loader.output_key, images)
            batch.setdefault(SHAPE, np.array([image.file_shape for image in images], np.int32))
        if self._seeded:
            repeats = np.array([draw.repeat for draw, _ in shown], np.int64)
            content = [loaded[0].content for _, loaded in shown] if self._loading else None
            for number in range(self._seeded):
                batch[f"{SEED}{number}"] = self._keys.of(rows, repeats, content, number)
        return batch

    def _stacked(self, name: str, images: list[Loaded]) -> npt.NDArray[np.int32]:
        first = self._first.setdefault(name, images[0])
        same_size([first, *images])
        return stack_packed(images, self._buffers.array((len(images), *first.working.shape[:2])))


def nothing_shown(count: int, rejection: Rejection) -> ImageError:
    """The error for an epoch of which no image can be shown."""
    return ImageError(
        "samples",
        f"none of the {count} images drawn can be shown: {rejection.path}: {rejection.reason}",
    )
