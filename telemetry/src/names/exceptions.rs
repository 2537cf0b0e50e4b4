//! Exceptions (attributes stable, names of the events in development).

pub(crate) const EXCEPTION_TYPE: &str = "exception.type";
pub(crate) const EXCEPTION_MESSAGE: &str = "exception.message";
pub(crate) const EXCEPTION_STACKTRACE: &str = "exception.stacktrace";
pub(crate) const EXCEPTION: &str = "exception";
pub(crate) const HTTP_SERVER_REQUEST_EXCEPTION: &str = "http.server.request.exception";
pub(crate) const HTTP_CLIENT_REQUEST_EXCEPTION: &str = "http.client.request.exception";
pub(crate) const RPC_SERVER_CALL_EXCEPTION: &str = "rpc.server.call.exception";
pub(crate) const RPC_CLIENT_CALL_EXCEPTION: &str = "rpc.client.call.exception";
pub(crate) const DB_CLIENT_OPERATION_EXCEPTION: &str = "db.client.operation.exception";
pub(crate) const MESSAGING_CREATE_EXCEPTION: &str = "messaging.create.exception";
pub(crate) const MESSAGING_SEND_EXCEPTION: &str = "messaging.send.exception";
pub(crate) const MESSAGING_RECEIVE_EXCEPTION: &str = "messaging.receive.exception";
pub(crate) const MESSAGING_PROCESS_EXCEPTION: &str = "messaging.process.exception";
pub(crate) const MESSAGING_SETTLE_EXCEPTION: &str = "messaging.settle.exception";
