use std::fs;

use throughline::viewer::Kind;

use crate::{customer::Customer, system::System};

const PERSONAL: [&str; 2] = ["client.address", "network.peer.address"];

#[tokio::test]
#[ignore = "make lesson-check 24"]
async fn lesson_24_every_span_has_a_line_in_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("spans");
    let mut system = System::start_with(None, &[("THROUGHLINE_SPAN_FILE", path.to_str().unwrap())]).await;
    let customer = Customer::sign_up(&system.gateway).await;
    let (id, trace_id) = customer.place("key", "TEA-001").await;
    customer.settled(&id).await;
    system.stop_services().await;
    let text = fs::read_to_string(&path).unwrap_or_default();
    assert!(!text.is_empty(), "not yet: the file that THROUGHLINE_SPAN_FILE names is empty after an order");
    let lines: Vec<&str> = text.lines().filter(|line| line.contains(&trace_id)).collect();
    let spans = system.trace(&trace_id);
    for span in &spans {
        let (service, name) = (&span.role.service, &span.role.name);
        let told = lines.iter().any(|line| line.contains(name.as_str()) && line.contains(service.as_str()));
        assert!(told, "not yet: no line has the trace id, `{service}` and `{name}` of an order's span");
    }
    let (lines, spans) = (lines.len(), spans.len());
    assert!(lines == spans, "not yet: an order's trace has {spans} spans, and {lines} lines in the file");
}

#[tokio::test]
#[ignore = "make lesson-check 24"]
async fn lesson_24_no_customer_s_address_leaves_the_process() {
    let mut system = System::start().await;
    let customer = Customer::sign_up(&system.gateway).await;
    customer.get("/api/v1/products").send().await.unwrap();
    system.stop_services().await;
    let spans = system.viewer.store().spans();
    let edge = spans.iter().filter(|span| span.service() == "gateway" && span.kind() == Kind::Server);
    let mut addresses = edge.flat_map(|span| PERSONAL.map(|key| (key, span.text(key).unwrap_or_default())));
    let wrong = addresses.find(|(_, address)| *address != "127.0.0.0");
    if let Some((key, address)) = wrong {
        panic!("not yet: the gateway's span arrives with {key}=`{address}`, and should with `127.0.0.0`");
    }
}
