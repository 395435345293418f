# All that is needed is make and Python: the environment is made on first use, and filled again when pyproject.toml changes.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check

REQUIREMENTS := $(wildcard examples/*/requirements.txt)
PACKAGED := $(shell find pytest_minivoice tests docs examples -type f -not -path '*/__pycache__/*' -not -path '*/_build/*')

# Tests start many Pythons; without compiled modules each of them would compile the package again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo test lint rules format types imports docs build smoke fuzz matrix check clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' Makefile

demo: $(VENV)/demo.stamp ## run the examples; show a pass, a failure and a report
	@PATH="$(CURDIR)/$(BIN):$$PATH" .ci/demo

test: $(VENV)/dev.stamp ## run the test suite under coverage; ARGS="-k redirect" is handed to pytest
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest $(ARGS)
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

lint: $(VENV)/dev.stamp ## check rules, format, types and the direction of imports
	@$(MAKE) --no-print-directory --keep-going rules format types imports

rules: $(VENV)/dev.stamp
	$(BIN)/ruff check .

format: $(VENV)/dev.stamp
	$(BIN)/ruff format --check .

types: $(VENV)/dev.stamp
	$(BIN)/mypy

imports: $(VENV)/dev.stamp
	$(BIN)/lint-imports

docs: $(VENV)/dev.stamp ## build the documentation into docs/_build/html
	$(BIN)/sphinx-build -W --keep-going -E -q --no-color -b html docs docs/_build/html

build: dist/build.stamp ## build wheel and sdist into dist/, and check what is in them

smoke: dist/build.stamp ## install the wheel in an empty environment and test a call there
	.ci/smoke

fuzz: dist/build.stamp ## let schemathesis ask the mocked API
	.ci/fuzz

matrix: dist/build.stamp ## run the test suite under other Pythons, pytest 8.4 and 9, and each set of plugins
	.ci/matrix

check: ## run every gate, as CI does
	.ci/run

clean: ## remove the environments and everything that was built
	rm -rf $(VENV) .venvs build dist docs/_build .coverage .coverage.* .*_cache .hypothesis

$(VENV)/pip.stamp:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10) and "Python 3.10 or newer is needed: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv --clear $(VENV)
	$(PIP) install --quiet --quiet --upgrade 'pip>=25.1'
	@touch $@

$(VENV)/demo.stamp: $(VENV)/pip.stamp pyproject.toml $(REQUIREMENTS)
	$(PIP) install --quiet --quiet --editable . $(addprefix --requirement ,$(REQUIREMENTS))
	@touch $@

$(VENV)/dev.stamp: $(VENV)/pip.stamp pyproject.toml
	$(PIP) install --quiet --quiet --editable . --group dev
	@touch $@

dist/build.stamp: $(VENV)/dev.stamp pyproject.toml README.md CHANGELOG.md LICENSE $(PACKAGED)
	rm -rf dist
	$(BIN)/python -m build
	$(BIN)/python .ci/check_dist.py
	@touch $@
