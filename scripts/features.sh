#!/usr/bin/env bash
# `telemetry` builds with each of its cargo features alone, and with none; without `kafka` no librdkafka is
# compiled. What the workspace builds has all of them, so only this would find it out.
set -euo pipefail
cd "$(dirname "$0")/.."

for feature in '' grpc http http-client kafka postgres redis testing tls; do
    echo "features: telemetry with ${feature:-none}"
    cargo clippy --quiet --locked --package telemetry --lib --no-default-features --features "$feature" -- -D warnings
done

all_but_kafka=grpc,http,http-client,postgres,redis,testing,tls
if cargo tree --locked --package telemetry --edges normal --no-default-features --features "$all_but_kafka" | grep -q rdkafka; then
    echo "features: telemetry compiles librdkafka without its feature kafka" >&2
    exit 1
fi
