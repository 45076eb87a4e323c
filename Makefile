# One command each: explore, test, test-long, test-strict, check, bench, docs, wheel.
# Everything lives in .venv; a stamp says that it is current, so nothing is installed twice.
# TESTS="tests/unit -k split" narrows test and test-long down, BENCH="split images" bench.

PYTHON ?= python3
VENV   := .venv
PEERS  := .venv-peers
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check
export PYTHONDONTWRITEBYTECODE ?= 1

.PHONY: explore test test-long test-strict check format bench docs wheel clean

explore: $(VENV)/app
	$(BIN)/brevviz explore

# Without TESTS: two files at a time where no browser, server or kill -9 minds the company.
test: export BREVVIZ_REQUIRE_ALL = 1
test: $(VENV)/dev
	$(BIN)/python tests/setup_browser.py
ifdef TESTS
	$(BIN)/python -m pytest -m "not long" $(TESTS)
else
	$(BIN)/python -m pytest -m "not long" --durations=12 -n 2 --dist loadfile tests/unit tests/panels tests/docs tests/notebooks
	$(BIN)/python -m pytest -m "not long" --durations=20 tests/browser tests/faults
endif

test-long: $(VENV)/dev
	$(BIN)/python tests/setup_browser.py
	BREVVIZ_REQUIRE_ALL=1 $(BIN)/python -m pytest $(TESTS)

# A second, stricter S3: Ceph's gateway, whose programs Debian has (docs/buckets.md).
test-strict: $(VENV)/dev
	$(BIN)/python -m pytest tests/strict

check: $(VENV)/dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

format: $(VENV)/dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# In the peers' own environment; brevettiai needs one more, for it wants pydantic 1.
bench: $(PEERS)/ready
	$(BIN)/python tests/setup_browser.py
	BREVETTIAI_PYTHON=$(CURDIR)/$(PEERS)/brevettiai/bin/python $(PEERS)/bin/python -m benchmarks $(BENCH)

docs: $(VENV)/dev
	$(BIN)/python scripts/recipe_reference.py
	$(BIN)/mkdocs build --strict

wheel: docs
	$(BIN)/python -m build --outdir dist

clean:
	rm -rf $(VENV) $(PEERS) dist build

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(0 if (3, 11) <= sys.version_info < (3, 14) else "brevviz needs Python 3.11, 3.12 or 3.13; PYTHON=... names another one")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/app: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(PIP) install --quiet --constraint constraints.txt --editable ".[demo]"
	touch $@

$(VENV)/dev: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(PIP) install --quiet --constraint constraints.txt --editable ".[dev]"
	touch $@ $(VENV)/app

$(PEERS)/ready: pyproject.toml benchmarks/constraints.txt benchmarks/brevettiai.txt | $(VENV)/bin/python
	$(VENV)/bin/python -m venv $(PEERS)
	$(PEERS)/bin/python -m pip --disable-pip-version-check install --quiet --constraint benchmarks/constraints.txt --editable ".[peers]"
	$(VENV)/bin/python -m venv $(PEERS)/brevettiai
	$(PEERS)/brevettiai/bin/python -m pip --disable-pip-version-check install --quiet --requirement benchmarks/brevettiai.txt
	touch $@
