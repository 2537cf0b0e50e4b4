use crate::{customer::Customer, order::attribute, system::System};

const ATTRIBUTE: &str = "throughline.client.version";
const HEADER: &str = "x-client-version";
const AT_MOST: usize = 64;

/// Asks, and says what the SERVER span of the request tells of its sender.
async fn told(system: &System, customer: &Customer, path: &str, version: Option<&str>) -> Option<String> {
    let mut request = customer.get(path);
    if let Some(version) = version {
        request = request.header(HEADER, version);
    }
    let answer = request.send().await.unwrap();
    let trace_id = answer.headers()["x-trace-id"].to_str().unwrap().to_owned();
    answer.bytes().await.unwrap();
    attribute(system, &trace_id, "gateway", "server", ATTRIBUTE).await
}

#[tokio::test]
#[ignore = "make lesson-check 11"]
async fn lesson_11_a_layer_tells_the_version_of_the_client() {
    let system = System::start_with(None, &[("OTEL_BSP_SCHEDULE_DELAY", "20")]).await;
    let customer = Customer::sign_up(&system.gateway).await;
    let me = "/api/v1/users/me";
    let version = told(&system, &customer, me, Some("shop-ios/4.2.1")).await;
    assert!(
        version.as_deref() == Some("shop-ios/4.2.1"),
        "not yet: the SERVER span of a request with `{HEADER}: shop-ios/4.2.1` has {version:?} as `{ATTRIBUTE}`. \
         No layer sets it, or the one that does runs where the span is not current"
    );
    let version = told(&system, &customer, "/nowhere", Some("shop-ios/4.2.1")).await;
    assert!(
        version.as_deref() == Some("shop-ios/4.2.1"),
        "not yet: a request that no route takes has {version:?} as `{ATTRIBUTE}`: the layer belongs around all \
         routes and the fallback"
    );
    let version = told(&system, &customer, me, Some(&"9".repeat(1_000))).await.unwrap_or_default();
    assert!(
        (1..=AT_MOST).contains(&version.len()),
        "not yet: of a header of 1,000 characters `{ATTRIBUTE}` has {}, and should have {AT_MOST} at most: what \
         strangers send needs a bound",
        version.len()
    );
    let version = told(&system, &customer, me, None).await;
    assert!(
        version.is_none(),
        "not yet: a request without `{HEADER}` has {version:?} as `{ATTRIBUTE}`: what is not known is left out"
    );
}
