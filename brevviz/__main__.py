"""`python -m brevviz` is `brevviz`."""

import sys

from brevviz.cli import main

if __name__ == "__main__":
    sys.exit(main())
