//! A gRPC server with what every one of ours has: traces, limits, health, reflection, graceful stop.

use std::time::Duration;

use telemetry::Telemetry;
use tokio::net::TcpListener;
use tonic::{
    service::Routes,
    transport::{Server, server::TcpIncoming},
};
use tonic_health::{ServingStatus, server::HealthReporter};

use crate::{Readiness, Shutdown, StartError};

/// Calls on one connection at the same time; the next ones wait in the client.
const MAX_CONCURRENT_STREAMS: u32 = 256;
const KEEPALIVE: Duration = Duration::from_secs(30);
/// gRPC health follows `/readyz` within this time.
const HEALTH_EVERY: Duration = Duration::from_secs(1);

/// Serves `routes` until the stop, then answers the calls in flight. `descriptor_set` tells
/// reflection and telemetry which methods exist; `name` is the service that health speaks of,
/// besides the server as a whole.
///
/// # Errors
/// When the server stops by itself.
pub async fn serve_grpc(
    listener: TcpListener,
    name: &'static str,
    routes: Routes,
    descriptor_set: &'static [u8],
    telemetry: &Telemetry,
    readiness: Readiness,
    shutdown: Shutdown,
) -> Result<(), StartError> {
    let failed = |reason: String| StartError::Serve { server: "gRPC", reason };
    let reflection = tonic_reflection::server::Builder::configure()
        .register_encoded_file_descriptor_set(descriptor_set)
        .build_v1()
        .map_err(|error| failed(error.to_string()))?;
    let (reporter, health) = tonic_health::server::health_reporter();
    // Known from the first moment: who watches a service that health has never heard of gets an error.
    reporter.set_service_status(name, ServingStatus::NotServing).await;
    readiness.set_serving(true);
    let following = telemetry::spawn(follow_readiness(reporter, name, readiness.clone()));

    let stop = {
        let (readiness, requested) = (readiness, shutdown.requested());
        async move {
            requested.await;
            readiness.set_serving(false);
        }
    };
    let served = Server::builder()
        .layer(telemetry.grpc_layer(descriptor_set))
        .max_concurrent_streams(MAX_CONCURRENT_STREAMS)
        .http2_keepalive_interval(Some(KEEPALIVE))
        .add_routes(routes)
        .add_service(health)
        .add_service(reflection)
        .serve_with_incoming_shutdown(TcpIncoming::from(listener).with_nodelay(Some(true)), stop)
        .await;
    following.abort();
    served.map_err(|error| failed(error.to_string()))
}

async fn follow_readiness(reporter: HealthReporter, name: &'static str, readiness: Readiness) {
    loop {
        let ready = readiness.report().await.ready;
        let status = if ready { ServingStatus::Serving } else { ServingStatus::NotServing };
        reporter.set_service_status("", status).await;
        reporter.set_service_status(name, status).await;
        tokio::time::sleep(HEALTH_EVERY).await;
    }
}
