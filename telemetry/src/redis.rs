//! Redis: one `CLIENT` span and one duration for each command or pipeline. Keys are never recorded.

mod error;

use std::sync::Arc;

use opentelemetry::{
    Context, KeyValue,
    trace::{SpanBuilder, SpanKind},
};
use redis::{
    Arg, Cmd, ConnectionAddr, ConnectionInfo, Pipeline, RedisFuture, Value,
    aio::{ConnectionLike, ConnectionManager},
};

use crate::{
    Telemetry,
    hop::{Duration, Edge, Hop},
    names,
};

/// Not told, since every client would guess it.
const DEFAULT_PORT: u16 = 6379;

const DURATION: Duration = Duration {
    name: names::DB_CLIENT_OPERATION_DURATION,
    description: "Duration of database client operations.",
    buckets: &names::DATABASE_BUCKETS,
};

impl Telemetry {
    /// Traces what goes over `connection`. `info` tells the address and the database's index, as they
    /// were when the connection was configured.
    ///
    /// Span: the command (`GET`), or for a pipeline `PIPELINE`, for a transaction `MULTI`, followed
    /// by the command if all have the same; metric `db.client.operation.duration` (s). The error
    /// prefix (`WRONGTYPE`) is `db.response.status_code` and `error.type`.
    pub fn redis(&self, connection: ConnectionManager, info: &ConnectionInfo) -> Redis {
        let mut server = vec![
            KeyValue::new(names::DB_SYSTEM_NAME, "redis"),
            KeyValue::new(names::DB_NAMESPACE, info.redis_settings().db().to_string()),
        ];
        server.extend(address(info.addr()));
        let edge = Edge::new(&self.inner, names::SCOPE_REDIS, &DURATION);
        Redis { connection, commands: Commands { edge, server: server.into() } }
    }
}

fn address(address: &ConnectionAddr) -> Vec<KeyValue> {
    let (host, port) = match address {
        ConnectionAddr::Tcp(host, port) | ConnectionAddr::TcpTls { host, port, .. } => {
            (host.clone(), Some(*port))
        }
        ConnectionAddr::Unix(path) => (path.display().to_string(), None),
        _ => return Vec::new(),
    };
    let port = port
        .filter(|port| *port != DEFAULT_PORT)
        .map(|port| KeyValue::new(names::SERVER_PORT, i64::from(port)));
    std::iter::once(KeyValue::new(names::SERVER_ADDRESS, host)).chain(port).collect()
}

/// A traced connection; cheap to clone. Everything of `redis::AsyncCommands`, pipelines and scripts
/// works on it.
#[derive(Clone)]
pub struct Redis {
    connection: ConnectionManager,
    commands: Commands,
}

impl ConnectionLike for Redis {
    fn req_packed_command<'a>(&'a mut self, command: &'a Cmd) -> RedisFuture<'a, Value> {
        Box::pin(async move {
            let mut hop = self.commands.start(name(command), None);
            let result = self.connection.req_packed_command(command).await;
            hop.finish(error::end(result.as_ref().map(std::slice::from_ref)));
            result
        })
    }

    fn req_packed_commands<'a>(
        &'a mut self,
        pipeline: &'a Pipeline,
        offset: usize,
        count: usize,
    ) -> RedisFuture<'a, Vec<Value>> {
        Box::pin(async move {
            let mut hop = self.commands.start_pipeline(pipeline);
            let result = self.connection.req_packed_commands(pipeline, offset, count).await;
            hop.finish(error::end(result.as_ref().map(Vec::as_slice)));
            result
        })
    }

    fn get_db(&self) -> i64 {
        self.connection.get_db()
    }
}

/// What the spans of one server share.
#[derive(Clone)]
struct Commands {
    edge: Edge,
    server: Arc<[KeyValue]>,
}

impl Commands {
    fn start(&self, operation: String, batch: Option<usize>) -> Hop {
        let mut labels = self.server.to_vec();
        labels.push(KeyValue::new(names::DB_OPERATION_NAME, operation.clone()));
        let mut attributes = labels.clone();
        let size = batch.and_then(|size| i64::try_from(size).ok());
        attributes.extend(size.map(|size| KeyValue::new(names::DB_OPERATION_BATCH_SIZE, size)));
        let builder =
            SpanBuilder::from_name(operation).with_kind(SpanKind::Client).with_attributes(attributes);
        self.edge.start(&Context::current(), builder, labels)
    }

    /// A pipeline of one command is that command, says the convention, unless it is a transaction.
    fn start_pipeline(&self, pipeline: &Pipeline) -> Hop {
        let kind = if pipeline.is_transaction() { "MULTI" } else { "PIPELINE" };
        let mut names = pipeline.cmd_iter().map(name);
        let first = names.next();
        let same = first.as_ref().is_some_and(|first| names.all(|name| name == *first));
        match first {
            Some(only) if pipeline.len() == 1 && !pipeline.is_transaction() => self.start(only, None),
            Some(command) if same => self.start(format!("{kind} {command}"), batch(pipeline)),
            _ => self.start(kind.to_owned(), batch(pipeline)),
        }
    }
}

/// One operation is no batch.
fn batch(pipeline: &Pipeline) -> Option<usize> {
    Some(pipeline.len()).filter(|size| *size != 1)
}

/// The command as the caller wrote it. A word that no command has would be somebody's data.
fn name(command: &Cmd) -> String {
    let first = command.args_iter().next();
    let word = match first {
        Some(Arg::Simple(bytes)) => std::str::from_utf8(bytes).ok(),
        _ => None,
    };
    let is_command = |word: &&str| {
        word.len() <= 32 && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
    };
    word.filter(is_command).unwrap_or(names::OTHER).to_owned()
}
