use telemetry::testing::{Received, conventions, otlp::metrics::v1::metric::Data};

use crate::{
    environment::{run, warned},
    metric_points::{histograms, metrics},
};

const AGGREGATION: &str = "OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION";
const DURATION: &str = "rpc.client.call.duration";

fn bounds(received: &Received) -> &[f64] {
    &histograms(received, DURATION)[0].explicit_bounds
}

#[tokio::test]
async fn histograms_are_exponential_if_the_operator_asks_for_it() {
    let (received, _) = run(&[(AGGREGATION, "base2_exponential_bucket_histogram")]).await;
    let metric = metrics(&received, DURATION)[0];
    let Some(Data::ExponentialHistogram(histogram)) = &metric.data else { panic!("{metric:?}") };
    let point = &histogram.data_points[0];
    let positive = point.positive.as_ref().unwrap();
    assert_eq!((point.count, positive.bucket_counts.iter().sum::<u64>()), (1, 1));
    // The one bucket of the one measurement: between base^offset and base^(offset + 1).
    let base = 2_f64.powf(2_f64.powi(-point.scale));
    let (lower, upper) = (base.powi(positive.offset), base.powi(positive.offset + 1));
    let sum = point.sum.unwrap();
    assert!(lower * 0.999 <= sum && sum <= upper * 1.001, "{lower} {sum} {upper}");
    let span = received.span("test.v1.Greeter/Greet");
    assert_eq!(received.exemplars(DURATION)[0].span_id, span.span_id);
    conventions::assert_kept(&received);
}

#[tokio::test]
async fn an_aggregation_that_is_none_is_named_and_the_boundaries_are_the_conventions() {
    let (received, logs) = run(&[(AGGREGATION, "guesses")]).await;
    warned(&logs, &format!("{AGGREGATION}=`guesses` is not explicit_bucket_histogram or "));
    assert_eq!(bounds(&received).len(), 14);
    let (received, _) = run(&[(AGGREGATION, "explicit_bucket_histogram")]).await;
    assert_eq!(bounds(&received).len(), 14);
}
