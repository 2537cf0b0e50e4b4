//! The contracts of the three demonstration orders.

use super::Node;

const GATEWAY: &str = "gateway";
const USERS: &str = "users";
const ORDERS: &str = "orders";
const WORKER: &str = "order-worker";

const GET_USER: &str = "users.v1.UserService/GetUser";
const PLACE_ORDER: &str = "orders.v1.OrderService/PlaceOrder";
const SETTLE_ORDER: &str = "orders.v1.OrderService/SettleOrder";

const RESERVED: [&str; 4] = ["SELECT stock", "UPDATE stock", "INSERT reservations", "INSERT inbox"];

/// Stock is there.
pub fn confirmed() -> Node {
    post_order(placed(vec![process(&RESERVED), commit()]))
}

/// Stock is not there: nothing is taken, and the refusal is stored.
pub fn rejected() -> Node {
    post_order(placed(vec![process(&["SELECT stock", "INSERT inbox"]), commit()]))
}

/// With `MESSAGING_TRACE=link` the customer's trace ends with the message that was sent …
pub fn placed_apart() -> Node {
    post_order(placed(Vec::new()))
}

/// … and handling it is another one, whose root is linked to the sender's span. So is the commit.
pub fn handled_apart() -> Node {
    process(&RESERVED)
}

/// The same for one that is rejected.
pub fn refused_apart() -> Node {
    process(&["SELECT stock", "INSERT inbox"])
}

/// The same request again: the order is found by its key, and no event is written.
pub fn repeated() -> Node {
    let mut found = statements(ORDERS, &["BEGIN", "INSERT idempotency_keys", "ROLLBACK"]);
    found.extend(statements(ORDERS, &["SELECT idempotency_keys"]));
    found.push(redis(ORDERS, "GET"));
    found
        .extend(statements(ORDERS, &["SELECT orders", "SELECT order_lines"]).into_iter().map(Node::optional));
    found.push(redis(ORDERS, "SET").optional());
    post_order(found)
}

fn post_order(place_order: Vec<Node>) -> Node {
    let get_user =
        vec![redis(USERS, "GET"), client(USERS, "SELECT users").optional(), redis(USERS, "SETEX").optional()];
    Node::new(
        GATEWAY,
        "SERVER",
        "POST /api/v1/orders",
        vec![
            redis(GATEWAY, "EVAL"),
            call(GATEWAY, USERS, GET_USER, get_user),
            call(GATEWAY, ORDERS, PLACE_ORDER, place_order),
        ],
    )
}

fn placed(handled: Vec<Node>) -> Vec<Node> {
    let transaction = [
        "BEGIN",
        "INSERT idempotency_keys",
        "SELECT products",
        "INSERT orders",
        "INSERT order_lines",
        "INSERT outbox",
    ];
    let mut place = statements(ORDERS, &transaction);
    place.push(client(ORDERS, "COMMIT"));
    place.push(Node::new(ORDERS, "PRODUCER", "send orders.placed", handled));
    place
}

fn process(reservation: &[&str]) -> Node {
    let mut process = statements(WORKER, &["SELECT inbox", "BEGIN"]);
    process.extend(statements(WORKER, reservation));
    process.push(client(WORKER, "COMMIT"));
    let mut settle = statements(ORDERS, &["UPDATE orders", "SELECT orders", "SELECT order_lines"]);
    settle.push(redis(ORDERS, "SET"));
    settle.push(client(ORDERS, "SELECT pg_notify"));
    process.push(call(WORKER, ORDERS, SETTLE_ORDER, settle));
    Node::new(WORKER, "CONSUMER", "process orders.placed", process)
}

/// The worker tells the broker that it is done with the message.
fn commit() -> Node {
    client(WORKER, "commit orders.placed")
}

/// Two spans: the caller's and, below it, the answerer's.
fn call(from: &str, to: &str, method: &str, work: Vec<Node>) -> Node {
    Node::new(from, "CLIENT", method, vec![Node::new(to, "SERVER", method, work)])
}

fn statements(service: &str, names: &[&str]) -> Vec<Node> {
    names.iter().map(|name| client(service, name)).collect()
}

fn redis(service: &str, command: &str) -> Node {
    client(service, command)
}

fn client(service: &str, name: &str) -> Node {
    Node::new(service, "CLIENT", name, Vec::new())
}
