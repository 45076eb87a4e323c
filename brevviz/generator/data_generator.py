"""`DataGenerator`: samples x sampling x maps → batches, with the seed's name and keywords."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

import pandas as pd

from brevviz.cluster import Cluster
from brevviz.generator.arrays import as_numpy, samples_of
from brevviz.generator.classes import class_shares, class_weights, classes_of
from brevviz.generator.columns import columns_of
from brevviz.generator.distributed import Distributed
from brevviz.generator.feed import Feed
from brevviz.generator.keywords import by_text, max_samples, refuse_unknown, sampling_of
from brevviz.generator.loading import Loading, loading_of
from brevviz.generator.maps import Map, Structure, composed, flat, takes_seed
from brevviz.generator.one_hot import OneHotEncoder
from brevviz.generator.report import EpochReport
from brevviz.generator.sample_keys import SampleKeys
from brevviz.generator.stream import DrawStream
from brevviz.progress import Report, quiet
from brevviz.recipe import DEFAULT_SEED, Sampling
from brevviz.sampling import AnyWeighing, Sampler

if TYPE_CHECKING:
    import tensorflow as tf

__all__ = ["DataGenerator"]

_DEFAULT = Sampling()
_DERIVED = ("_feed", "_dataset", "mapped")
"""What is made when it is first needed, and anew for another generator."""


class DataGenerator:
    """Draws samples by groups, loads and maps them, and gives batches: the same ones every time.

    A generator never changes: `map`, `shard` and `skip_to` give new ones. Each iteration starts
    at the first batch of epoch 0, or where `skip_to` says.

    Parameters
    ----------
    samples : the frame that is drawn from; every row, whatever its purpose.
    batch_size, shuffle, repeat : as in the recipe's `sampling`.
    sampling_groupby : column or columns whose values make the groups. None: one group.
    sampling_group_weighing : a name of the recipe's, f(n), f(n, label), or a table label → weight.
    seed : int or text; None: the recipe's default.
    output_structure : keys of the batch, as a nested tuple or dict, that are given instead of it.
    max_epoch_samples : draws an epoch, if fewer than there are samples.
    weights : group → weight, in place of the one that the weighing gives it.
    shares : group → part of all draws; what is left goes to the other groups, by their weights.

    Raises
    ------
    TypeError : an unknown keyword.
    RecipeError, SamplingError : a value that is not allowed, or samples that cannot be drawn so.

    The interface is that of the seed document's `DataGenerator`.
    """

    def __init__(  # noqa: PLR0917  # the seed's interface: all may be given by place
        self,
        samples: pd.DataFrame,
        batch_size: int = _DEFAULT.batch_size,
        shuffle: bool = _DEFAULT.shuffle,
        repeat: bool = _DEFAULT.repeat,
        sampling_groupby: Sequence[str] | str | None = None,
        sampling_group_weighing: AnyWeighing = _DEFAULT.weighing,
        seed: int | str | None = DEFAULT_SEED,
        output_structure: Structure = None,
        max_epoch_samples: float | None = None,
        *,
        weights: Mapping[Any, float] | None = None,
        shares: Mapping[Any, float] | None = None,
        **unknown: Any,
    ) -> None:
        refuse_unknown(type(self), unknown)
        section, weighing = sampling_of(
            sampling_groupby,
            sampling_group_weighing,
            batch_size=batch_size,
            shuffle=shuffle,
            repeat=repeat,
            epoch_samples=max_samples(max_epoch_samples, len(samples)),
            weights=by_text(weights),
            shares=by_text(shares),
        )
        self._set_up(samples, section, seed, weighing, output_structure)

    @classmethod
    def of(
        cls, samples: pd.DataFrame, section: Sampling, seed: int | str | None = DEFAULT_SEED
    ) -> Self:
        """The generator of a recipe's section and seed."""
        self = cls.__new__(cls)
        self._set_up(samples, section, seed, None, None)
        return self

    def _set_up(
        self,
        samples: pd.DataFrame,
        section: Sampling,
        seed: int | str | None,
        weighing: AnyWeighing | None,
        structure: Structure,
    ) -> None:
        self.samples = samples
        self.seed = DEFAULT_SEED if seed is None else seed
        self.sampler = Sampler(section, self.seed, weighing)
        groups = self.sampler.groups(samples)
        self.section = self.sampler.section_of(groups)
        self._order = self.sampler.order_of(groups)
        self._columns = columns_of(samples)
        self._stream = DrawStream(self._order, section.repeat)
        self._maps: tuple[Map, ...] = ()
        self._loading: Loading | None = None
        self._structure = structure
        self._parallel: int | None = None

    def map(self, function: Any, num_parallel_calls: int | None = None) -> Self:
        """Map batches by a function after the maps so far.

        Parameters
        ----------
        function : takes a batch (dict of tensors) and gives one; called once, in a graph. If it
            has a parameter `seed`, it gets int64 (batch,): a key for each sample, the same
            whenever that sample is drawn for the same time. A list of functions stands for one
            after the other; None is passed over. If it has `load`, `path_key` and `output_key`, as
            `ImagePipeline` has, files are read and prepared on threads before the batch is made.
        num_parallel_calls : batches mapped at once; the order of the batches never changes.

        Raises TypeError when it is no function, SamplingError when its column is missing.
        """
        maps = (*self._maps, *flat(function))
        # A missing column is refused here, and not in a thread at the first batch.
        loading = loading_of(self.samples, maps, self._loading)
        parallel = self._parallel if num_parallel_calls is None else num_parallel_calls
        return self._with(_maps=maps, _loading=loading, _parallel=parallel)

    def labelled(self, classes: Sequence[str] | None = None, image_key: str = "img") -> Self:
        """The generator of (image, one-hot class) pairs, as `model.fit` takes them.

        Parameters
        ----------
        classes : in the order of the numbers; None: those of the samples, sorted. Give them
            where a class may be missing, as among few devel samples.
        """
        names = classes_of(self.samples) if classes is None else classes
        encoder = OneHotEncoder(names)
        structure = (image_key, encoder.output_key)
        return self._with(_maps=(*self._maps, encoder), _structure=structure)

    def class_weights(self, classes: Sequence[str] | None = None) -> dict[int, float]:
        """Weights for `model.fit(class_weight=...)`: what the sampling leaves uneven, evened.

        Number of the class → weight; see `labelled` for the classes.
        """
        names = classes_of(self.samples) if classes is None else classes
        groups = self.sampler.groups(self.samples)
        return class_weights(class_shares(self.samples, self._order, groups, names))

    def shard(self, number: int, shards: int) -> Self:
        """One of several generators that share each epoch's draws without overlap.

        Raises SamplingError unless 0 <= number < shards <= draws an epoch.
        """
        repeat = self.section.repeat
        return self._with(_stream=DrawStream(self._order, repeat, number, shards))

    def skip_to(self, step: int) -> Self:
        """The generator from batch `step` on: where a training that stopped goes on.

        It counts draws, step x batch size; rejected images, whose places later draws take, move
        the batches of the unbroken run by as many draws.
        """
        start = step * self.section.batch_size
        stream = self._stream
        return self._with(
            _stream=DrawStream(self._order, stream.repeat, stream.shard, stream.shards, start)
        )

    def __len__(self) -> int:
        """Batches an epoch, the last one perhaps short."""
        return math.ceil(len(self._stream) / self.section.batch_size)

    @property
    def report(self) -> EpochReport:
        """The account of the last epoch that was drawn to its end: shown, rejected, and why.

        Batches are made a little ahead of the one that is looked at.
        """
        return self._feed.report

    def frequencies(self, epochs: int = 1) -> pd.DataFrame:
        """What the first epochs show of each group: see `brevviz.sampling.frequencies`."""
        return self.sampler.frequencies(self.samples, epochs)

    def get_dataset(self, batch: bool = True, structure: Structure = None) -> tf.data.Dataset:
        """The batches as a `tf.data.Dataset`; built once, and the same bytes at each iteration.

        Parameters
        ----------
        batch : False: single samples.
        structure : instead of the generator's `output_structure`.
        """
        dataset = self._dataset if structure is None else self._built(structure)
        return dataset if batch else dataset.unbatch()

    def get_dataset_numpy(self, batch: bool = True, structure: Structure = None) -> Iterator[Any]:
        """The batches, or single samples, as numpy arrays and text.

        Without maps TensorFlow is not loaded.
        """
        batches = map(as_numpy, self._batches(structure))
        if batch:
            return batches
        return (sample for whole in batches for sample in samples_of(whole))

    def distribute(
        self, cluster: Cluster, structure: Structure = None, report: Report = quiet
    ) -> Distributed:
        """The batches of `get_dataset_numpy`, made by the workers of a cluster.

        Parameters
        ----------
        cluster : as `brevviz.cluster.open_cluster` opens it.
        structure : instead of the generator's `output_structure`.
        report : told of progress; may raise Cancelled.

        Maps must treat each sample for itself, and be functions that a worker can import.
        """
        return Distributed(self, cluster, structure, report)

    def __iter__(self) -> Iterator[Any]:
        """The batches of `get_dataset`; a failure comes as the error that it was."""
        return self._tensors(self._dataset)

    def _batches(self, structure: Structure) -> Iterator[Any]:
        if self._maps:
            return self._tensors(self.get_dataset(structure=structure))
        arranged = composed((), structure or self._structure)
        return map(arranged, self._feed.batches())

    def _tensors(self, dataset: tf.data.Dataset) -> Iterator[Any]:
        from brevviz.generator.tensors import passed_on  # noqa: PLC0415  # TensorFlow only where batches are mapped

        return passed_on(dataset, self._feed)

    @cached_property
    def _dataset(self) -> tf.data.Dataset:
        return self._built(self._structure)

    def _built(self, structure: Structure) -> tf.data.Dataset:
        from brevviz.generator.tensors import dataset_of  # noqa: PLC0415  # as above

        full = self.section.batch_size if self.section.repeat else None
        return dataset_of(self._feed, full, self._maps, structure, self._parallel)

    @property
    def stream(self) -> DrawStream:
        """The draws that this generator makes."""
        return self._stream

    @property
    def structure(self) -> Structure:
        """The keys that are given instead of whole batches; None: the batches."""
        return self._structure

    @cached_property
    def mapped(self) -> Callable[[Any], Any]:
        """The maps as one function of a batch of plain arrays."""
        if not self._maps:
            return composed(())
        from brevviz.generator.tensors import graph_of  # noqa: PLC0415  # as above

        return graph_of(self._feed, self._maps)

    @cached_property
    def _feed(self) -> Feed:
        return self.feed_of(self._stream)

    def feed_of(self, stream: DrawStream, *, tells: bool = True) -> Feed:
        """The batches of other draws from the same samples, before any map."""
        return Feed(
            stream,
            self._columns,
            self.section.batch_size,
            keys=SampleKeys(self.samples, self.seed),
            seeded=sum(map(takes_seed, self._maps)),
            loading=self._loading,
            tells=tells,
        )

    def _with(self, **changes: Any) -> Self:
        other = copy.copy(self)
        for name in _DERIVED:
            other.__dict__.pop(name, None)
        other.__dict__.update(changes)
        return other

    def __getstate__(self) -> dict[str, Any]:
        # A worker opens the source itself; threads, stores and graphs do not travel.
        kept = {name: value for name, value in self.__dict__.items() if name not in _DERIVED}
        return {**kept, "_loading": None}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._loading = loading_of(self.samples, self._maps, None)
