//! gRPC by tonic: the server's edge, the client's, and what both need.

mod server;
mod response;
mod client;
mod methods;
mod status;
mod deadline;
mod body;

pub use body::GrpcBody;
pub use client::{GrpcCall, GrpcClient};
pub use response::GrpcResponse;
pub use server::{GrpcServer, GrpcServerLayer};
