# Everything a person or CI does with this repository. `make` alone lists it.
PY := .venv/bin/python
QUICK := tests/unit tests/property
# Tests run file by file on three workers, since many wait and CI has two cores; ARGS="-n 0" runs them in one process.
SPREAD := -n 3 --no-loadscope-reorder --durations 20
MAKEFLAGS += --no-print-directory
export PYLINTHOME := .pylint_cache
export CHECKPOINT_DISABLE := 1

.DEFAULT_GOAL := help
.PHONY: help setup run test check long lint format infra infra-setup clients-setup bench images requirements clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## make .venv with everything by hash (does nothing when it is up to date)
	@scripts/setup

run: setup ## start everything, run the demonstration, go on serving (ARGS=--once ends there)
	@.venv/bin/refunds demo $(ARGS)

test: lint infra-setup clients-setup ## lint, then all tests with the coverage gate
	@rm -f .coverage .coverage.*
	@$(PY) -m coverage run -m pytest $(SPREAD) $(ARGS)
	@$(PY) -m coverage combine --quiet
	@$(PY) -m coverage report --skip-covered --skip-empty

check: lint ## lint and the quick tests (< 2 minutes)
	@TESTS_EXAMPLES=quarter $(PY) -m pytest $(SPREAD) -m "not slow" $(wildcard $(QUICK)) $(ARGS)

long: setup ## tests that are too long for CI, by hand (hours); a second call goes on where the first was stopped
	@$(PY) -m pytest -m long --resume .cache/long/passed.jsonl --durations 0 -v $(ARGS)

lint: setup ## format, rules, types, sizes, structure
	@$(PY) -m ruff format --check --quiet .
	@$(PY) -m ruff check --quiet .
	@$(PY) -m mypy & types=$$!; failed=0; \
		$(PY) -m pylint --jobs 2 --score n src/refunds embedded/refunds_embedded || failed=1; \
		.venv/bin/lint-imports --no-logo || failed=1; \
		wait $$types || failed=1; exit $$failed

format: setup ## format and fix what can be fixed by itself
	@$(PY) -m ruff check --fix-only --quiet .
	@$(PY) -m ruff format --quiet .

infra: setup infra-setup ## the tests of infrastructure/ alone: Terraform, CloudFormation, the emulator (< 20 minutes)
	@$(PY) -m pytest -m infra -v --durations 15 tests/infrastructure $(ARGS)

infra-setup: setup
	@scripts/setup-infra

clients-setup: setup
	@scripts/setup-clients

bench: setup ## benchmarks against a running embedded instance
	@$(PY) -m bench $(ARGS)

images: setup ## build and smoke-test the five container images: docker or podman, else buildah on local bases
	@infrastructure/containers/images $(ARGS)

requirements: setup ## compile requirements/*.txt from *.in, with hashes and without addresses
	@for name in base dev services build infra checkov bench; do \
		case $$name in base|checkov) constraint= ;; *) constraint="--constraints requirements/base.txt" ;; esac; \
		.venv/bin/uv pip compile --quiet --universal --python-version 3.11 $$constraint \
		--generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header \
		--output-file requirements/$$name.txt requirements/$$name.in || exit 1; done

clean: ## remove what the targets made, except the data folder
	@rm -rf .venv .venv-checkov .coverage .coverage.* .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .pylint_cache .hypothesis
