//! The neighbour `users.v1.UserService`.

use std::time::{Duration, SystemTime};

use http::Uri;
use proto::users::v1::{self as wire, user_service_client::UserServiceClient};
use serde::Serialize;
use telemetry::{GrpcClient, Telemetry};
use time::OffsetDateTime;
use tonic::{Code, Request};
use utoipa::ToSchema;

use crate::{
    accounts::{Credentials, NewAccount, UserId},
    error::Error,
};

const NAME: &str = "users";
/// Checking a password takes tens of milliseconds, and may have to wait for its turn.
const DEADLINE: Duration = Duration::from_secs(3);

#[derive(Clone)]
pub struct Users {
    client: UserServiceClient<GrpcClient>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct User {
    #[schema(value_type = Uuid)]
    pub id: UserId,
    #[schema(example = "ada@example.com")]
    pub email: String,
    #[schema(example = "Ada")]
    pub name: String,
    /// False where the account is closed for orders.
    pub may_order: bool,
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
}

impl Users {
    pub fn new(urls: &[Uri], telemetry: &Telemetry) -> Self {
        Self { client: UserServiceClient::new(chassis::channel(urls, telemetry)) }
    }

    pub async fn register(&self, new: NewAccount) -> Result<User, Error> {
        let password = new.password.0.expose().to_owned();
        let request = request(wire::RegisterRequest { email: new.email, name: new.name, password });
        match self.client.clone().register(request).await {
            Ok(answer) => User::parse(answer.into_inner().user),
            Err(status) if status.code() == Code::AlreadyExists => Err(Error::EmailTaken),
            Err(status) => Err(Error::from_neighbour(NAME, status)),
        }
    }

    pub async fn authenticate(&self, credentials: Credentials) -> Result<User, Error> {
        let password = credentials.password.0.expose().to_owned();
        let request = request(wire::AuthenticateRequest { email: credentials.email, password });
        match self.client.clone().authenticate(request).await {
            Ok(answer) => User::parse(answer.into_inner().user),
            Err(status) if status.code() == Code::Unauthenticated => Err(Error::BadCredentials),
            Err(status) => Err(Error::from_neighbour(NAME, status)),
        }
    }

    /// The user of a token. If there is none any more, the token is no longer good.
    pub async fn user(&self, id: UserId) -> Result<User, Error> {
        let request = request(wire::GetUserRequest { id: id.to_string() });
        match self.client.clone().get_user(request).await {
            Ok(answer) => User::parse(answer.into_inner().user),
            Err(status) if status.code() == Code::NotFound => Err(Error::TokenInvalid),
            Err(status) => Err(Error::from_neighbour(NAME, status)),
        }
    }
}

fn request<T>(message: T) -> Request<T> {
    let mut request = Request::new(message);
    request.set_timeout(DEADLINE);
    request
}

impl User {
    fn parse(user: Option<wire::User>) -> Result<Self, Error> {
        let user = user.ok_or_else(|| unreadable("user"))?;
        let id = user.id.parse().map_err(|_| unreadable("user.id"))?;
        let created_at = user.created_at.and_then(|at| SystemTime::try_from(at).ok());
        Ok(Self {
            id: UserId(id),
            email: user.email,
            name: user.name,
            may_order: user.may_order,
            created_at: created_at.ok_or_else(|| unreadable("user.created_at"))?.into(),
        })
    }
}

fn unreadable(field: &'static str) -> Error {
    Error::Unreadable { neighbour: NAME, field }
}
