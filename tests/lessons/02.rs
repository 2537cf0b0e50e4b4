use crate::order::{find, parent, trace_of};

/// What the worker says to its database while it reserves.
const STATEMENTS: [&str; 6] =
    ["BEGIN", "SELECT stock", "UPDATE stock", "INSERT reservations", "INSERT inbox", "COMMIT"];

#[tokio::test]
#[ignore = "make lesson-check 2"]
async fn lesson_02_the_statements_of_a_reservation_are_below_one_span() {
    let spans = trace_of("TEA-001").await;
    let Some(reserve) = find(&spans, "order-worker", "INTERNAL", "reserve") else {
        panic!("not yet: the worker's part of the trace has no span `reserve`");
    };
    let above = parent(&spans, reserve).map_or("nothing", |parent| parent.role.name.as_str());
    assert!(
        above == "process orders.placed",
        "not yet: the span `reserve` is below `{above}`, and should be below `process orders.placed`"
    );
    for statement in STATEMENTS {
        let span = find(&spans, "order-worker", "CLIENT", statement).expect("the worker reserves as ever");
        let above = parent(&spans, span).map_or("nothing", |parent| parent.role.name.as_str());
        assert!(
            above == "reserve",
            "not yet: `{statement}` is below `{above}`, and should be below `reserve`, which it is a part of"
        );
    }
}
