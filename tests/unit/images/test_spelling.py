import pytest

from brevviz.errors import RecipeError
from brevviz.images import ImagePipeline
from brevviz.recipe import View


@pytest.mark.parametrize(
    ("seed", "recipe"),
    [
        ({"rois": None, "rescale": None}, {}),
        ({"roi_mode": None}, {"roi_mode": "tuple"}),
        ({"rescale": {"scale": 0.5, "offset": -1}}, {"rescale": (0.5, -1.0)}),
        ({"rescale": {"offset": 3}}, {"rescale": (1.0, 3.0)}),
        ({"rescale": {"scale": 2}}, {"rescale": (2.0, 0.0)}),
        ({"padding_mode": "SYMMETRIC"}, {"padding_mode": "symmetric"}),
        ({"antialias": True}, {"resize_method": "area"}),
        ({"antialias": True, "resize_method": "bilinear"}, {"resize_method": "area"}),
        ({"antialias": False}, {"resize_method": "bilinear"}),
        ({"antialias": False, "resize_method": "nearest"}, {"resize_method": "nearest"}),
    ],
)
def test_the_seeds_keywords_are_the_recipes_fields(seed, recipe):
    assert ImagePipeline(**seed).view == View(**recipe)


@pytest.mark.parametrize(
    ("keywords", "reason"),
    [
        ({"rescale": {"scal": 1}}, "rescale has no entry 'scal'; known: scale, offset"),
        ({"antialias": True, "resize_method": "nearest"}, "contradict each other"),
        ({"antialias": False, "resize_method": "area"}, "contradict each other"),
        ({"antialias": True, "resize_method": "lanczos3"}, "contradict each other"),
    ],
)
def test_what_cannot_be_meant_is_a_type_error(keywords, reason):
    with pytest.raises(TypeError, match=reason):
        ImagePipeline(**keywords)


@pytest.mark.parametrize(
    ("keywords", "reason"),
    [
        ({"resize_method": "lanczos3"}, r"view\.resize_method"),
        ({"padding_mode": "EDGE"}, r"view\.padding_mode"),
        ({"rescale": {"scale": 0}}, r"a scale of 0 would make every pixel the offset"),
        ({"window": (5, 5)}, r"view: window|view\.window"),
    ],
)
def test_a_value_that_is_not_allowed_names_its_setting(keywords, reason):
    with pytest.raises(RecipeError, match=reason):
        ImagePipeline(**keywords)
