use proto::my_things::v1::GetMyThingRequest;
use tonic::Code;
use uuid::Uuid;

use crate::support::{TestApp, count, creation};

const GET: &str = "my_things.v1.MyThingService/GetMyThing";

fn by(id: impl ToString) -> GetMyThingRequest {
    GetMyThingRequest { id: id.to_string() }
}

#[tokio::test]
async fn what_was_created_comes_from_the_database_once_and_then_from_the_cache() {
    let mut app = TestApp::start().await;
    let created = app.create(Uuid::now_v7(), "first").await;
    assert!(created.created_at.is_some());
    for _ in 0..2 {
        let answer = app.client.get_my_thing(by(&created.id)).await.unwrap();
        assert_eq!(answer.into_inner().my_thing.unwrap(), created);
    }
    let spans = app.ended(GET, 2).await;
    assert_eq!(count(&spans, "SELECT my_things"), 1);
    assert_eq!(count(&spans, "GET"), 2);
    app.stop().await;
}

#[tokio::test]
async fn the_same_request_again_answers_what_is_there() {
    let mut app = TestApp::start().await;
    let id = Uuid::now_v7();
    let created = app.create(id, "first").await;
    assert_eq!(app.create(id, " first ").await, created);
    app.stop().await;
}

#[tokio::test]
async fn of_two_concurrent_requests_with_one_id_and_two_names_one_wins() {
    let app = TestApp::start().await;
    let (mut one, mut other) = (app.client.clone(), app.client.clone());
    let id = Uuid::now_v7();
    let answers =
        tokio::join!(one.create_my_thing(creation(id, "one")), other.create_my_thing(creation(id, "other")));
    let codes = [answers.0.err().map(|status| status.code()), answers.1.err().map(|status| status.code())];
    assert!(codes.contains(&None) && codes.contains(&Some(Code::AlreadyExists)), "{codes:?}");
    drop((one, other));
    app.stop().await;
}

#[tokio::test]
async fn a_field_that_breaks_its_rule_is_named() {
    let mut app = TestApp::start().await;
    let (id, long) = (Uuid::now_v7().to_string(), "x".repeat(101));
    let cases = [("42", "first", "id"), (&id, " ", "name"), (&id, "a\u{0}b", "name"), (&id, &long, "name")];
    for (id, name, field) in cases {
        let mut request = creation(Uuid::nil(), name);
        request.id = id.to_owned();
        let status = app.client.create_my_thing(request).await.unwrap_err();
        assert_eq!(status.code(), Code::InvalidArgument, "{id:?} {name:?}");
        assert!(status.message().starts_with(field), "{}", status.message());
    }
    app.stop().await;
}

#[tokio::test]
async fn what_does_not_exist_is_not_found_and_an_id_that_is_no_uuid_is_the_callers_mistake() {
    let mut app = TestApp::start().await;
    let status = app.client.get_my_thing(by(Uuid::now_v7())).await.unwrap_err();
    assert_eq!(status.code(), Code::NotFound);
    let status = app.client.get_my_thing(by("1; DROP TABLE my_things")).await.unwrap_err();
    assert_eq!(status.code(), Code::InvalidArgument);
    app.stop().await;
}

#[tokio::test]
async fn without_the_cache_the_database_answers() {
    let mut app = TestApp::start_without_redis().await;
    let created = app.create(Uuid::now_v7(), "first").await;
    let answer = app.client.get_my_thing(by(&created.id)).await.unwrap();
    assert_eq!(answer.into_inner().my_thing.unwrap(), created);
    app.stop().await;
}
