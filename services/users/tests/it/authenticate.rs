use proto::users::v1::AuthenticateRequest;
use tonic::Code;

use crate::support::{PASSWORD, TestApp};

fn credentials(email: &str, password: &str) -> AuthenticateRequest {
    AuthenticateRequest { email: email.into(), password: password.into() }
}

#[tokio::test]
async fn the_right_password_tells_who_it_is() {
    let mut app = TestApp::start().await;
    let registered = app.register("ada@example.com").await;
    let answer = app.client.authenticate(credentials("Ada@example.com", PASSWORD)).await.unwrap();
    assert_eq!(answer.into_inner().user.unwrap(), registered);
    app.stop().await;
}

#[tokio::test]
async fn an_unknown_address_and_a_wrong_password_get_the_same_answer() {
    let mut app = TestApp::start().await;
    app.register("ada@example.com").await;
    let wrong = app.client.authenticate(credentials("ada@example.com", "wrong password")).await.unwrap_err();
    let unknown = app.client.authenticate(credentials("eve@example.com", PASSWORD)).await.unwrap_err();
    let malformed = app.client.authenticate(credentials("eve", PASSWORD)).await.unwrap_err();
    assert_eq!(wrong.code(), Code::Unauthenticated);
    assert_eq!((unknown.code(), unknown.message()), (wrong.code(), wrong.message()));
    assert_eq!((malformed.code(), malformed.message()), (wrong.code(), wrong.message()));
    app.stop().await;
}

#[tokio::test]
async fn the_database_holds_no_password() {
    let mut app = TestApp::start().await;
    app.register("ada@example.com").await;
    let pool = sqlx::PgPool::connect(app.database.url()).await.unwrap();
    let hash: String = sqlx::query_scalar("SELECT password_hash FROM users").fetch_one(&pool).await.unwrap();
    assert!(hash.starts_with("$argon2id$"), "{hash}");
    assert!(!hash.contains(PASSWORD));
    app.stop().await;
}
