//! Connections to a neighbour.

use std::time::Duration;

use http::Uri;
use telemetry::{GrpcClient, Telemetry};
use tonic::transport::{Channel, Endpoint};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(1);
const KEEPALIVE: Duration = Duration::from_secs(20);

/// A traced channel to all of `urls`, the load spread over those that answer. Connects when first
/// used and again after a failure, so a service starts without its neighbours.
pub fn channel(urls: &[Uri], telemetry: &Telemetry) -> GrpcClient {
    let target = urls.first().cloned().unwrap_or_default();
    let channel = match urls {
        [only] => endpoint(only).connect_lazy(),
        several => Channel::balance_list(several.iter().map(endpoint)),
    };
    telemetry.grpc_client(channel, &target)
}

fn endpoint(url: &Uri) -> Endpoint {
    Channel::builder(url.clone())
        .connect_timeout(CONNECT_TIMEOUT)
        .tcp_nodelay(true)
        // Finds out that a neighbour is gone without waiting for TCP to give up.
        .http2_keep_alive_interval(KEEPALIVE)
        .keep_alive_while_idle(true)
}
