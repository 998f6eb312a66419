.DEFAULT_GOAL := help
.PHONY: help run test check bench environment

# Byte code is compiled once at installation instead of at every start.
export UV_COMPILE_BYTECODE := 1
UV = $(shell scripts/bootstrap.sh)

help: ## show this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*##/\t/' | expand -t 10

run: environment ## start a demonstration on http://localhost:8000
	@KOMMA_MODE="$${KOMMA_MODE:-demo}" $(UV) run --frozen --no-dev komma run

test: environment ## run all tests (browser tests need Chromium)
	@scripts/ensure_browser.sh $(UV)
	$(UV) run --frozen pytest -n 2 --dist loadgroup

check: environment ## style, types, architecture, migrations, translations
	$(UV) run --frozen ruff check
	$(UV) run --frozen ruff format --check
	$(UV) run --frozen mypy
	$(UV) run --frozen djlint --quiet --lint komma/templates
	$(UV) run --frozen lint-imports
	$(UV) run --frozen python scripts/check_migrations.py
	$(UV) run --frozen python scripts/check_translations.py

bench: environment ## measure speed and size
	$(UV) run --frozen python -m benchmarks

environment:
	@test -n "$(UV)"
