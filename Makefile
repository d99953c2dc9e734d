# Hall Counter. `make run` and `make test` do all the set-up by themselves.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
BIN := .venv/bin
SETUP_INPUTS := tools/setup.sh pyproject.toml

.PHONY: help run test check revisions contract lock bench faults fuzz stores package clean

help: ## what there is
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: .venv/run.done ## the whole job: platform, simulated devices, all four faces
	@$(BIN)/hall-counter demo

# Three at a time, also on two cores: tests wait as much as they compute.
test: .venv/test.done check ## every check and every test
	@mkdir -p out
	@QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder -q

check: .venv/test.done ## style, types, who may know whom
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: .venv/bench.done ## measures and writes out/bench.json
	@QT_QPA_PLATFORM=offscreen $(BIN)/python -m benchmarks

faults: .venv/test.done ## the fault tests in full size, writes out/faults.json
	@$(BIN)/python -m tools.full_size faults

fuzz: .venv/test.done ## the fuzzing in full size, writes out/fuzz.json
	@$(BIN)/python -m tools.full_size fuzz

stores: .venv/test.done ## all tests that have a platform, on PostgreSQL, writes out/stores.json
	@$(BIN)/python -m tools.full_size stores

package: .venv/test.done ## one folder with hall-counter and hall-platform, and its self-check
	@$(BIN)/python -m tools.package

revisions: ## makes the first revisions of the platform's schema again from its tables
	@$(BIN)/python -m tools.first_revisions

contract: ## writes docs/api/openapi.json again
	@mkdir -p out
	@$(BIN)/hall-platform openapi > out/openapi.json
	@cp out/openapi.json docs/api/openapi.json

lock: ## makes requirements/*.txt again from *.in
	@tools/lock.sh

clean: ## removes what was made, but not the set-up
	@rm -rf out build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis

.venv/run.done: requirements/run.txt $(SETUP_INPUTS)
	@tools/setup.sh run
	@touch $@

.venv/test.done: requirements/test.txt requirements/run.txt $(SETUP_INPUTS)
	@tools/setup.sh test
	@touch $@ .venv/run.done

.venv/bench.done: requirements/bench.txt .venv/test.done
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@
