use proto::users::v1::RegisterRequest;
use tonic::Code;

use crate::support::{PASSWORD, TestApp, registration};

#[tokio::test]
async fn a_new_account_may_order() {
    let mut app = TestApp::start().await;
    let user = app.register("ada@example.com").await;
    assert!(user.may_order);
    assert_eq!(user.email, "ada@example.com");
    assert_eq!(user.name, "Ada");
    assert_eq!(user.id.parse::<uuid::Uuid>().unwrap().get_version_num(), 7);
    assert!(user.created_at.is_some());
    app.stop().await;
}

#[tokio::test]
async fn an_address_has_one_account_however_it_is_typed() {
    let mut app = TestApp::start().await;
    app.register("ada@example.com").await;
    let status = app.client.register(registration("  ADA@Example.COM ")).await.unwrap_err();
    assert_eq!(status.code(), Code::AlreadyExists);
    app.stop().await;
}

#[tokio::test]
async fn of_two_concurrent_registrations_of_one_address_one_wins() {
    let app = TestApp::start().await;
    let (mut first, mut second) = (app.client.clone(), app.client.clone());
    let answers = tokio::join!(
        first.register(registration("ada@example.com")),
        second.register(registration("ada@example.com")),
    );
    let codes = [answers.0.err().map(|status| status.code()), answers.1.err().map(|status| status.code())];
    assert!(codes.contains(&None) && codes.contains(&Some(Code::AlreadyExists)), "{codes:?}");
    app.stop().await;
}

#[tokio::test]
async fn a_field_that_breaks_its_rule_is_named() {
    let mut app = TestApp::start().await;
    let long = "x".repeat(101);
    let cases = [
        ("", "Ada", PASSWORD, "email"),
        ("nobody", "Ada", PASSWORD, "email"),
        ("@example.com", "Ada", PASSWORD, "email"),
        ("ada@", "Ada", PASSWORD, "email"),
        ("a da@example.com", "Ada", PASSWORD, "email"),
        ("ada@example.com", "  ", PASSWORD, "name"),
        ("ada@example.com", "A\u{0}da", PASSWORD, "name"),
        ("ada@example.com", long.as_str(), PASSWORD, "name"),
        ("ada@example.com", "Ada", "short", "password"),
        ("ada@example.com", "Ada", &"x".repeat(129), "password"),
    ];
    for (email, name, password, field) in cases {
        let request = RegisterRequest { email: email.into(), name: name.into(), password: password.into() };
        let status = app.client.register(request).await.unwrap_err();
        assert_eq!(status.code(), Code::InvalidArgument, "{email:?} {name:?}");
        assert!(status.message().starts_with(field), "{}", status.message());
        assert!(!status.message().contains(password), "a password is never repeated");
    }
    app.stop().await;
}
