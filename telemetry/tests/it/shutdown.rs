use std::time::Duration;

use telemetry::testing::{Answer, Collector};
use tokio::time::timeout;

use crate::{
    child::{SPANS, log, logs, start},
    recorded::PATIENCE,
    totals::total,
};

async fn slow(delay: Duration) -> Collector {
    let collector = Collector::start().await.unwrap();
    collector.answer(Answer::Delay(delay));
    collector
}

async fn all_arrive(scenario: &str) {
    let collector = Collector::start().await.unwrap();
    let output = start(scenario, collector.address(), &[]).output().await;
    let received = collector.received();
    assert_eq!(received.spans().len(), SPANS, "{scenario}: {output:#?}");
}

#[tokio::test]
async fn a_process_that_returns_early_from_main_delivers_its_spans() {
    all_arrive("returns early from main").await;
    all_arrive("returns early from a current_thread main").await;
}

#[tokio::test]
async fn a_task_that_returns_early_delivers_its_spans() {
    all_arrive("returns early from a task").await;
}

#[tokio::test]
async fn a_guard_that_is_dropped_outside_any_runtime_delivers_its_spans() {
    all_arrive("returns early outside any runtime").await;
}

#[tokio::test]
async fn a_process_that_panics_delivers_its_spans() {
    all_arrive("panics").await;
}

#[tokio::test]
async fn a_shutdown_on_a_runtimes_only_thread_delivers_its_spans() {
    all_arrive("shuts down in a current_thread main").await;
    all_arrive("shuts down in a task").await;
    all_arrive("shuts down in a blocking task").await;
}

#[tokio::test]
async fn a_shutdown_on_two_workers_delivers_its_spans() {
    all_arrive("shuts down in a multi_thread main").await;
    all_arrive("shuts down in a task of two workers").await;
}

#[tokio::test]
async fn sigterm_loses_no_span_not_even_the_one_in_progress() {
    let collector = Collector::start().await.unwrap();
    let mut child = start("waits for SIGTERM", collector.address(), &[]);
    child.says("ready").await;
    child.terminate().await;
    child.output().await;
    assert_eq!(collector.received().spans().len(), SPANS);
}

#[tokio::test]
async fn sigterm_under_load_loses_no_span() {
    let collector = slow(Duration::from_millis(20)).await;
    let mut child = start("works until SIGTERM", collector.address(), &[]);
    timeout(PATIENCE, collector.wait_for(|all| all.spans().len() > SPANS)).await.unwrap();
    child.terminate().await;
    let ended = child.says("spans ended").await;
    child.output().await;
    let expected = format!("{} spans ended", collector.received().spans().len());
    assert!(ended.contains(&expected), "{ended} is not {expected}");
}

#[tokio::test]
async fn spans_that_the_queue_cannot_hold_are_counted_and_said() {
    let collector = slow(Duration::from_millis(20)).await;
    let small = [("OTEL_BSP_MAX_QUEUE_SIZE", "16"), ("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "8")];
    let output = start("ends a thousand spans at once", collector.address(), &small).output().await;
    let delivered = collector.received().spans().len();
    assert!(delivered < 1000, "nothing was lost, so nothing was tested");
    let expected = format!("{delivered} delivered, {} lost", 1000 - delivered);
    let logs = logs(&output);
    let lost =
        logs.iter().find(|log| log["message"].as_str().is_some_and(|text| text.contains("lost at the stop")));
    let lost = lost.unwrap_or_else(|| panic!("{output:#?}"));
    assert_eq!(lost["level"], "WARN");
    assert!(lost["message"].as_str().unwrap().contains(&expected), "{lost} lacks `{expected}`");
    let text = format!("{logs:#?}");
    assert!(text.contains(" spans were dropped: their queue was full"), "{text}");
}

#[tokio::test]
async fn a_span_that_has_not_ended_counts_as_lost() {
    let collector = Collector::start().await.unwrap();
    let output = start("stops inside a span", collector.address(), &[]).output().await;
    let text = format!("{:#?}", logs(&output));
    assert!(text.contains("10 delivered, 1 lost (1 not ended)"), "{text}");
}

#[tokio::test]
async fn a_collector_that_is_not_there_is_said_and_does_not_hold_up_the_end() {
    let output = start("ends a thousand spans at once", "http://127.0.0.1:1", &[]).output().await;
    let logs = logs(&output);
    let text = format!("{logs:#?}");
    assert!(text.contains("0 delivered, 1000 lost (1000 failed)"), "{text}");
}

#[tokio::test]
async fn a_collector_that_never_answers_costs_five_seconds_and_a_warning() {
    let collector = Collector::start().await.unwrap();
    collector.answer(Answer::Never);
    let output = start("ends a thousand spans at once", collector.address(), &[]).output().await;
    let text = format!("{:#?}", logs(&output));
    assert!(text.contains("traces timed out, 0 delivered, 1000 lost (1000 timed out)"), "{text}");
}

#[tokio::test]
async fn a_signal_that_is_not_answered_keeps_no_other_from_its_end() {
    let (silent, collector) = (Collector::start().await.unwrap(), Collector::start().await.unwrap());
    silent.answer(Answer::Never);
    let variables = [("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", silent.address())];
    let output = start("ends a thousand spans at once", collector.address(), &variables).output().await;
    let text = format!("{:#?}", logs(&output));
    assert!(text.contains("traces timed out"), "{text}");
    assert!(text.contains("; logs flushed") && text.contains("; metrics flushed"), "{text}");
    let received = collector.received();
    assert!(!received.records().is_empty());
    assert_eq!(total(&received, "otel.sdk.span.started", "otel.span.parent.origin", Some("none")), 1000);
}

#[tokio::test]
async fn a_thousand_spans_fit_the_default_queue() {
    let collector = slow(Duration::from_millis(20)).await;
    let output = start("ends a thousand spans at once", collector.address(), &[]).output().await;
    assert_eq!(collector.received().spans().len(), 1000);
    assert!(logs(&output).iter().all(|log| log["level"] == "INFO"), "{output:#?}");
}

#[tokio::test]
async fn a_reader_of_standard_output_that_stops_reading_stops_nothing() {
    let collector = Collector::start().await.unwrap();
    let child = start("logs a flood", collector.address(), &[]);
    timeout(PATIENCE, collector.wait_for(|all| all.spans().len() == SPANS)).await.unwrap();
    let output = child.output().await;
    let logs = logs(&output);
    assert!(logs.iter().any(|log| log["message"].as_str().unwrap().contains("log lines were dropped")));
    assert!(
        log(&logs, "a line that nobody reads, and long enough to fill the pipe of its reader soon")
            .is_object()
    );
}
