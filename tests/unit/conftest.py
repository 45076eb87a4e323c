"""Any recipe, for the laws."""

import string

import pytest
from hypothesis import strategies as st

from brevviz.recipe import Recipe

# Text that breaks formats: YAML's and JSON's own words, quotes, controls, marks of direction,
# characters beyond 16 bits, markup, code.
TRAPS = (
    "", " ", "~", "null", "no", "Yes", "=", "<<", "-", "? ", ": ", "#x", "&a", "*a", "!!str", "010", "1:30",
    "1e-3", "1_000", "0x1F", ".5", ".inf", "NaN", "2026-11-24", "'", '"', '"""', "'''", "\\", "\n", "\r\n", "\t",
    "\x00", "\x1b[31m", "\x85", "\u2028", "\u202egpj.exe", "\ufeff", "\U0001f9ea", "%", "{{x}}", "{x}", "${HOME}",
    "<script>alert(1)</script>", "__import__('os').system('id')", "=1+1", "a" * 200, "x: y", "[a]", "{a: b}", "...",
    "---", "0", "-0", "1.", "+1",
)  # fmt: skip


def _text(max_size):
    return st.one_of(
        st.sampled_from(TRAPS).filter(lambda text: len(text) <= max_size),
        st.text(st.characters(exclude_categories=["Cs"]), max_size=max_size),
    )


def _names(**sizes):
    return st.lists(_text(40), max_size=4, **sizes)


def _number(low, high):
    return st.one_of(st.floats(low, high, allow_nan=False), st.integers(round(low), int(high)))


_uris = st.one_of(
    st.text(string.ascii_letters + "/ä🧪.- \n'\"", min_size=1, max_size=40),
    st.text(string.ascii_lowercase + "/-.", min_size=1, max_size=30).map(lambda t: "s3://b" + t),
)

_sources = st.fixed_dictionaries(
    {"uri": _uris},
    optional={
        "endpoint": st.sampled_from(
            [None, "http://127.0.0.1:9000", "https://s3.example", "https://h:1/", "http://[::1]:8333"]
        ),
        "region": st.none() | _text(64),
        "anonymous": st.just(False),
        "profile": st.none() | _text(128),
        "ca_file": st.none() | _text(300),
        "sample_filter": _text(500),
        "class_mapping": st.dictionaries(_text(200), _text(40) | _names(), max_size=4),
        "classes": st.none() | _names(),
        "name": _text(256),
        "id": _text(256),
    },
)  # fmt: skip


@st.composite
def _splits(draw):
    ratio = draw(st.floats(0, 1))
    section = {
        "stratification": draw(_text(500) | _names()),
        "uniqueness": draw(_text(500) | _names()),
        "per_folder": draw(st.booleans()),
        "ratio": ratio,
        "pin_outliers": draw(st.booleans()),
        "tied": draw(st.lists(_names(), max_size=3)),
    }
    test = draw(st.floats(0, 1))
    return section | ({"test_ratio": test} if ratio + test <= 1 else {})


_samplings = st.fixed_dictionaries(
    {},
    optional={
        "groupby": _names(),
        "weighing": st.sampled_from(["uniform", "count", "square root", "log", "logx+1"]),
        "weights": st.dictionaries(_text(40), _number(0, 1000), max_size=4),
        "shares": st.dictionaries(_text(40), st.floats(0, 0.25), max_size=4),
        "batch_size": st.integers(1, 4096),
        "shuffle": st.booleans(),
        "repeat": st.booleans(),
        "epoch_samples": st.none() | st.integers(1, 2**63 - 1),
    },
)


@st.composite
def _rois(draw):
    width = draw(st.integers(2, 500))
    count = draw(st.integers(0, 3))
    corners = [
        draw(st.tuples(st.integers(0, 60_000), st.integers(0, 60_000))) for _ in range(count)
    ]
    return [[[x, y], [x + width, y + draw(st.integers(2, 5000))]] for x, y in corners]


_views = st.fixed_dictionaries(
    {},
    optional={
        "target_size": st.none() | st.lists(st.integers(2, 8192), min_size=2, max_size=2),
        "rois": _rois(),
        "roi_mode": st.sampled_from(["concatenate_height", "tuple"]),
        "color_mode": st.sampled_from(["rgb", "greyscale", "bayer"]),
        "bayer_pattern": st.sampled_from(["rggb", "bggr", "grbg", "gbrg"]),
        "window": st.none() | st.tuples(st.integers(0, 4095), st.integers(4096, 65_535)).map(list),
        "resize_method": st.sampled_from(["area", "bilinear", "nearest"]),
        "keep_aspect_ratio": st.booleans(),
        "center_padding": st.booleans(),
        "padding_mode": st.sampled_from(["constant", "reflect", "symmetric"]),
        "rescale": st.sampled_from(["none", "unit", "imagenet"])
        | st.lists(_number(-1000, 1000).filter(bool), min_size=2, max_size=2),
        "working_scale": st.sampled_from(["1", "1.5", "2"]),
        "exif_orientation": st.booleans(),
        "max_pixels": st.integers(1, 2**28),
    },
)

_augmentations = st.fixed_dictionaries(
    {},
    optional={
        "enabled": st.booleans(),
        "flip_left_right": _number(0, 1),
        "flip_up_down": _number(0, 1),
        "rotate": _number(0, 180),
        "scale": st.floats(0, 0.9),
        "shear": _number(0, 1),
        "translate": _number(0, 1),
        "brightness": _number(0, 255),
        "contrast": st.lists(_number(0, 4), min_size=2, max_size=2).map(sorted),
        "saturation": _number(0, 1),
        "hue": _number(0, 180),
        "noise": _number(0, 128),
        "noise_chance": _number(0, 1),
        "blur": st.floats(0, 2),
        "elastic": st.floats(0, 0.25),
        "own": st.dictionaries(
            _text(40), st.dictionaries(_text(40), _number(-9, 9), max_size=3), max_size=3
        ),
        "purposes": st.lists(st.sampled_from(["train", "devel"]), max_size=2),
        "reason": _text(512),
    },
)

_data = st.fixed_dictionaries(
    {"source": _sources},
    optional={
        "triage": st.dictionaries(_text(200), _text(512).filter(bool), max_size=4).map(
            lambda excluded: {"excluded": excluded}
        ),
        "split": _splits(),
        "sampling": _samplings,
        "view": _views,
        "augmentation": _augmentations,
        "seed": st.integers(0, 2**63 - 1) | _text(256).filter(bool),
    },
)


@pytest.fixture(scope="session")
def recipes():
    """A Hypothesis strategy that gives any recipe there can be."""
    return _data.map(Recipe.build)


@pytest.fixture(scope="session")
def traps():
    """Text that breaks formats."""
    return TRAPS
