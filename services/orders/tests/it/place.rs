use proto::orders::v1::{Money, OrderStatus};
use tonic::Code;

use crate::support::TestApp;

#[tokio::test]
async fn a_new_order_is_pending_and_priced() {
    let app = TestApp::start().await;
    let order = app.place(&[("TEA-001", 2), ("CUP-010", 1)]).await;
    assert_eq!(order.status(), OrderStatus::Pending);
    assert_eq!(order.total, Some(Money { amount_minor: 2 * 1290 + 1800, currency: "EUR".into() }));
    assert_eq!(order.lines.len(), 2);
    assert_eq!(order.lines[0].unit_price.as_ref().unwrap().amount_minor, 1290);
    assert_eq!(order.id.parse::<uuid::Uuid>().unwrap().get_version_num(), 7);
    assert!(order.settled_at.is_none());
    app.stop().await;
}

#[tokio::test]
async fn what_can_not_be_ordered_is_refused_and_leaves_nothing() {
    let app = TestApp::start().await;
    let many: Vec<(String, u32)> = (0..51).map(|n| (format!("SKU-{n}"), 1)).collect();
    let many: Vec<(&str, u32)> = many.iter().map(|(sku, n)| (sku.as_str(), *n)).collect();
    let long = "x".repeat(65);
    let cases: [(&[(&str, u32)], &str); 8] = [
        (&[], "lines"),
        (&many, "lines"),
        (&[("TEA-001", 1), ("TEA-001", 2)], "lines"),
        (&[("TEA-001", 0)], "lines.quantity"),
        (&[("TEA-001", u32::MAX)], "lines.quantity"),
        (&[("", 1)], "lines.sku"),
        (&[(&long, 1)], "lines.sku"),
        (&[("TEA-001", 1), ("NO-SUCH", 1)], "there is no product \"NO-SUCH\""),
    ];
    for (lines, says) in cases {
        let status = app.try_place(app.request(lines)).await.unwrap_err();
        assert_eq!(status.code(), Code::InvalidArgument, "{lines:?}");
        assert!(status.message().starts_with(says), "{}", status.message());
    }
    for table in ["orders", "order_lines", "outbox", "idempotency_keys"] {
        assert_eq!(app.count(table).await, 0, "{table}");
    }
    app.stop().await;
}

#[tokio::test]
async fn an_order_without_a_user_or_a_key_is_refused() {
    let app = TestApp::start().await;
    let mut nobody = app.request(&[("TEA-001", 1)]);
    nobody.user_id = "nobody".into();
    assert_eq!(app.try_place(nobody).await.unwrap_err().code(), Code::InvalidArgument);
    for key in [String::new(), "k".repeat(256)] {
        let request = app.request_with_key(&key, &[("TEA-001", 1)]);
        assert_eq!(app.try_place(request).await.unwrap_err().code(), Code::InvalidArgument);
    }
    app.stop().await;
}

#[tokio::test]
async fn an_order_that_can_not_be_written_whole_is_not_written_at_all() {
    let app = TestApp::start().await;
    sqlx::query("ALTER TABLE outbox RENAME TO hidden").execute(&app.pool).await.unwrap();
    let status = app.try_place(app.request(&[("TEA-001", 1)])).await.unwrap_err();
    assert_eq!((status.code(), status.message()), (Code::Internal, "the call failed"));
    for table in ["orders", "order_lines", "idempotency_keys"] {
        assert_eq!(app.count(table).await, 0, "{table}");
    }
    app.stop().await;
}
