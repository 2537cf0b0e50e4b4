//! The edge: `users.v1.UserService`. Decode, call, encode; no rules here.

use chassis::{Shutdown, StartError};
use proto::users::v1::{
    self as wire,
    user_service_server::{SERVICE_NAME, UserService, UserServiceServer},
};
use tokio::net::TcpListener;
use tonic::{Request, Response, Status, service::Routes};

use crate::{
    App,
    accounts::{Email, Name, NewUser, Password, User, UserId},
};

/// Larger than any of our requests, much smaller than what would hurt.
const MAX_REQUEST_BYTES: usize = 64 * 1024;

pub async fn serve(listener: TcpListener, app: App, shutdown: Shutdown) -> Result<(), StartError> {
    let (telemetry, readiness) = (app.telemetry.clone(), app.readiness.clone());
    let users = UserServiceServer::new(app).max_decoding_message_size(MAX_REQUEST_BYTES);
    let routes = Routes::new(users);
    let descriptors = proto::DESCRIPTOR_SET;
    chassis::serve_grpc(listener, SERVICE_NAME, routes, descriptors, &telemetry, readiness, shutdown).await
}

#[tonic::async_trait]
impl UserService for App {
    async fn register(
        &self,
        request: Request<wire::RegisterRequest>,
    ) -> Result<Response<wire::RegisterResponse>, Status> {
        let request = request.into_inner();
        let new = NewUser {
            email: Email::parse(&request.email)?,
            name: Name::parse(&request.name)?,
            password: Password::parse(request.password)?,
        };
        let user = self.register_user(new).await?;
        Ok(Response::new(wire::RegisterResponse { user: Some(user.into()) }))
    }

    async fn authenticate(
        &self,
        request: Request<wire::AuthenticateRequest>,
    ) -> Result<Response<wire::AuthenticateResponse>, Status> {
        let request = request.into_inner();
        let user = self.authenticate_user(&request.email, request.password).await?;
        Ok(Response::new(wire::AuthenticateResponse { user: Some(user.into()) }))
    }

    async fn get_user(
        &self,
        request: Request<wire::GetUserRequest>,
    ) -> Result<Response<wire::GetUserResponse>, Status> {
        let user = self.user(UserId::parse(&request.into_inner().id)?).await?;
        Ok(Response::new(wire::GetUserResponse { user: Some(user.into()) }))
    }
}

impl From<User> for wire::User {
    fn from(user: User) -> Self {
        let created_at = prost_types::Timestamp {
            seconds: user.created_at.unix_timestamp(),
            nanos: user.created_at.nanosecond().cast_signed(),
        };
        Self {
            id: user.id.to_string(),
            email: user.email,
            name: user.name,
            may_order: user.may_order,
            created_at: Some(created_at),
        }
    }
}
