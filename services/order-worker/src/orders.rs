//! The neighbour `orders`.

use std::time::Duration;

use http::Uri;
use proto::orders::v1::{
    Confirmed, OrderStatus, Rejected, SettleOrderRequest, order_service_client::OrderServiceClient,
    settle_order_request::Outcome as WireOutcome,
};
use telemetry::{GrpcClient, Telemetry};
use tonic::Request;
use uuid::Uuid;

use crate::{error::Error, reservation::Outcome};

const DEADLINE: Duration = Duration::from_secs(3);

/// What holds after a settlement.
pub enum Settled {
    AsTold,
    /// The customer was faster.
    Cancelled,
}

#[derive(Clone)]
pub struct Orders {
    client: OrderServiceClient<GrpcClient>,
}

impl Orders {
    pub fn new(urls: &[Uri], telemetry: &Telemetry) -> Self {
        Self { client: OrderServiceClient::new(chassis::channel(urls, telemetry)) }
    }

    /// The same outcome may be told again and again; it counts once.
    pub async fn settle(&self, order_id: Uuid, outcome: Outcome) -> Result<Settled, Error> {
        let outcome = match outcome {
            Outcome::Confirmed => WireOutcome::Confirmed(Confirmed {}),
            Outcome::Rejected(rejection) => WireOutcome::Rejected(Rejected { reason: rejection.0 }),
        };
        let request = SettleOrderRequest { order_id: order_id.to_string(), outcome: Some(outcome) };
        let mut request = Request::new(request);
        request.set_timeout(DEADLINE);
        let settled = self.client.clone().settle_order(request).await?.into_inner();
        tracing::info!(%order_id, status = settled.status().as_str_name(), "settled");
        Ok(match settled.status() {
            OrderStatus::Cancelled => Settled::Cancelled,
            _ => Settled::AsTold,
        })
    }
}
