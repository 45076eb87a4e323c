import subprocess
import sys

import numpy as np

from brevviz.images import render
from brevviz.images.augment.apply import _program
from brevviz.images.augment.warming import warm
from brevviz.recipe import Augmentation

CHANGES = {
    (): {},
    ("blur",): {"blur": 1.0},
    ("nodes",): {"elastic": 0.1},
    ("relief",): {"emboss": 0.5},
    ("speckle_key", "speckle_part"): {"salt_and_pepper": 0.1},
}


def test_what_is_switched_on_after_the_first_pictures_is_compiled_already(photo, keys):
    working = np.stack([photo(27, 21, seed) for seed in range(3)])
    render(working, keys(3), Augmentation(), (18, 14))
    warm().join()
    assert warm() is None
    for names, changes in CHANGES.items():
        program = _program((27, 21), (18, 14), names, False, True)
        assert program.experimental_get_tracing_count() == 1
        render(working, keys(3), Augmentation(**changes), (18, 14))
        assert program.experimental_get_tracing_count() == 1


def test_a_process_that_is_warming_ends_by_itself():
    code = (
        "import numpy as np\n"
        "from brevviz.images import render\n"
        "from brevviz.images.preview import warm_up\n"
        "render(np.zeros((1, 9, 9, 3), np.uint8), np.zeros(1, np.uint64), None, (8, 8))\n"
        "warm_up()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
