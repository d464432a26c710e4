# Every command of the project. `make` alone lists them.
PYTHON := .venv/bin/python
MANAGE := $(PYTHON) manage.py

export OPCC_DATA_DIR ?= $(CURDIR)/var

.DEFAULT_GOAL := help
.PHONY: help run test check seed seed-large bench chaos format requirements

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-14s %s\n", $$1, $$2}' Makefile

run: ## Start the portal: PORT=8000, OPCC_DATA_DIR=./var, DEMO=0 for an office of your own
	@bin/environment
	@bin/check_system
	@$(PYTHON) bin/serve

test: ## Everything: make check, then all tests on SQLite and PostgreSQL, in the browser and with veraPDF
	@bin/environment dev
	@bin/check_system tests
	@bin/run_tests

check: ## Code style, templates, migrations, production settings, static files
	@bin/environment dev
	@bin/check

seed: ## Put the demo office into the database; adds what is missing of it, changes nothing else
	@bin/environment
	@$(MANAGE) migrate --verbosity 0
	@$(MANAGE) seed_demo

seed-large: ## Add made-up figures to try the portal with: 60 indicators, 43 areas, 240 months (some minutes)
	@bin/environment
	@$(MANAGE) migrate --verbosity 0
	@$(MANAGE) seed_large

bench: ## Measure what the figures of the README are made of
	@bin/environment dev
	@set -e; for script in bench/[a-z]*.py; do echo "== $$script"; $(PYTHON) "$$script"; done

chaos: ## Kill servers and lose replies while 16 people write: is every word kept? EDITORS=16, SAVES=40
	@bin/environment dev
	@$(PYTHON) -m bench.chaos

format: ## Lay out the Python code as `make check` wants it
	@bin/environment dev
	@.venv/bin/ruff check --fix --quiet . ; .venv/bin/ruff format .

requirements: ## Pin requirements*.in, with all they need, in requirements*.txt (uses uv)
	@for list in requirements requirements-dev; do \
		uv pip compile --quiet --universal --python-version 3.11 --custom-compile-command "make requirements" \
			$$list.in --output-file $$list.txt || exit 1; \
	done
