# Thin over `cargo xtask` (folder xtask) and the testbed. `make help` lists everything.
SHELL := /bin/bash
# Intermediate build results are shared by every checkout; programs land in ./target.
export CARGO_BUILD_BUILD_DIR ?= $(HOME)/.cache/kubemin/build
XTASK := ./.ci/prepare && cargo run --quiet --locked -p xtask --

.PHONY: help demo demo-down test test-full cluster cluster-down build bench lint fmt generate check-generated

help: ## show the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "%-18s %s\n", $$1, $$2}'

demo: ## build, start a cluster (unless KUBECONFIG is set) and a server, deploy an example
	@$(XTASK) demo

demo-down: ## remove everything that demo started
	@$(XTASK) demo-down

test: ## run every level of tests; installs, starts and stops what it needs
	@$(XTASK) test

test-full: ## the long forms: crash runs with many applications, all seeds
	@$(XTASK) test --full

cluster: ## start the testbed cluster (NODES=1); the last line printed is the export
	@$(XTASK) cluster

cluster-down: ## stop the testbed cluster
	@$(XTASK) cluster-down

build: ## release programs in target/release
	@./.ci/prepare && cargo build --release --locked -p kubemin

bench: ## benchmarks with ratios; results go to docs/benchmarks.md by hand
	@$(XTASK) bench

lint: ## formatting, clippy (warnings are errors), licences of what we depend on
	@$(XTASK) lint

fmt: ## format all code
	@cargo fmt --all

generate: ## write OpenAPI, JSON Schema, configuration and CLI reference
	@$(XTASK) generate

check-generated: ## fail when a generated file is not up to date
	@$(XTASK) check-generated
