//! The edge: `library.v1.HoldService`.

use std::sync::Arc;

use proto::v1::{PlaceHoldRequest, PlaceHoldResponse, hold_service_server::HoldService};
use tokio::sync::Notify;
use tonic::{Request, Response, Status};

use crate::store::Store;

pub struct Desk {
    pub store: Store,
    /// Wakes the relay.
    pub bell: Arc<Notify>,
}

#[tonic::async_trait]
impl HoldService for Desk {
    async fn place_hold(
        &self,
        request: Request<PlaceHoldRequest>,
    ) -> Result<Response<PlaceHoldResponse>, Status> {
        let PlaceHoldRequest { isbn, reader } = request.into_inner();
        if reader.is_empty() {
            return Err(Status::invalid_argument("a hold needs a reader"));
        }
        let placed = self.store.place(&isbn, &reader).await;
        let hold_id = placed.map_err(|error| {
            eprintln!("the hold was not placed: {error}");
            Status::internal("the hold was not placed")
        })?;
        self.bell.notify_one();
        Ok(Response::new(PlaceHoldResponse { hold_id: hold_id.to_string() }))
    }
}
