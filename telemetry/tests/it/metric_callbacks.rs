use telemetry::testing::Collector;

use crate::{
    child::{logs, start},
    metric_points::{last, numbers, value},
};

#[tokio::test]
async fn a_callback_that_panics_stops_nothing_is_said_once_and_counted() {
    let collector = Collector::start().await.unwrap();
    let often = [("OTEL_METRIC_EXPORT_INTERVAL", "30")];
    let output = start("a callback panics", collector.address(), &often).output().await;
    let received = collector.received();
    // The reader goes on, and the callbacks after the broken one run.
    let sound = numbers(&received, "it.sound");
    assert!(sound.len() >= 3, "{output:#?}");
    assert!(sound.into_iter().all(|point| value(point) == 7.0));
    // What it had observed before is not lost.
    assert_eq!(last(&received, "it.broken", ("seen", Some("true"))), Some(1.0));
    let label = ("throughline.metric.name", Some("it.broken"));
    let panics = last(&received, "throughline.metric.callback.panics", label).unwrap();
    assert!(panics >= 2.0, "{panics}");

    let logs = logs(&output);
    let said = |text: &str| logs.iter().filter(|log| format!("{log}").contains(text)).count();
    assert_eq!(said("the callback of the metric it.broken panicked"), 1, "{logs:#?}");
    assert_eq!(said("planted in a callback"), 1, "the panic itself is recorded once: {logs:#?}");
}
