//! Traces, metrics, logs and context for a service: one handle, one line for each edge.
//!
//! # How a context travels
//! A request arrives at [`HttpServerLayer`] or [`GrpcServerLayer`], which reads the caller's context
//! from its headers, starts a `SERVER` span and makes it current while the handler runs. What the
//! handler does through this crate finds that span in OpenTelemetry's `Context` and starts below it:
//! [`GrpcClient`], [`HttpClient`] and [`Producer`] write it into the headers of what they send,
//! [`Postgres`] and [`Redis`] record it. A context that must outlive its request is [captured](Telemetry::capture) as a
//! [`TraceContext`], stored, and given to [`Record::parent`]. [`Consumer::process`] picks it up from
//! the record's headers, and so on to the next service. A new task keeps it by [`spawn`],
//! a blocking one by [`spawn_blocking`], one of a join set by [`in_current_context`].
//!
//! `tracing` spans (`#[tracing::instrument]`) nest in between, and every log line has the ids of what
//! runs. The set-up is [`init`]; the [`Guard`] that it returns delivers the last spans at the end.
//!
//! # How a failure is told
//! Once. A span says that its operation failed and how that is called ([`ErrorType`]); what happened,
//! in words, is one log record, written by [`exception`] where the failure becomes an answer.
//!
//! # Why the edges are written on the OpenTelemetry API
//! A `tracing` span has no kind, ends when it was last entered rather than when it is over, and turns
//! unsigned numbers into strings. Each edge ends its span and records its duration by one call, so
//! that the two agree.

#![warn(missing_docs)]
#![cfg_attr(
    not(all(
        feature = "grpc",
        feature = "http",
        feature = "http-client",
        feature = "kafka",
        feature = "postgres",
        feature = "redis"
    )),
    allow(
        dead_code,
        reason = "an edge that is left out leaves its share of what the edges have in common unused"
    )
)]

// In reading order: who we are, how a context moves, one operation, the edges, the way out.
mod service;
mod handle;
mod propagation;
mod baggage;
mod spawn;
mod deadline;
mod unrecorded;
mod error_type;
mod exceptions;
mod panics;
mod secret;
mod names;
mod hop;

#[cfg(any(feature = "http", feature = "http-client", feature = "grpc"))]
mod header_map;
#[cfg(any(feature = "http", feature = "http-client"))]
mod http;
#[cfg(feature = "grpc")]
mod grpc;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "redis")]
mod redis;
#[cfg(feature = "kafka")]
mod kafka;

mod retention;
mod cache_lookups;
mod outbox;
mod dead_letters;
mod completions;

mod init;
mod environment;
mod resource;
mod signal;
mod otlp;
mod console;
mod sampler;
mod limits;
mod traces;
mod metrics;
mod logs;
mod health;
mod stdout;
mod subscriber;
mod pipelines;
mod guard;
mod report;
#[cfg(feature = "testing")]
pub mod testing;

#[cfg(feature = "grpc")]
pub use self::grpc::{GrpcBody, GrpcCall, GrpcClient, GrpcResponse, GrpcServer, GrpcServerLayer};
#[cfg(feature = "http-client")]
pub use self::http::{HttpClient, HttpClientBody, HttpClientCall, HttpClientLayer, ResendCount, UrlTemplate};
#[cfg(feature = "http")]
pub use self::http::{HttpResponse, HttpServer, HttpServerLayer, RequestBody, TracedBody};
#[cfg(feature = "kafka")]
pub use self::kafka::{
    Consumer, ConsumerCallbacks, Delivered, Delivery, MessagingTrace, ParseMessagingTraceError, Producer,
    Record, SendError,
};
#[cfg(feature = "postgres")]
pub use self::postgres::{Postgres, Transaction};
#[cfg(feature = "redis")]
pub use self::redis::Redis;
pub use cache_lookups::CacheLookups;
pub use completions::Completions;
pub use dead_letters::DeadLetterCount;
pub use error_type::ErrorType;
pub use exceptions::{Operation, exception};
pub use guard::Guard;
pub use handle::Telemetry;
pub use init::{Builder, InitError, init};
pub use logs::LogFilterError;
pub use outbox::OutboxSize;
pub use propagation::{ParseTrustError, TraceContext, TrustInbound};
pub use report::{Losses, Outcome, Report, SignalReport};
pub use retention::DeletedRows;
pub use secret::Secret;
pub use service::Service;
pub use spawn::{current_trace_id, in_current_context, spawn, spawn_blocking};
