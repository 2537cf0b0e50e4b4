use telemetry::testing::otlp::trace::v1::span::SpanKind;

use crate::{
    told::{Hop, Told},
    twin::Twin,
};

#[tokio::test]
#[ignore = "the check of lesson 4"]
async fn lesson_04_every_statement_is_below_its_request_and_their_number_does_not_grow() {
    let twin = Twin::start().await;
    twin.reads("/books").await;
    twin.adds("1", "A secret title").await;
    twin.adds("2", "Another one").await;
    twin.reads("/books").await;
    let told = twin.closed().await;

    let additions = told.all(|hop| hop.is("shelf", SpanKind::Server, "POST /books"));
    told.holds(additions.len() == 2, "two books were added, and there are not two spans `POST /books`");
    for addition in additions {
        let statements = statements(&told, addition);
        told.holds(statements.len() >= 2, "the statements of `POST /books` are no CLIENT spans below it");
        let last = statements.last().map(|hop| hop.span.name.as_str());
        told.holds(
            last.is_some_and(|name| name.contains("COMMIT")),
            "the transaction's COMMIT is no span: it is where a transaction fails late, and waits for the disk",
        );
    }
    let lists = told.all(|hop| hop.is("shelf", SpanKind::Server, "GET /books"));
    let counts: Vec<usize> = lists.iter().map(|list| statements(&told, list).len()).collect();
    told.holds(counts.iter().all(|count| *count > 0), "the statements of `GET /books` are no spans below it");
    let grew =
        format!("`GET /books` asked the database {counts:?} times: two books more, two statements more");
    told.holds(counts[0] == counts[1], &grew);
    told.holds(
        !format!("{:?}", told.received.traces).contains("A secret title"),
        "a value of a statement is in a span: tell the text with its placeholders",
    );
    let pool = told.received.metric_names().iter().any(|name| name.starts_with("db.client.connection."));
    told.holds(pool, "no metric `db.client.connection.…` has arrived: nobody sees how full the pool is");
}

fn statements<'a>(told: &'a Told, request: &Hop) -> Vec<&'a Hop> {
    told.below(request).into_iter().filter(|hop| hop.asks("shelf", "postgresql")).collect()
}
