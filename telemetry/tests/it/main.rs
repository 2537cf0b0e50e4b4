//! Everything over real sockets: axum and tonic servers on free ports, a private PostgreSQL and
//! Redis, the broker of librdkafka, an OTLP collector. Each test has providers of its own; what needs
//! the process's globals runs in a child process.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod child;
mod scenarios;
mod environment_scenarios;
mod loss_scenarios;
mod metric_scenarios;
mod totals;
mod wire_collector;
mod certificates;
mod recorded;
mod points;
mod kafka_bench;
mod exception_scenarios;
mod greeter;

mod http_server;
mod http_trust;
mod http_bodies;
mod http_client;
mod http_versions;
mod grpc;
mod grpc_deadline;
mod grpc_deadline_chain;
mod grpc_breaks;
mod context;
mod tasks;
mod exceptions;
mod postgres;
mod postgres_pool;
mod postgres_copy;
mod redis;
mod cache_lookups;
mod outbox;
mod dead_letters;
mod kafka;
mod kafka_receive;
mod kafka_batch;
mod kafka_commit;
mod kafka_leave;
mod kafka_lag;
mod export;
mod shutdown;
mod losses;
mod overload;
mod health;
mod overflow;
mod logs;
mod environment;
mod readme;
mod collector;
mod assertions;
mod conventions;
mod start_line;
mod otlp_environment;
mod otlp_tls;
mod batch_environment;
mod limits;
mod console;
mod sampling;
mod identity;
mod metric_points;
mod exemplars;
mod temporality;
mod histograms;
mod metric_sender;
mod metric_callbacks;
mod metric_health;
mod process_metrics;
mod runtime_metrics;
