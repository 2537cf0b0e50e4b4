use chassis::StartError;

#[tokio::test]
async fn an_address_that_is_taken_is_named_with_the_variable_that_changes_it() {
    let taken = chassis::listen("LISTEN_ADDR", "127.0.0.1:0".parse().unwrap()).await.unwrap();
    let address = taken.local_addr().unwrap();
    let error = chassis::listen("LISTEN_ADDR", address).await.unwrap_err();
    assert!(matches!(error, StartError::Listen { .. }));
    let text = error.to_string();
    assert!(text.contains(&address.to_string()) && text.contains("LISTEN_ADDR"), "{text}");
}
