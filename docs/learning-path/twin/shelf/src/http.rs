//! The edge: what can be asked over HTTP.

use axum::{
    Json, Router,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use proto::v1::{PlaceHoldRequest, hold_service_client::HoldServiceClient};
use serde::Deserialize;
use serde_json::json;
use tonic::{Code, transport::Channel};

use crate::{
    books::{Book, Books},
    cache::Cache,
};

#[derive(Clone)]
pub struct App {
    pub books: Books,
    pub cache: Cache,
    pub desk: HoldServiceClient<Channel>,
}

#[derive(Deserialize)]
struct Hold {
    reader: String,
}

pub fn router(app: App) -> Router {
    Router::new()
        .route("/books", get(list).post(add))
        .route("/books/{isbn}", get(show))
        .route("/books/{isbn}/holds", post(hold))
        .route("/healthz", get(async || "ok"))
        .with_state(app)
}

async fn list(State(app): State<App>) -> Result<Json<Vec<Book>>, Failure> {
    Ok(Json(app.books.all().await?))
}

async fn add(State(app): State<App>, Json(book): Json<Book>) -> Result<StatusCode, Failure> {
    app.books.add(&book).await?;
    Ok(StatusCode::CREATED)
}

async fn show(State(app): State<App>, Path(isbn): Path<String>) -> Result<Json<Book>, Failure> {
    app.book(&isbn).await?.map(Json).ok_or(Failure::NoSuchBook)
}

async fn hold(
    State(mut app): State<App>,
    Path(isbn): Path<String>,
    Json(Hold { reader }): Json<Hold>,
) -> Result<Response, Failure> {
    let book = app.book(&isbn).await?.ok_or(Failure::NoSuchBook)?;
    let placed = app.desk.place_hold(PlaceHoldRequest { isbn: book.isbn, reader }).await?.into_inner();
    Ok((StatusCode::ACCEPTED, Json(json!({ "hold_id": placed.hold_id }))).into_response())
}

impl App {
    async fn book(&self, isbn: &str) -> Result<Option<Book>, sqlx::Error> {
        if let Some(book) = self.cache.get(isbn).await {
            return Ok(Some(book));
        }
        let found = self.books.find(isbn).await?;
        if let Some(book) = found.clone() {
            let cache = self.cache.clone();
            // The reader does not wait for the cache.
            tokio::spawn(async move { cache.put(&book).await });
        }
        Ok(found)
    }
}

enum Failure {
    NoSuchBook,
    Database(sqlx::Error),
    Desk(tonic::Status),
}

impl From<sqlx::Error> for Failure {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error)
    }
}

impl From<tonic::Status> for Failure {
    fn from(status: tonic::Status) -> Self {
        Self::Desk(status)
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        match self {
            Self::NoSuchBook => (StatusCode::NOT_FOUND, "no such book").into_response(),
            Self::Database(error) => {
                eprintln!("the database failed: {error}");
                (StatusCode::INTERNAL_SERVER_ERROR, "try again later").into_response()
            }
            Self::Desk(status) if status.code() == Code::InvalidArgument => {
                (StatusCode::UNPROCESSABLE_ENTITY, status.message().to_owned()).into_response()
            }
            Self::Desk(status) => {
                eprintln!("the desk failed: {status}");
                (StatusCode::SERVICE_UNAVAILABLE, "the desk is closed").into_response()
            }
        }
    }
}
