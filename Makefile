# Needs Python 3.11 to 3.13 and make. Everything else goes into .venv and can be deleted at any time.

PYTHON ?= python3
VENV   ?= .venv
JOBS   ?= 2
ARGS   ?=

# Needs a C compiler: the demo does without it, and tests are skipped where it cannot be had.
COMPILED := plugins/propflow-durable-rules

BIN     := $(VENV)/bin
PIP     := $(BIN)/python -m pip --disable-pip-version-check
PLUGINS := $(filter-out $(COMPILED),$(patsubst %/pyproject.toml,%,$(wildcard plugins/*/pyproject.toml)))
PROJECTS := pyproject.toml $(wildcard plugins/*/pyproject.toml)

.DEFAULT_GOAL := help
.PHONY: help demo test check bench docs clean

help:  ## say what there is
	@echo "propflow, from a fresh clone:"
	@echo
	@sed -n 's/^\([a-z]*\):.*##  *\(.*\)$$/  make \1|\2/p' Makefile | awk -F'|' '{printf "%-14s %s\n", $$1, $$2}'
	@echo
	@echo "PYTHON=python3.12 chooses another Python, ARGS='...' hands words on to the program."

demo: $(VENV)/.run-stamp  ## play one day of one estate
	$(BIN)/propflow demo $(ARGS)

test: $(VENV)/.dev-stamp  ## run every test, on two processes (JOBS=2)
	$(BIN)/python -m pytest -n $(JOBS) $(ARGS)

check: $(VENV)/.lint-stamp $(VENV)/.docs-stamp  ## hold code and pages to the house rules
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/interrogate -c pyproject.toml src plugins/*/src
	$(BIN)/interrogate -c pyproject.toml --whitelist-regex '^test_' tests plugins/*/tests
	$(BIN)/sphinx-build -W -n --keep-going -q -b html docs docs/_build/html

docs: $(VENV)/.docs-stamp  ## build the pages into docs/_build/html
	$(BIN)/sphinx-build -W -n --keep-going -b html docs docs/_build/html

bench: $(VENV)/.bench-stamp  ## measure propflow beside its peers
	$(BIN)/python -m benchmarks $(ARGS)

clean:  ## delete .venv and whatever tools have left behind
	rm -rf $(VENV) build dist docs/_build propflow-demo .coverage htmlcov
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# pip learned --group in 25.1; the one that comes with Python may be older.
$(VENV)/.pip-stamp:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null || { \
	  echo "propflow needs Python 3.11, 3.12 or 3.13, and '$(PYTHON)' is" \
	       "$$($(PYTHON) --version 2>/dev/null || echo missing): say make PYTHON=python3.12, or where yours is." >&2; \
	  exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) install --quiet "pip>=25.1"
	@touch $@

# Wheels only: nobody needs a C compiler to see the demo.
$(VENV)/.run-stamp: $(VENV)/.pip-stamp $(PROJECTS)
	$(PIP) install --quiet --only-binary :all: --editable . $(addprefix --editable ,$(PLUGINS))
	@touch $@

$(VENV)/.dev-stamp: $(VENV)/.run-stamp
	$(PIP) install --quiet --group dev
	@$(PIP) install --quiet $(addprefix --editable ,$(COMPILED)) >/dev/null 2>&1 || \
	  echo "durable-rules cannot be compiled here: the tests of propflow-durable-rules are skipped."
	@touch $@

$(VENV)/.lint-stamp: $(VENV)/.run-stamp
	$(PIP) install --quiet --group lint
	@touch $@

$(VENV)/.docs-stamp: $(VENV)/.run-stamp
	$(PIP) install --quiet --group docs
	@touch $@

$(VENV)/.bench-stamp: $(VENV)/.run-stamp
	$(PIP) install --quiet --group bench
	@touch $@
