//! `/openapi.json` against real answers: every operation, with the real services behind the gateway.
//! What the gateway answers by itself (limits, bodies, outages) is held against it by the gateway's tests.

use std::collections::BTreeSet;

use reqwest::RequestBuilder;
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::{
    customer::{Customer, PASSWORD},
    json_schema::Schemas,
    system::System,
};

/// Answered in front of the neighbours.
const BY_THE_GATEWAY: [&str; 10] = ["400", "401", "408", "413", "415", "422", "429", "500", "503", "504"];

struct Walk {
    customer: Customer,
    document: Value,
    seen: BTreeSet<(String, String)>,
}

impl Walk {
    async fn begin(customer: Customer) -> Self {
        let document = customer.get("/openapi.json").send().await.unwrap().json().await.unwrap();
        Self { customer, document, seen: BTreeSet::new() }
    }

    /// (method, path, what the document says) of each operation.
    fn operations(&self) -> impl Iterator<Item = (&String, &String, &Value)> {
        let paths = self.document["paths"].as_object().unwrap().iter();
        paths.flat_map(|(path, item)| {
            item.as_object().unwrap().iter().map(move |(method, says)| (method, path, says))
        })
    }

    fn operation(&self, id: &str) -> (&String, &String, &Value) {
        self.operations().find(|(.., says)| says["operationId"] == id).unwrap_or_else(|| panic!("no {id}"))
    }

    /// Sends it about `order`, as the customer. The answer has the status, and the headers and the shape
    /// that the document says for it.
    async fn call(
        &mut self,
        id: &str,
        order: &str,
        status: &str,
        prepare: impl FnOnce(RequestBuilder) -> RequestBuilder,
    ) -> Value {
        let (method, path, says) = self.operation(id);
        let url = format!("{}{}", self.customer.gateway, path.replace("{id}", order));
        let request = self.customer.http.request(method.to_uppercase().parse().unwrap(), url);
        let answer = prepare(request.bearer_auth(&self.customer.token)).send().await.unwrap();
        assert_eq!(answer.status().as_str(), status, "{id}");
        let says = &says["responses"][status];
        for name in says["headers"].as_object().unwrap().keys() {
            assert!(answer.headers().contains_key(name), "{id} {status} lacks {name}");
        }
        let kind = answer.headers()["content-type"].to_str().unwrap().to_owned();
        let text = answer.text().await.unwrap();
        let body = if kind.ends_with("json") { text.parse().unwrap() } else { Value::String(text) };
        let schema = &says["content"][&kind]["schema"];
        let checked = self.schemas().check(schema, &body);
        checked.unwrap_or_else(|error| panic!("{id} {status} as {kind}: {error}\n{body}"));
        self.seen.insert((id.to_owned(), status.to_owned()));
        body
    }

    fn schemas(&self) -> Schemas<'_> {
        Schemas { document: &self.document }
    }

    /// What the document promises of a neighbour and nobody has seen.
    fn unseen(&self) -> Vec<(String, String)> {
        let promised = self.operations().flat_map(|(.., says)| {
            let id = says["operationId"].as_str().unwrap();
            let statuses = says["responses"].as_object().unwrap().keys();
            let own = statuses.filter(|status| !BY_THE_GATEWAY.contains(&status.as_str()));
            own.map(move |status| (id.to_owned(), status.to_owned()))
        });
        promised.filter(|answer| !self.seen.contains(answer)).collect()
    }
}

fn as_it_is(request: RequestBuilder) -> RequestBuilder {
    request
}

#[tokio::test]
async fn every_operation_answers_as_the_document_says() {
    let system = System::start().await;
    let mut walk = Walk::begin(Customer::sign_up(&system.gateway).await).await;
    accounts(&mut walk).await;
    orders(&mut walk, &system).await;
    assert_eq!(walk.unseen(), [], "documented, and never answered");
}

async fn accounts(walk: &mut Walk) {
    let account = json!({"email": "grace@example.com", "name": "Grace", "password": PASSWORD});
    walk.call("register", "", "201", |request| request.json(&account)).await;
    walk.call("register", "", "409", |request| request.json(&account)).await;
    let credentials = |password| json!({"email": "grace@example.com", "password": password});
    walk.call("signIn", "", "200", |request| request.json(&credentials(PASSWORD))).await;
    walk.call("signIn", "", "401", |request| request.json(&credentials("another one"))).await;
    walk.call("whoAmI", "", "200", as_it_is).await;
}

async fn orders(walk: &mut Walk, system: &System) {
    walk.call("listProducts", "", "200", as_it_is).await;
    let place = |key: &'static str, quantity: u32| {
        let lines = json!({"lines": [{"sku": "TEA-001", "quantity": quantity}]});
        move |request: RequestBuilder| request.header("idempotency-key", key).json(&lines)
    };
    // Nothing is settled yet.
    system.freeze("order-worker");
    let pending = walk.call("placeOrder", "", "202", place("first", 1)).await;
    walk.call("placeOrder", "", "422", place("first", 2)).await;
    walk.call("cancelOrder", id(&pending), "200", as_it_is).await;
    let placed = walk.call("placeOrder", "", "202", place("second", 1)).await;
    system.thaw("order-worker");
    walk.customer.settled(id(&placed)).await;
    walk.call("cancelOrder", id(&placed), "409", as_it_is).await;
    walk.call("getOrder", id(&placed), "200", as_it_is).await;
    walk.call("listOrders", "", "200", as_it_is).await;
    events(walk, id(&placed)).await;

    let nobodys = uuid::Uuid::now_v7().to_string();
    for operation in ["getOrder", "cancelOrder", "watchOrder"] {
        walk.call(operation, &nobodys, "404", as_it_is).await;
    }
    suspend_everybody(system).await;
    walk.customer = Customer::sign_in(&system.gateway, "grace@example.com").await;
    walk.call("placeOrder", "", "403", place("third", 1)).await;
}

/// The stream of an order that is settled ends by itself.
async fn events(walk: &mut Walk, settled: &str) {
    let stream = walk.call("watchOrder", settled, "200", as_it_is).await;
    let mut data = stream.as_str().unwrap().lines().filter_map(|line| line.strip_prefix("data:"));
    let order: Value = data.next().unwrap().parse().unwrap();
    walk.schemas().check(&json!({"$ref": "#/components/schemas/Order"}), &order).unwrap();
    assert_eq!(data.next(), None);
}

async fn suspend_everybody(system: &System) {
    let users = PgPool::connect(system.users.url()).await.unwrap();
    sqlx::query("UPDATE users SET status = 'suspended'").execute(&users).await.unwrap();
}

fn id(order: &Value) -> &str {
    order["id"].as_str().unwrap()
}
