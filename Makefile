# The front door. `make` lists what it can do.
.DEFAULT_GOAL := help
.PHONY: help setup run test check measure

help: ## What this file can do
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## /\1\t/' | expand -t 10

setup: ## Install what is missing: C toolchain, PostgreSQL, Redis, protoc
	@scripts/setup.sh

run: setup ## Everything on this machine, without Docker: throughline up
	cargo run --locked --bin throughline -- up

test: setup ## Every test that needs no Docker
	cargo test --workspace --locked

check: setup ## Formatting, lints, API docs, licences and sources of dependencies
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --locked -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --locked
	scripts/deny.sh

measure: setup ## The release build's figures: start, latency, memory, sizes
	cargo run --release --locked --bin throughline -- demo --measure
