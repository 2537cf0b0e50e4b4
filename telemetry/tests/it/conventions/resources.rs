use telemetry::testing::{Received, conventions};

use super::{
    assert_problem,
    examples::{http_server, int, resource, scope, spans, text},
};

const WRONG: &str = "its schema URL is `https://opentelemetry.io/schemas/1.26.0`, it must be \
                     `https://opentelemetry.io/schemas/1.44.0`";

fn with_resource(change: impl FnOnce(&mut telemetry::testing::otlp::resource::v1::Resource)) -> Received {
    let mut received = spans(vec![http_server()]);
    let mut changed = resource();
    change(&mut changed);
    received.traces[0].resource_spans[0].resource = Some(changed);
    received
}

#[test]
fn a_process_says_who_it_is() {
    let anonymous = with_resource(|resource| resource.attributes.retain(|a| a.key != "service.instance.id"));
    assert_problem(&anonymous, "`service.instance.id` is missing: every process must have it");
    let guessed =
        with_resource(|resource| resource.attributes[0] = text("service.name", "unknown_service:it"));
    assert_problem(&guessed, "`service.name` is the SDK's guess: the service must say what it is");
    let old = with_resource(|resource| resource.attributes.push(text("deployment.environment", "live")));
    let renamed = "`deployment.environment` is deprecated: it is `deployment.environment.name` now";
    assert_problem(&old, renamed);
    let number = with_resource(|resource| resource.attributes[5] = text("process.pid", "42"));
    assert_problem(&number, "`process.pid` is a string, it must be an int");
    let text = with_resource(|resource| resource.attributes.push(int("host.name", 42)));
    assert_problem(&text, "`host.name` is an int, it must be a string");
}

#[test]
fn resource_and_scopes_of_ours_have_the_schema_of_the_names() {
    let mut received = spans(vec![http_server()]);
    received.traces[0].resource_spans[0].schema_url = "https://opentelemetry.io/schemas/1.26.0".to_owned();
    assert_problem(&received, WRONG);
    let mut received = spans(vec![http_server()]);
    received.traces[0].resource_spans[0].scope_spans[0].schema_url =
        "https://opentelemetry.io/schemas/1.26.0".to_owned();
    assert_problem(&received, WRONG);
    received.traces[0].resource_spans[0].scope_spans[0].scope = Some(scope("somebody.else"));
    assert_eq!(conventions::check(&received), []);
}

#[test]
fn a_scope_of_ours_is_declared() {
    let mut received = spans(vec![http_server()]);
    received.traces[0].resource_spans[0].scope_spans[0].scope = Some(scope("throughline.http.sever"));
    assert_problem(&received, "it is not declared: a scope of ours stands in names.rs");
}

#[test]
fn a_violation_says_where() {
    let mut span = http_server();
    span.name = "GET".to_owned();
    let found = conventions::check(&spans(vec![span.clone(), span]));
    assert_eq!(found.len(), 1, "what is exported twice is told once");
    assert_eq!(
        found[0].to_string(),
        "span `GET` [SERVER] of shop (throughline.http.server): its name must be `GET /orders/{id}`"
    );
}
