# make site | serve | test | bench | clean    (make help says what each does)
#
# Each target makes .venv from requirements.lock by itself when that is needed: with pip only, from
# nothing but Python 3.11 or newer. README.md has the same steps for people without make.

SHELL := /bin/sh
.DEFAULT_GOAL := help

BIN := .venv/bin
# Two stamps: a change of the lock makes .venv anew, a change of pyproject.toml only installs texecute again.
LOCKED := .venv/.locked
STAMP := .venv/.installed
# MkDocs prints an advertisement about its version 2 without this.
export NO_MKDOCS_2_WARNING := 1
# The same commit gives the same bytes; without git, the time of no particular day.
export SOURCE_DATE_EPOCH := $(shell git log -1 --format=%ct 2>/dev/null || echo 0)

say = printf '%s\n' "== $(1)"

.PHONY: help setup site serve test bench mutants lint lock clean

help:
	@echo 'make site    the book as a static site in site/, with a PDF and a zip, every formula checked'
	@echo 'make serve   the same while you write, at http://127.0.0.1:8000/'
	@echo 'make test    every test: formulas, code on the pages, snippets, checker, site, browser'
	@echo 'make bench   tables of speeds and sizes; ARGS=--others has Sphinx too'
	@echo 'make mutants plant errors in the snippets and list those that no test notices (long)'
	@echo 'make lint    ruff over the Python sources'
	@echo 'make lock    resolve requirements.lock anew from pyproject.toml (for maintainers)'
	@echo 'make clean   remove what was built, and .venv'

setup: $(STAMP)

site: $(STAMP)
	@$(call say,building the site: every formula is checked)
	@TEXECUTE_EXACT=true $(BIN)/mkdocs build --strict --clean --site-dir site
	@$(call say,site/index.html is the first page)

serve: $(STAMP)
	@$(call say,serving the site; Ctrl-C ends)
	@$(BIN)/mkdocs serve --strict --watch snippets --watch src $(ARGS)

test: $(STAMP)
	@$(call say,running every test)
	@$(BIN)/python -m pytest $(ARGS)

bench: $(STAMP)
	@$(call say,measuring; the machine should be idle)
	@$(BIN)/python -m tests.bench $(ARGS)

mutants: $(STAMP)
	@$(call say,planting errors in the snippets; ARGS="--every 20" takes a sample)
	@$(BIN)/python -W ignore -m tests.plant_errors $(ARGS)

lint: $(STAMP)
	@$(BIN)/ruff check .

# Only for maintainers.  Options: nothing that names an index goes into the file.
lock: $(STAMP)
	@$(call say,resolving requirements.lock for every supported Python and platform)
	@$(BIN)/python -m venv build/uv && build/uv/bin/pip install --quiet uv
	@build/uv/bin/uv pip compile pyproject.toml --extra exact --extra site --extra test \
	  --universal --python-version 3.11.0 --generate-hashes --quiet \
	  --no-header --no-emit-index-url --no-emit-find-links -o requirements.lock
	@$(call say,requirements.lock is new: run make test before you commit it)

clean:
	@$(call say,removing site .venv build and caches)
	@rm -rf site .venv build .cache .pytest_cache .ruff_cache .hypothesis src/*.egg-info
	@find src tests snippets -name __pycache__ -type d -prune -exec rm -rf {} +

# Anew, not updated: what an older lock left behind could otherwise hide a missing requirement.
$(LOCKED): requirements.lock
	@set -e; \
	found=''; \
	for candidate in "$$PYTHON" python3 python3.13 python3.12 python3.11 python; do \
	  if [ -n "$$candidate" ] && "$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; \
	  then found="$$candidate"; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
	  echo 'No Python 3.11 or newer was found (tried $$PYTHON, python3, python3.13, python3.12, python3.11, python).' >&2; \
	  echo 'Install one, or name one: make $(MAKECMDGOALS) PYTHON=/path/to/python3.12' >&2; exit 1; \
	fi; \
	printf '%s\n' "== making .venv with $$("$$found" --version) ($$found)"; \
	rm -rf .venv; \
	if ! "$$found" -m venv .venv; then \
	  echo 'The venv module failed; on Debian and Ubuntu: apt-get install python3-venv' >&2; \
	  rm -rf .venv; exit 1; \
	fi; \
	total=$$(grep -c '^[a-z].*==' requirements.lock); \
	printf '%s\n' "== installing from requirements.lock ($$total pins; some minutes the first time)"; \
	if [ -t 1 ]; then quiet=''; else quiet='--quiet --progress-bar off'; fi; \
	$(BIN)/python -m pip install --disable-pip-version-check --require-hashes --no-deps $$quiet -r requirements.lock; \
	touch $(LOCKED)

$(STAMP): pyproject.toml $(LOCKED)
	@$(BIN)/python -m pip install --disable-pip-version-check --no-deps --no-build-isolation --quiet -e .
	@touch $(STAMP)
	@$(call say,.venv is ready)
