//! HTTP by axum, hyper and tower: the server's edge, the client's, and what both need.

#[cfg(feature = "http")]
mod server;
#[cfg(feature = "http")]
mod request;
#[cfg(feature = "http")]
mod exchange;
#[cfg(feature = "http")]
mod request_body;
#[cfg(feature = "http")]
mod response_body;
#[cfg(feature = "http-client")]
mod client;
#[cfg(feature = "http-client")]
mod client_request;
#[cfg(feature = "http-client")]
mod client_body;
mod method;
mod query;

#[cfg(feature = "http-client")]
pub use client::{HttpClient, HttpClientCall, HttpClientLayer};
#[cfg(feature = "http-client")]
pub use client_body::HttpClientBody;
#[cfg(feature = "http-client")]
pub use client_request::{ResendCount, UrlTemplate};
#[cfg(feature = "http")]
pub use request_body::RequestBody;
#[cfg(feature = "http")]
pub use response_body::TracedBody;
#[cfg(feature = "http")]
pub use server::{HttpResponse, HttpServer, HttpServerLayer};
