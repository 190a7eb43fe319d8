# The commands of the project; `make` alone lists them. Everything is built below build/, one folder a CMake preset.
SHELL := /bin/bash
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

JOBS ?= $(shell nproc)
DATA ?= data
FUZZ_SECONDS ?= 60
export PYTHONDONTWRITEBYTECODE := 1

configure = cmake --preset $(1) $(if $(VERBOSE),,--log-level=WARNING)
build = $(call configure,$(1)) && cmake --build --preset $(1) --parallel $(JOBS) $(if $(2),--target $(2))

.PHONY: help
help: ## list the commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

.PHONY: setup
setup: ## install the Debian packages that are missing (root or sudo)
	@tools/setup.sh build

.PHONY: build
build: setup server ## build the server (build/release/yizhan) and its console
	@tools/web.sh build

.PHONY: server
server: setup
	@$(call build,release,yizhan)

.PHONY: run
run: build ## start the server on this machine, its data in $(DATA)/
	build/release/yizhan serve --data-dir $(DATA)

.PHONY: demo
demo: server ## walk one campaign from customer list to report, with a simulated carrier
	build/release/yizhan demo

.PHONY: test
test: ## every test and check, as continuous integration runs them
	@tools/setup.sh build test
	@JOBS=$(JOBS) tools/test.sh

.PHONY: lint
lint: ## layering, style, format and clang-tidy; types, style and format of the console
	@tools/setup.sh build test
	@tools/web.sh check
	@$(call configure,dev)
	@tools/lint.sh build/dev $(JOBS)

.PHONY: format
format: ## format every C++ and TypeScript file
	@tools/setup.sh test
	@tools/check_format.py --fix
	@tools/web.sh npx prettier --write --log-level warn .

.PHONY: types
types: setup ## make the console's types anew from the server's description of its API
	@$(call build,dev,yizhan)
	@tools/web.sh types build/dev/yizhan

.PHONY: screenshots
screenshots: ## every screen of the console, in both languages: build/screenshots
	@tools/setup.sh build test
	@$(call build,dev,yizhan)
	@tools/web.sh build
	@YIZHAN_BINARY=build/dev/yizhan python3 tests/e2e/console_test.py --screenshots build/screenshots

.PHONY: bench
bench: ## measure; the figures go to build/bench/results.json
	@tools/setup.sh build test
	@$(call build,release)
	@tools/with_postgres bench/run.py --build build/release

.PHONY: fuzz
fuzz: ## let every fuzzer explore for FUZZ_SECONDS
	@tools/setup.sh build test
	@$(call build,fuzz)
	@tools/fuzz.py --build build/fuzz --seconds $(FUZZ_SECONDS)

.PHONY: coverage
coverage: ## lines that the tests reach: build/coverage/report
	@tools/setup.sh build test
	@$(call build,coverage)
	@tools/coverage.sh build/coverage

.PHONY: clean
clean: ## remove everything built (data/ stays)
	rm -rf build
