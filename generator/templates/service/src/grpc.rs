//! The edge: `my_things.v1.MyThingService`. Decode, call, encode; no rules here.

use chassis::{Shutdown, StartError};
use proto::my_things::v1::{
    self as wire,
    my_thing_service_server::{MyThingService, MyThingServiceServer, SERVICE_NAME},
};
use tokio::net::TcpListener;
use tonic::{Request, Response, Status, service::Routes};

use crate::{
    App,
    my_things::{MyThing, MyThingId, Name, NewMyThing},
};

/// Larger than any of our requests, much smaller than what would hurt.
const MAX_REQUEST_BYTES: usize = 64 * 1024;

pub async fn serve(listener: TcpListener, app: App, shutdown: Shutdown) -> Result<(), StartError> {
    let (telemetry, readiness) = (app.telemetry.clone(), app.readiness.clone());
    let server = MyThingServiceServer::new(app).max_decoding_message_size(MAX_REQUEST_BYTES);
    let routes = Routes::new(server);
    let descriptors = proto::DESCRIPTOR_SET;
    chassis::serve_grpc(listener, SERVICE_NAME, routes, descriptors, &telemetry, readiness, shutdown).await
}

#[tonic::async_trait]
impl MyThingService for App {
    async fn create_my_thing(
        &self,
        request: Request<wire::CreateMyThingRequest>,
    ) -> Result<Response<wire::CreateMyThingResponse>, Status> {
        let request = request.into_inner();
        let new = NewMyThing { id: MyThingId::parse(&request.id)?, name: Name::parse(&request.name)? };
        let added = self.add(new).await?;
        Ok(Response::new(wire::CreateMyThingResponse { my_thing: Some(added.into()) }))
    }

    async fn get_my_thing(
        &self,
        request: Request<wire::GetMyThingRequest>,
    ) -> Result<Response<wire::GetMyThingResponse>, Status> {
        let found = self.find(MyThingId::parse(&request.into_inner().id)?).await?;
        Ok(Response::new(wire::GetMyThingResponse { my_thing: Some(found.into()) }))
    }
}

impl From<MyThing> for wire::MyThing {
    fn from(found: MyThing) -> Self {
        let created_at = prost_types::Timestamp {
            seconds: found.created_at.unix_timestamp(),
            nanos: found.created_at.nanosecond().cast_signed(),
        };
        Self { id: found.id.to_string(), name: found.name, created_at: Some(created_at) }
    }
}
