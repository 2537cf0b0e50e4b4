# The front door. `make` lists what it can do.
.DEFAULT_GOAL := help
number := $(word 2,$(MAKECMDGOALS))
.PHONY: help setup run test check docs-check lesson lesson-check measure stack stack-down stack-logs up down test-stack

help: ## What this file can do
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## /\1\t/' | expand -t 14

setup: ## Install what is missing: C toolchain, PostgreSQL, Redis, protoc
	@scripts/setup.sh

run: setup ## Everything on this machine, without Docker: throughline up
	cargo run --locked --bin throughline -- up

# More at once than there are processors: most tests wait.
test: setup ## Every test that needs no Docker
	RUST_TEST_THREADS=$${RUST_TEST_THREADS:-8} cargo test --workspace --locked

check: setup ## Formatting, lints, API docs, licences and sources of dependencies
	cargo fmt --all --check
	scripts/deny.sh
	cargo clippy --workspace --all-targets --locked -- -D warnings
	cargo clippy --package throughline --no-default-features --locked -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --locked
	scripts/features.sh

docs-check: setup ## Every page against the code: links, snippets, commands, lessons
	cargo run --quiet --locked --package docs-check

lesson: ## Begin a lesson of docs/learning-path, on a branch of its own: make lesson 1
	@cargo run --quiet --package docs-check -- start $(number)

lesson-check: ## Whether a lesson is done, and if not, why: make lesson-check 1
	@cargo run --quiet --package docs-check -- done $(number)

# The number of a lesson is a word of its own, so make takes it for something to make.
ifneq ($(and $(number),$(filter lesson lesson-check,$(firstword $(MAKECMDGOALS)))),)
.PHONY: $(number)
$(number):
	@:
endif

measure: setup ## The release build's figures: start, latency, memory, sizes
	cargo run --release --locked --bin throughline -- demo --measure

stack: ## Everything in containers, with Kafka, Jaeger, Prometheus, Grafana: docker compose up
	docker compose up --build --wait
	@echo 'gateway http://127.0.0.1:8080 · traces http://127.0.0.1:16686 · Grafana http://127.0.0.1:3000 · stop: make stack-down'

stack-down: ## Stop what `make stack` started; its data is kept (docker compose down -v removes it)
	docker compose down

stack-logs: ## Follow what the four services log
	docker compose logs --follow --tail 20 gateway users orders order-worker

up: stack
down: stack-down

test-stack: ## The containers run for real: build, start, orders, traces, kills, memory, stop
	@scripts/setup.sh curl jq npm
	@scripts/test-stack.sh
