use local_servers::testing;
use proto::orders::v1::{GetOrderRequest, ListProductsRequest, OrderStatus};
use tonic::Code;
use uuid::Uuid;

use crate::support::TestApp;

#[tokio::test]
async fn an_order_can_be_read_by_who_placed_it_and_by_nobody_else() {
    let app = TestApp::start().await;
    let order = app.place(&[("TEA-001", 1)]).await;
    let own = GetOrderRequest { user_id: app.user.to_string(), order_id: order.id.clone() };
    // Twice: once from the database, once from the cache.
    for _ in 0..2 {
        let read = app.client.clone().get_order(own.clone()).await.unwrap().into_inner().order.unwrap();
        assert_eq!(read, order);
        let others = GetOrderRequest { user_id: Uuid::now_v7().to_string(), order_id: order.id.clone() };
        let status = app.client.clone().get_order(others).await.unwrap_err();
        assert_eq!(status.code(), Code::NotFound);
    }
    app.stop().await;
}

#[tokio::test]
async fn a_cached_order_shows_its_settlement_at_once() {
    let app = TestApp::start().await;
    let order = app.place(&[("TEA-001", 1)]).await;
    let request = GetOrderRequest { user_id: app.user.to_string(), order_id: order.id.clone() };
    app.client.clone().get_order(request.clone()).await.unwrap();
    app.confirm(&order.id).await.unwrap();
    let read = app.client.clone().get_order(request).await.unwrap().into_inner().order.unwrap();
    assert_eq!(read.status(), OrderStatus::Confirmed);
    assert!(read.settled_at.is_some());
    app.stop().await;
}

#[tokio::test]
async fn without_the_cache_orders_are_placed_and_read_all_the_same() {
    let app = TestApp::start_with(&[], "redis://127.0.0.1:1/0").await;
    let order = app.place(&[("TEA-001", 1)]).await;
    let request = GetOrderRequest { user_id: app.user.to_string(), order_id: order.id.clone() };
    let read = app.client.clone().get_order(request).await.unwrap().into_inner().order.unwrap();
    assert_eq!(read, order);
    app.stop().await;
}

#[tokio::test]
async fn ids_that_are_no_uuids_are_the_callers_mistake() {
    let app = TestApp::start().await;
    let user_id = app.user.to_string();
    for (user_id, order_id) in [(user_id.as_str(), "42"), ("me", &Uuid::now_v7().to_string())] {
        let request = GetOrderRequest { user_id: user_id.into(), order_id: order_id.into() };
        let status = app.client.clone().get_order(request).await.unwrap_err();
        assert_eq!(status.code(), Code::InvalidArgument);
    }
    app.stop().await;
}

#[tokio::test]
async fn the_catalogue_comes_from_the_cache_the_second_time() {
    let app = TestApp::start_with(&[], &testing::redis_url()).await;
    for _ in 0..2 {
        let answer = app.client.clone().list_products(ListProductsRequest {}).await.unwrap();
        let skus: Vec<String> = answer.into_inner().items.into_iter().map(|product| product.sku).collect();
        assert!(skus.contains(&"TEA-001".to_owned()) && skus.contains(&"RARE-404".to_owned()), "{skus:?}");
    }
    let listed = |spans: &[telemetry::testing::SpanData], name: &str| {
        spans.iter().filter(|span| span.name == name).count()
    };
    let spans =
        app.recorder.wait_for(|spans| listed(spans, "orders.v1.OrderService/ListProducts") == 2).await;
    assert_eq!(listed(&spans, "SELECT products"), 1);
    let measured = format!("{:?}", app.recorder.metrics().last());
    for counted in ["throughline.cache.lookups", "\"products\"", "\"hit\"", "\"miss\""] {
        assert!(measured.contains(counted), "no {counted} in {measured}");
    }
    app.stop().await;
}
