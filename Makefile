# The two commands that matter: `make demo` and `make test`. Python 3.11 is all they need.
PYTHON ?= python3
BIN := .venv/bin
PORT ?= 8000
JOBS ?= 2
# What pip would do on one core alone; a file that is no Python of this version is let be, as there.
COMPILE := $(BIN)/python -m compileall -qq -j 0 .venv/lib || true
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: install demo serve test check types lint fix bench soak lock clean

install: .venv/dev

.venv/base: requirements/base.txt pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --no-compile --require-hashes -r requirements/base.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@$(COMPILE)
	@touch $@

.venv/dev: requirements/dev.txt .venv/base
	$(BIN)/python -m pip install --quiet --no-compile --require-hashes -r requirements/dev.txt
	@$(COMPILE)
	@touch $@

demo: .venv/base
	@exec $(BIN)/livretpro demo --port $(PORT)

serve: .venv/base
	@exec $(BIN)/livretpro serve --port $(PORT)

# Journeys play in a system Chromium: found, else installed where that is possible, else said aloud.
test: .venv/dev
	@tests/chromium.sh
	$(BIN)/python -m pytest -q -n $(JOBS) --dist loadfile --no-loadscope-reorder $(ARGS)

# Types take three quarters of the time: the rest is checked beside them.
check: .venv/dev
	@$(MAKE) --no-print-directory --output-sync --jobs $(JOBS) types lint

types: .venv/dev
	LIVRETPRO_SECRET_KEY=check $(BIN)/mypy

lint: .venv/dev
	$(BIN)/ruff check src tests benchmarks
	$(BIN)/ruff format --check src tests benchmarks
	$(BIN)/lint-imports --no-cache --no-logo
	$(BIN)/djlint --quiet --lint src
	PYTHONPATH=tests DJANGO_SETTINGS_MODULE=settings_test $(BIN)/python -m django makemigrations --check --dry-run

fix: .venv/dev
	$(BIN)/ruff check --fix src tests benchmarks
	$(BIN)/ruff format src tests benchmarks

# What is measured against a floor. `ARGS="--only P1 P7 --secondes 20"`.
bench: .venv/dev
	$(BIN)/python -m benchmarks $(ARGS)

# The full figures of trust (spec 08): interleavings, kills, outages; without ARGS, then every hostile
# file at every door. `ARGS="--only a4 --seed 7"`.
soak: .venv/dev
	PYTHONPATH=tests $(BIN)/python -m soak $(ARGS)
	$(if $(ARGS),,$(BIN)/python -m pytest -q -n $(JOBS) tests/hostile --whole-corpus)

lock: .venv/dev
	cd requirements && for f in base dev; do uv pip compile --quiet --generate-hashes --no-emit-index-url --no-emit-find-links --universal --python-version 3.11 $$f.in -o $$f.txt; done

clean:
	rm -rf .venv build .mypy_cache .ruff_cache .pytest_cache .hypothesis
