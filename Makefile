# `make run` starts Valhalla, `make test` checks it. Both first install what they need into .venv.
#
#   PYTHON=/path/to/python3.12   the Python to create .venv with (3.11 or later)
#   ARGS="--port 9000"           arguments for the command of a target
#
# Only features of GNU make 3.81, because macOS ships that version.

.DEFAULT_GOAL := help
.PHONY: help run test bench accuracy soak promises screenshots fmt lock runtime dev clean

export PYTHON

UV := uv==0.13.9
COMPILE = .venv/bin/uv pip compile --no-config --quiet --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --custom-compile-command "make lock"

# Without this, the first start after a change compiles everything; with PYTHONDONTWRITEBYTECODE, every start does.
BYTECODE = .venv/bin/python -m compileall -qq -j 0 backend || true

help: ## show this help
	@echo "make ..."
	@sed -n 's/^\([a-z]*\):[^#]*## \(.*\)/  \1|\2/p' Makefile | awk -F'|' '{printf "%-13s %s\n", $$1, $$2}'

run: runtime ## migrate the database and serve on 127.0.0.1:8000 (ARGS: for `valhalla serve`)
	@exec .venv/bin/valhalla serve $(ARGS)

# Every step runs, so that one run reports all problems. mypy and lint-imports use one core each, so they run beside the
# tests. pytest keeps the tests compiled with their asserts rewritten, which takes each worker of the first run a third of
# the time until its first test.
test: dev ## run lint, types, layers and all tests (ARGS: for pytest)
	@failed=; types=$$(mktemp); layers=$$(mktemp); \
	.venv/bin/mypy > "$$types" 2>&1 & of_types=$$!; \
	.venv/bin/lint-imports --no-logo > "$$layers" 2>&1 & of_layers=$$!; \
	trap 'kill $$of_types $$of_layers 2> /dev/null; rm -f "$$types" "$$layers"' EXIT; \
	echo "ruff check"; .venv/bin/ruff check . || failed="$$failed ruff-check"; \
	echo "ruff format"; .venv/bin/ruff format --check . || failed="$$failed ruff-format"; \
	PYTHONDONTWRITEBYTECODE= .venv/bin/python -m pytest -n auto $(ARGS) || failed="$$failed pytest"; \
	wait $$of_types || failed="$$failed mypy"; of_types=; echo "mypy"; cat "$$types"; \
	wait $$of_layers || failed="$$failed lint-imports"; of_layers=; echo "layers"; cat "$$layers"; \
	if [ -n "$$failed" ]; then echo "Failed:$$failed"; exit 1; fi

bench: dev ## measure speed (ARGS=market, scale, console, comms, jv, archive or peers: only that section; OUT=FILE: also write JSON)
	@exec .venv/bin/python -m bench $(ARGS) $(if $(OUT),--out "$(OUT)")

accuracy: dev ## measure accuracy on King County's later sales (OUT=FILE: also write JSON; ARGS: for `python -m accuracy`)
	@exec .venv/bin/python -m accuracy $(if $(OUT),--out "$(OUT)") $(ARGS)

soak: dev ## stress test (MINUTES=20: of steady load; OUT=FILE: also write JSON; ARGS: for `python -m soak`)
	@exec .venv/bin/python -m soak $(if $(MINUTES),--minutes "$(MINUTES)") $(if $(OUT),--out "$(OUT)") $(ARGS)

promises: dev ## write docs/promises.md from the markers of the tests
	@.venv/bin/python -m backend.tests.promises

screenshots: dev ## write docs/console/*.png from the demo, which installs its sales first (ARGS: names of pictures)
	@exec .venv/bin/python -m backend.tests.browser.screenshots $(ARGS)

fmt: dev ## format the code, and fix what can be fixed automatically
	@.venv/bin/ruff check --fix --exit-zero --quiet . ; .venv/bin/ruff format .

# Pinned versions stay, unless ARGS=--upgrade or ARGS="--upgrade-package NAME". The development lock is constrained
# to the versions of the runtime lock, so that installing it installs both. The demo and console locks
# have the extras of these names without their dependencies. The lock of the bench's peers is for a separate environment.
lock: runtime ## write requirements*.lock from pyproject.toml (ARGS=--upgrade: newest versions)
	@.venv/bin/python -m pip install --quiet --disable-pip-version-check "$(UV)"
	@$(COMPILE) pyproject.toml $(ARGS) --output-file requirements.lock
	@$(COMPILE) pyproject.toml $(ARGS) --group test --constraints requirements.lock --output-file requirements-dev.lock
	@for extra in demo console; do \
		sed -n "/^$$extra = \[/,/^]/s/^ *\"\(.*\)\",\$$/\1/p" pyproject.toml | \
		$(COMPILE) - $(ARGS) --no-deps --no-annotate --output-file requirements-$$extra.lock || exit; done
	@$(COMPILE) bench/peers/requirements.in $(ARGS) --output-file bench/peers/requirements.lock

runtime:
	@sh tools/bootstrap.sh requirements.lock
	@$(BYTECODE)

dev:
	@sh tools/bootstrap.sh requirements-dev.lock
	@$(BYTECODE)

clean: ## remove .venv and all caches; keep the data in backend/data/
	@rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .grimp_cache .hypothesis \
		.schemathesis build dist bench/out *.egg-info
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
