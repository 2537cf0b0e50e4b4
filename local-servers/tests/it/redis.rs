use local_servers::testing;
use redis::{AsyncTypedCommands, Client};

#[tokio::test]
async fn each_test_has_its_own_empty_database() {
    let (first, second) = (testing::redis_url(), testing::redis_url());
    let mut first = Client::open(first).unwrap().get_multiplexed_async_connection().await.unwrap();
    let mut second = Client::open(second).unwrap().get_multiplexed_async_connection().await.unwrap();
    first.set("tea", "Assam").await.unwrap();
    assert_eq!(first.get("tea").await.unwrap().as_deref(), Some("Assam"));
    assert_eq!(second.get("tea").await.unwrap(), None);
}

#[tokio::test]
async fn nobody_gets_in_without_the_password() {
    let url = testing::redis_url();
    let (_, address) = url.split_once('@').unwrap();
    let refusal = Client::open(format!("redis://{address}"))
        .unwrap()
        .get_multiplexed_async_connection()
        .await
        .map(drop)
        .unwrap_err();
    assert!(refusal.to_string().contains("uthentication"), "{refusal}");
}
