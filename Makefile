# The commands of this project; `make help` lists them. What they do is in sandbox/ and in pyproject.toml.
.DEFAULT_GOAL := help
.PHONY: help environments setup run reset test soak bench check lock

find_python = for each in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$each -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$each && break; done
PYTHON := $(shell $(find_python))
ifeq ($(PYTHON),)
$(error HealthMed needs Python 3.11 or newer, with pip: install it (Debian: apt-get install python3 python3-pip), then run make again)
endif
VENV := .venv/bin/python

help: ## list the commands
	@sed -n 's/^\([a-z]*\):.*## /make \1\t/p' Makefile | expand -t 14

setup: ## prepare the environments (the other commands do it when they need it)
	@$(PYTHON) -m sandbox.prepare

environments:
	@$(PYTHON) -m sandbox.prepare environments

run: environments ## start the whole platform with demo data; Ctrl-C stops it
	@$(VENV) -m sandbox

reset: ## forget the platform's state: the next `make run` starts afresh
	@$(PYTHON) -m sandbox.reset

test: setup ## run all tests
	@$(VENV) -m pytest -n 2

soak: setup ## run the tests that take minutes, and print their figures
	@$(VENV) -m pytest -n 0 -s -m soak

bench: setup ## measure the BFF beside Node's servers; draws docs/benchmark.svg
	@$(VENV) -m benchmarks

check: setup ## run all that CI runs: lint, types, contracts, SDL drift, tests with coverage
	@$(VENV) -m sandbox.check

lock: setup ## pin the requirements again, with hashes
	@$(PYTHON) -m sandbox.prepare.lock
