.PHONY: demo test screenshots
VENV := .venv
# Where the surroundings forbid Python to keep what it compiled, every process compiles everything anew.
export PYTHONDONTWRITEBYTECODE :=
PYTHON ?= python3

demo: $(VENV)/run.stamp
	$(VENV)/bin/engage demo

test: $(VENV)/test.stamp
	tests/machine
	$(VENV)/bin/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

screenshots: $(VENV)/test.stamp
	tests/machine
	$(VENV)/bin/python docs/screenshots.py

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/run.stamp: requirements/run.txt pyproject.toml | $(VENV)/bin/python
	$(VENV)/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt
	$(VENV)/bin/pip install --quiet --disable-pip-version-check --no-deps -e .
	touch $@

$(VENV)/test.stamp: requirements/test.txt requirements/run.txt pyproject.toml | $(VENV)/bin/python
	$(VENV)/bin/pip install --quiet --disable-pip-version-check --no-compile --require-hashes -r requirements/test.txt
	$(VENV)/bin/pip install --quiet --disable-pip-version-check --no-deps -e .
	touch $(VENV)/run.stamp $@
