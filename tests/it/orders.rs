//! Orders as a customer sees them.

use serde_json::Value;
use sqlx::PgPool;
use uuid::Uuid;

use crate::{customer::Customer, system::System};

#[tokio::test]
async fn an_order_can_be_followed_from_its_location_by_its_owner_only() {
    let system = System::start().await;
    let customer = Customer::sign_up(&system.gateway).await;
    let products: Value = customer.get("/api/v1/products").send().await.unwrap().json().await.unwrap();
    let tea = products["items"].as_array().unwrap().iter().find(|item| item["sku"] == "TEA-001").unwrap();

    let answer = customer.order("key", "TEA-001", 3).await;
    assert_eq!(answer.status(), 202);
    let location = answer.headers()["location"].to_str().unwrap().to_owned();
    let order: Value = answer.json().await.unwrap();
    assert_eq!(order["status"], "pending");
    let price = tea["price"]["amount_minor"].as_i64().unwrap();
    assert_eq!(order["total"]["amount_minor"], price * 3);
    assert_eq!(location, format!("/api/v1/orders/{}", order["id"].as_str().unwrap()));

    let settled = customer.settled(order["id"].as_str().unwrap()).await;
    assert_eq!(settled["status"], "confirmed");
    let other = Customer::sign_up(&system.gateway).await;
    assert_eq!(other.get(&location).send().await.unwrap().status(), 404);
    assert_eq!(other.get(&format!("/api/v1/orders/{}", Uuid::now_v7())).send().await.unwrap().status(), 404);

    let stock = PgPool::connect(system.stock.url()).await.unwrap();
    let reserved: i64 = sqlx::query_scalar("SELECT quantity FROM reservations WHERE sku = 'TEA-001'")
        .fetch_one(&stock)
        .await
        .unwrap();
    assert_eq!(reserved, 3);
    let orders = PgPool::connect(system.orders.url()).await.unwrap();
    let events: i64 = sqlx::query_scalar("SELECT count(*) FROM outbox").fetch_one(&orders).await.unwrap();
    assert_eq!(events, 0, "a settled order leaves nothing in the outbox");
}

#[tokio::test]
async fn one_key_is_one_order_in_whatever_way_it_is_sent_again() {
    let system = System::start().await;
    let customer = Customer::sign_up(&system.gateway).await;
    let twins = tokio::join!(customer.order("key", "TEA-001", 1), customer.order("key", "TEA-001", 1));
    assert_eq!((twins.0.status().as_u16(), twins.1.status().as_u16()), (202, 202));
    assert_eq!(twins.0.headers()["location"], twins.1.headers()["location"]);
    let id = twins.0.json::<Value>().await.unwrap()["id"].as_str().unwrap().to_owned();

    customer.settled(&id).await;
    let repeated = customer.order("key", "TEA-001", 1).await;
    assert_eq!(
        (repeated.status().as_u16(), &repeated.headers()["location"]),
        (202, &twins.1.headers()["location"])
    );
    assert_eq!(repeated.json::<Value>().await.unwrap()["status"], "confirmed");

    let other = customer.order("key", "TEA-001", 2).await;
    assert_eq!(other.status(), 422);
    assert_eq!(other.headers()["content-type"], "application/problem+json");
    let unknown = customer.order("another", "NO-SUCH", 1).await;
    assert!(unknown.status().is_client_error(), "{}", unknown.status());
}
