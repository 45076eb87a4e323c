"""Which sample is drawn when: groups, weights, the draw order and what it will show."""

from brevviz.sampling.allotting import allot, own_weights
from brevviz.sampling.digest import draws_digest
from brevviz.sampling.draw_order import Algorithm, DrawOrder, Draws
from brevviz.sampling.frequencies import frequencies
from brevviz.sampling.groups import Groups, group_codes, group_text
from brevviz.sampling.sampler import Sampler
from brevviz.sampling.weights import AnyWeighing, weights

__all__ = [
    "Algorithm",
    "AnyWeighing",
    "DrawOrder",
    "Draws",
    "Groups",
    "Sampler",
    "allot",
    "draws_digest",
    "frequencies",
    "group_codes",
    "group_text",
    "own_weights",
    "weights",
]
