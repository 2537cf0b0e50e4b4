//! Failures as log records: one for each, named by the operation that failed.
//!
//! # Who records
//! A span says that its operation failed and of which kind (`error.type`); what happened, in words,
//! is one log record with the ids of that span (semantic conventions 1.44, exceptions in logs: span
//! events are deprecated). Nobody below the one place that turns a failure into an answer knows
//! whether it will be one: what is retried with success is none. So
//! - a service calls [`exception`] there, and nowhere else;
//! - an edge records only what no service saw: a service of tower that fails instead of answering, a
//!   body that breaks off, and by the panic hook of [`init`](crate::init) a panic, with its stack;
//! - an operation fails once: after the first record of a request or call the next ones are dropped.
//!
//! No record turns a span red; that is decided by how the operation ends.

use std::{
    fmt::Display,
    sync::atomic::{AtomicBool, Ordering},
};

use opentelemetry::Context;

use crate::{ErrorType, names};

/// What failed; names the record and says how bad that is by the conventions: an inbound operation
/// that fails is an ERROR, an outbound one a WARN, since its caller may know what to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// `http.server.request.exception`, ERROR.
    HttpServerRequest,
    /// `http.client.request.exception`, WARN.
    HttpClientRequest,
    /// `rpc.server.call.exception`, ERROR.
    RpcServerCall,
    /// `rpc.client.call.exception`, WARN.
    RpcClientCall,
    /// `db.client.operation.exception`, WARN.
    DbClientOperation,
    /// `messaging.create.exception`, WARN.
    MessagingCreate,
    /// `messaging.send.exception`, WARN.
    MessagingSend,
    /// `messaging.receive.exception`, WARN.
    MessagingReceive,
    /// `messaging.process.exception`, ERROR.
    MessagingProcess,
    /// `messaging.settle.exception`, WARN.
    MessagingSettle,
}

impl Operation {
    /// Records a failure of this operation that its caller lives with: a cache that does not answer, a
    /// message that is sent again. `message` says what happens instead.
    pub fn exception<E: ErrorType + Display + ?Sized>(self, error: &E, message: &str) {
        let (error_type, text) = (error.error_type(), error.to_string());
        emit(Some(self), &Exception { error_type: &error_type, text: &text, stack: None }, message);
    }

    /// The context of an inbound operation: what fails in it is its failure.
    #[must_use]
    pub(crate) fn within(self, context: &Context) -> Context {
        context.with_value(InFlight { operation: self, reported: AtomicBool::new(false) })
    }
}

/// Records that what runs now (a request, a call, a message) has failed, as the event that its edge
/// names, inside its trace, with `exception.type` and `exception.message`. Outside of every inbound
/// operation the event is `exception`. Level ERROR.
///
/// Call it where a failure becomes an answer, instead of `tracing::error!`. The second failure of one
/// operation is dropped: one failure is one record.
pub fn exception<E: ErrorType + Display + ?Sized>(error: &E, message: &str) {
    let (error_type, text) = (error.error_type(), error.to_string());
    report(&Exception { error_type: &error_type, text: &text, stack: None }, message);
}

pub(crate) struct Exception<'a> {
    pub error_type: &'a str,
    pub text: &'a str,
    pub stack: Option<&'a str>,
}

/// The inbound operation that a context belongs to.
struct InFlight {
    operation: Operation,
    reported: AtomicBool,
}

pub(crate) fn report(exception: &Exception<'_>, message: &str) {
    // Not from within `map_current`: a subscriber looks at the current context too.
    let context = Context::current();
    let in_flight = context.get::<InFlight>();
    if in_flight.is_some_and(|in_flight| in_flight.reported.swap(true, Ordering::Relaxed)) {
        return;
    }
    emit(in_flight.map(|in_flight| in_flight.operation), exception, message);
}

/// For an edge whose service failed without an answer.
pub(crate) fn report_in<E: Display + ?Sized>(context: &Context, error_type: &str, error: &E, message: &str) {
    let _current = context.clone().attach();
    report(&Exception { error_type, text: &error.to_string(), stack: None }, message);
}

/// A name and a level are constants of their place in the code, so each event has its own.
fn emit(operation: Option<Operation>, exception: &Exception<'_>, message: &str) {
    macro_rules! event {
        ($level:ident, $name:expr) => {
            tracing::event!(
                name: $name,
                target: "telemetry::exception",
                tracing::Level::$level,
                { names::EXCEPTION_TYPE } = exception.error_type,
                { names::EXCEPTION_MESSAGE } = exception.text,
                { names::EXCEPTION_STACKTRACE } = exception.stack,
                "{message}"
            )
        };
    }
    match operation {
        None => event!(ERROR, names::EXCEPTION),
        Some(Operation::HttpServerRequest) => event!(ERROR, names::HTTP_SERVER_REQUEST_EXCEPTION),
        Some(Operation::HttpClientRequest) => event!(WARN, names::HTTP_CLIENT_REQUEST_EXCEPTION),
        Some(Operation::RpcServerCall) => event!(ERROR, names::RPC_SERVER_CALL_EXCEPTION),
        Some(Operation::RpcClientCall) => event!(WARN, names::RPC_CLIENT_CALL_EXCEPTION),
        Some(Operation::DbClientOperation) => event!(WARN, names::DB_CLIENT_OPERATION_EXCEPTION),
        Some(Operation::MessagingCreate) => event!(WARN, names::MESSAGING_CREATE_EXCEPTION),
        Some(Operation::MessagingSend) => event!(WARN, names::MESSAGING_SEND_EXCEPTION),
        Some(Operation::MessagingReceive) => event!(WARN, names::MESSAGING_RECEIVE_EXCEPTION),
        Some(Operation::MessagingProcess) => event!(ERROR, names::MESSAGING_PROCESS_EXCEPTION),
        Some(Operation::MessagingSettle) => event!(WARN, names::MESSAGING_SETTLE_EXCEPTION),
    }
}
