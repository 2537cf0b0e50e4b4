use proto::orders::v1::{ListOrdersRequest, ListOrdersResponse, Order};
use tonic::Code;
use uuid::Uuid;

use crate::support::TestApp;

async fn page(app: &TestApp, page_size: i32, page_token: &str) -> ListOrdersResponse {
    let request =
        ListOrdersRequest { user_id: app.user.to_string(), page_size, page_token: page_token.to_owned() };
    app.client.clone().list_orders(request).await.unwrap().into_inner()
}

fn ids(orders: &[Order]) -> Vec<&str> {
    orders.iter().map(|order| order.id.as_str()).collect()
}

#[tokio::test]
async fn pages_show_every_order_once_the_newest_first_whatever_is_placed_meanwhile() {
    let app = TestApp::start().await;
    let mut placed = Vec::new();
    for _ in 0..5 {
        placed.push(app.place(&[("TEA-001", 1), ("CUP-010", 2)]).await);
    }
    placed.reverse();
    let first = page(&app, 2, "").await;
    // Newer than the first page: no later page may shift.
    app.place(&[("TEA-002", 1)]).await;
    let second = page(&app, 2, &first.next_page_token).await;
    let third = page(&app, 2, &second.next_page_token).await;
    let seen: Vec<Order> = [first.items, second.items, third.items].concat();
    assert_eq!(ids(&seen), ids(&placed));
    assert_eq!(seen[0], placed[0], "with lines and total, as when it was placed");
    assert_eq!(third.next_page_token, "");
    app.stop().await;
}

#[tokio::test]
async fn a_customer_sees_only_their_own_orders() {
    let app = TestApp::start().await;
    app.place(&[("TEA-001", 1)]).await;
    let request = ListOrdersRequest { user_id: Uuid::now_v7().to_string(), ..Default::default() };
    let answer = app.client.clone().list_orders(request).await.unwrap().into_inner();
    assert_eq!((answer.items.len(), answer.next_page_token.as_str()), (0, ""));
    app.stop().await;
}

#[tokio::test]
async fn sizes_and_tokens_that_make_no_sense_are_refused() {
    let app = TestApp::start().await;
    for (page_size, page_token) in [(-1, ""), (101, ""), (i32::MAX, ""), (10, "second page")] {
        let request =
            ListOrdersRequest { user_id: app.user.to_string(), page_size, page_token: page_token.into() };
        let status = app.client.clone().list_orders(request).await.unwrap_err();
        assert_eq!(status.code(), Code::InvalidArgument, "{page_size} {page_token}");
    }
    app.stop().await;
}
