//! More sets of attributes than an instrument has room for.

use telemetry::testing::Collector;

use crate::{
    child::{logs, start},
    totals::sums,
};

#[tokio::test]
async fn a_hundred_thousand_values_are_bounded_said_once_and_counted() {
    let collector = Collector::start().await.unwrap();
    let often = [("OTEL_METRIC_EXPORT_INTERVAL", "20")];
    let output = start("counts a hundred thousand values", collector.address(), &often).output().await;
    let received = collector.received();
    let orders = sums(&received, "shop.orders");
    assert!(orders.len() <= 2001, "{} series", orders.len());
    let overflow =
        orders.iter().find(|(labels, _)| *labels == [("otel.metric.overflow".to_owned(), "true".to_owned())]);
    assert!(overflow.unwrap().1 >= 98_000, "{overflow:?}");
    assert_eq!(orders.iter().map(|(_, value)| value).sum::<i64>(), 100_000, "none is lost");
    let logs = logs(&output);
    let said =
        logs.iter().filter(|log| log["message"].as_str().unwrap().contains("shop.orders has too many"));
    assert_eq!(said.count(), 1, "{logs:#?}");
    assert_eq!(sums(&received, "throughline.telemetry.overflowing_instruments")[0].1, 1);
}
