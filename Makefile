# The menu. Every target makes the environment it needs; a second call finds it ready.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

.PHONY: help demo story test check bench report docs screenshots clean

help:
	@echo 'make demo    boot the demo application, verify it, show the decision'
	@echo 'make story   deploy good and bad releases on this machine, and go back (needs HAProxy)'
	@echo 'make test    static checks, then the tests'
	@echo 'make check   formatting, lint, types'
	@echo 'make bench   the benchmarks'
	@echo 'make report  the HTML report of reports/allure-results (needs Node)'
	@echo 'make docs    write docs/reference anew from the product'
	@echo 'make screenshots  take the pictures of docs/images anew (needs Node and Chromium)'
	@echo 'make clean   remove the environment, caches and reports'
	@echo 'PYTHON=python3.13 chooses the interpreter of a new environment (3.11 or newer)'

# make itself ends with 2 on any failure and names the code; run the line below for the code itself.
demo: $(READY)
	@$(BIN)/python -m pytest suites --gonogo-target demo

story: $(READY)
	@$(BIN)/python examples/bluegreen/story.py

# Tests run after a failed check too, so that one call tells everything. Many wait for processes of
# their own: four workers keep two cores busy, and who is done takes over from who is not.
test: $(READY)
	@status=0; \
	$(MAKE) --no-print-directory check || status=$$?; \
	$(BIN)/python -m pytest -n 4 --dist worksteal && exit $$status

check: $(READY)
	@$(BIN)/ruff format --check
	@$(BIN)/ruff check
	@$(BIN)/mypy

bench: $(READY)
	@found=; \
	for script in benchmarks/*.py; do \
	  [ -f "$$script" ] || continue; \
	  found=yes; echo "== $$script"; \
	  $(BIN)/python "$$script" || exit; \
	done; \
	[ -n "$$found" ] || echo 'no benchmarks yet'

report: reports/node_modules
	@node reports/report.mjs

docs: $(READY)
	@$(BIN)/python docs/generate.py

screenshots: $(READY) reports/node_modules
	@$(BIN)/python docs/screenshots.py

reports/node_modules: reports/package-lock.json
	@npm ci --silent --prefix reports
	@touch $@

clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis build dist reports/out reports/allure-results
	find plugins suites tests benchmarks examples -name __pycache__ -type d -prune -exec rm -rf {} +

$(READY): requirements.lock pyproject.toml
	@command -v '$(PYTHON)' >/dev/null || \
	  { echo '$(PYTHON) was not found; name a Python 3.11 or newer, as in: make PYTHON=python3.13' >&2; exit 1; }
	@'$(PYTHON)' -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "gonogo needs Python 3.11 or newer, and $(PYTHON) is $$('$(PYTHON)' -V 2>&1); name another, as in: make PYTHON=python3.13" >&2; exit 1; }
	@'$(PYTHON)' -m venv .venv
	@if command -v uv >/dev/null; then \
	  uv pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r requirements.lock && \
	  uv pip install --quiet --compile-bytecode --python $(BIN)/python --no-deps -e .; \
	else \
	  $(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock && \
	  $(BIN)/python -m pip install --quiet --no-deps -e .; \
	fi
	@touch $@
