use local_servers::testing::TestDatabase;
use proto::users::v1::AuthenticateRequest;
use service::MIGRATIONS;
use tonic::{Code, Status};

use crate::support::TestApp;

async fn sign_in(app: &mut TestApp) -> Result<String, Status> {
    let request = AuthenticateRequest { email: "demo@example.com".into(), password: "demo-password".into() };
    let answer = app.client.authenticate(request).await?;
    Ok(answer.into_inner().user.unwrap().id)
}

#[tokio::test]
async fn the_demo_account_is_made_once_where_it_is_asked_for() {
    let database = TestDatabase::create(&MIGRATIONS).await;
    let mut app = TestApp::start_with(database, &["--demo"]).await;
    let id = sign_in(&mut app).await.unwrap();
    let mut again = TestApp::start_with(app.stop().await, &["--demo"]).await;
    assert_eq!(sign_in(&mut again).await.unwrap(), id);
    let looked_up = again.recorder.spans().into_iter().filter(|span| span.name == "SELECT users").count();
    assert_eq!(looked_up, 1, "by the call alone: making the account leaves no trace");
    again.stop().await;
}

#[tokio::test]
async fn nobody_else_has_a_demo_account() {
    let mut app = TestApp::start().await;
    assert_eq!(sign_in(&mut app).await.unwrap_err().code(), Code::Unauthenticated);
    app.stop().await;
}
