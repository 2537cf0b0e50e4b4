//! Every name that this crate emits, pinned to semantic conventions 1.44. The crate
//! `opentelemetry-semantic-conventions` 0.33 is generated from 1.42, and renames would arrive unasked.

mod http;
mod rpc;
mod database;
mod messaging;
mod exceptions;
mod resource;
mod health;
mod process;
mod own;
mod scopes;
mod buckets;

pub(crate) use buckets::*;
pub(crate) use database::*;
pub(crate) use exceptions::*;
pub(crate) use health::*;
pub(crate) use http::*;
pub(crate) use messaging::*;
pub(crate) use own::*;
pub(crate) use process::*;
pub(crate) use resource::*;
pub(crate) use rpc::*;
pub(crate) use scopes::*;

/// Tells a backend which version of the names this is, so that it can translate old ones.
pub(crate) const SCHEMA_URL: &str = "https://opentelemetry.io/schemas/1.44.0";

// Errors and network
pub(crate) const ERROR_TYPE: &str = "error.type";
pub(crate) const OTHER: &str = "_OTHER";
pub(crate) const SERVER_ADDRESS: &str = "server.address";
pub(crate) const SERVER_PORT: &str = "server.port";
pub(crate) const CLIENT_ADDRESS: &str = "client.address";
pub(crate) const NETWORK_PEER_ADDRESS: &str = "network.peer.address";
pub(crate) const NETWORK_PEER_PORT: &str = "network.peer.port";
pub(crate) const NETWORK_PROTOCOL_VERSION: &str = "network.protocol.version";
