# Everything that a person types. Each target does its own set-up; a second run is quick.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= $(shell command -v python3.11 || command -v python3)
PORT ?= 8000
SEED ?= 1
PROFILE ?= mini
BIN := .venv/bin
PIP := $(BIN)/python -m pip -qq --no-input --disable-pip-version-check
FILL = $(BIN)/jiamei init --regions web/data/regions-demo.csv \
    --rules web/data/rules.csv --procedure web/data/procedure-demo.csv --goods web/data/goods.csv \
  && $(BIN)/jiamei demo --profile $(PROFILE) --seed $(SEED)
# What was entered so far, into the public log. On a real county `jiamei log sign --every 60` runs.
SIGN = $(BIN)/jiamei log policy >/dev/null && $(BIN)/jiamei log sign >/dev/null
# Where this server is reached, for the addresses on the demo's cards.
HERE = export JIAMEI_BASE_URL="$${JIAMEI_BASE_URL:-http://127.0.0.1:$(PORT)}"

.PHONY: help
help:  ## show this list
	@echo "make TARGET"
	@sed -nE 's/^([a-z-]+):.*  ## (.*)/  \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

# ---- for everybody

.PHONY: run
run: .venv/.run  ## set up, fill a demo county on first use, and serve it (PORT=8000)
	@[ -n "$${JIAMEI_DATABASE_URL:-}" ] || cat var/jiamei.sign-ins.txt 2>/dev/null || true
	@$(HERE) && { $(SIGN); } || echo "The transparency log was not signed; see: $(BIN)/jiamei log sign" >&2
	@$(HERE) && exec $(BIN)/jiamei serve --port $(PORT)

ifndef JIAMEI_DATABASE_URL
run: var/jiamei.db
endif

.PHONY: test
test: check .venv/.browser  ## all checks and all tests (a few minutes on two cores)
	@$(BIN)/pytest -q -n auto --dist loadgroup

var/jiamei.db: | .venv/.run
	@echo "Filling a demo county (first use only)"
	@mkdir -p var && rm -f var/filling.db*
	@$(HERE) JIAMEI_DATABASE_URL=sqlite:///var/filling.db && { $(FILL); } | sed '/^登录/,$$d'
	@mv var/filling.sign-ins.txt var/jiamei.sign-ins.txt
	@for part in "-wal" ""; do [ ! -e var/filling.db$$part ] || mv var/filling.db$$part $@$$part; done

# ---- for developers

.PHONY: check
check: .venv/.test  ## format, lint, types, import contracts, security lint
	@echo "ruff" && $(BIN)/ruff check --quiet --output-format concise . && $(BIN)/ruff format --quiet --check .
	@echo "mypy" && $(BIN)/mypy --no-error-summary
	@echo "import contracts" && $(BIN)/lint-imports --no-cache --no-logo
	@echo "bandit" && $(BIN)/bandit --quiet --recursive --configfile pyproject.toml points volunteers web

.PHONY: nightly
nightly: .venv/.test .venv/.browser  ## every test, the long ones at full size too
	@deploy/debian-packages.sh "the nightly tests" strace postgresql-15 pgbackrest
	@$(BIN)/pytest -q -n auto --dist loadgroup -m "" --hypothesis-profile nightly

.PHONY: trust-attacks
trust-attacks: .venv/.test  ## the attack table, each found by the verifier; 200 honest counties
	@$(BIN)/pytest -q -n auto -m "" tests/attacks tests/points/audit tests/points/test_authorship.py

.PHONY: trust-export
trust-export: .venv/.test  ## hledger and Beancount recompute every account, of a whole county too (half an hour)
	@deploy/debian-packages.sh "strangers' tools" hledger
	@$(BIN)/pytest -q -m "" tests/points/audit/export tests/web/demo/test_county.py

.PHONY: trust-upgrade
trust-upgrade: .venv/.test  ## the county of every release comes to the same root, balances and books
	@deploy/debian-packages.sh "strangers' tools" hledger
	@$(BIN)/pytest -q -m "" tests/contracts/test_upgrade.py tests/contracts/test_golden.py

.PHONY: trust
trust: trust-attacks trust-kill drill trust-export trust-upgrade  ## everything that strangers may doubt, at full size

.PHONY: trust-kill
trust-kill: .venv/.test  ## 200 times kill -9 under load on SQLite, PostgreSQL and its server; failing disks
	@deploy/debian-packages.sh "failing disks" strace
	@$(BIN)/pytest -q -m "" tests/properties/test_kill.py tests/web/test_disk.py tests/web/test_disk_postgres.py

.PHONY: drill
drill: .venv/.test  ## a machine ends under load; restored elsewhere, compared with the board, timed
	@$(BIN)/pytest -q -m "" tests/properties/test_drill.py tests/properties/test_pgbackrest.py

.PHONY: words
words: .venv/.test  ## gather the sentences of pages and code into the English catalogue
	@$(BIN)/pybabel -q extract -F babel.cfg -k _l -k N_ --no-location --sort-output -o var/words.pot .
	@$(BIN)/pybabel -q update --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --width 100 -l en -d web/translations -i var/words.pot
	@$(BIN)/pybabel -q compile -l en -d web/translations

.PHONY: bench
bench: .venv/.test  ## measure redemptions, balances, proofs; writes benches/results.md, proof.md
	@$(BIN)/python -m benches

.PHONY: demo
demo: .venv/.run  ## a fresh demo county beside the real data (PROFILE=mini|county|stress SEED=1)
	@rm -f var/demo.db var/demo.db-*
	@export JIAMEI_DATABASE_URL=sqlite:///var/demo.db && $(FILL)

.PHONY: lock
lock:  ## choose exact versions and hashes anew after a change in requirements/*.in
	@$(PYTHON) -m venv var/lock && var/lock/bin/pip install -qq pip-tools==7.6.2
	@for set in run test; do echo "requirements/$$set.txt"; \
	  PIP_FIND_LINKS= var/lock/bin/pip-compile --quiet --no-strip-extras --allow-unsafe --generate-hashes \
	    --no-header --no-emit-index-url --no-emit-trusted-host --no-emit-find-links \
	    --output-file requirements/$$set.txt requirements/$$set.in; done

.PHONY: clean
clean:  ## remove everything that make made, except data in var/
	@rm -rf .venv build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache var/lock
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# ---- set-up: each stamp says that what it names is in place

.venv/.made:
	@mkdir -p var
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Jiamei needs Python 3.11 or newer; found: $$($(PYTHON) -V 2>&1). Use make PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
	  || deploy/debian-packages.sh "the Python environment" python3-venv
	@echo "Making .venv" && $(PYTHON) -m venv .venv && touch $@

.venv/.run: .venv/.made requirements/run.txt pyproject.toml
	@echo "Installing what the application needs (about a minute the first time)"
	@$(PIP) install --require-hashes --requirement requirements/run.txt
	@$(PIP) install --no-build-isolation --no-deps --editable . && touch $@

.venv/.test: .venv/.made requirements/test.txt pyproject.toml
	@echo "Installing what application and tests need (a minute or two the first time)"
	@$(PIP) install --require-hashes --requirement requirements/test.txt
	@$(PIP) install --no-build-isolation --no-deps --editable . && touch $@ .venv/.run

.venv/.browser: .venv/.made
	@deploy/debian-packages.sh "the tests" chromium fonts-noto-cjk libatomic1 hledger && touch $@
