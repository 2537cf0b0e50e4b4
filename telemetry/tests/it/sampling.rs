use telemetry::testing::{Collector, Received};

use crate::{
    child::{log, start},
    environment::{run, warned},
};

fn count(received: &Received, name: &str) -> usize {
    received.spans().iter().filter(|span| span.name == name).count()
}

#[tokio::test]
async fn each_sampler_of_the_specification_does_what_its_name_says() {
    for (sampler, argument, expected) in [
        ("always_on", "", 10),
        ("always_off", "", 0),
        ("traceidratio", "0", 0),
        ("traceidratio", "1", 10),
        ("parentbased_always_on", "", 10),
        ("parentbased_always_off", "", 0),
        ("parentbased_traceidratio", "0", 0),
        ("parentbased_traceidratio", "1", 10),
    ] {
        let collector = Collector::start().await.unwrap();
        let variables = [("OTEL_TRACES_SAMPLER", sampler), ("OTEL_TRACES_SAMPLER_ARG", argument)];
        start("shuts down in a task", collector.address(), &variables).output().await;
        assert_eq!(collector.received().spans().len(), expected, "{sampler} {argument}");
    }
}

#[tokio::test]
async fn a_ratio_keeps_that_share_of_the_traces() {
    let collector = Collector::start().await.unwrap();
    let variables = [("OTEL_TRACES_SAMPLER", "parentbased_traceidratio"), ("OTEL_TRACES_SAMPLER_ARG", "0.1")];
    start("ends a thousand spans at once", collector.address(), &variables).output().await;
    let kept = collector.received().spans().len();
    // Six standard deviations of a binomial distribution: 6·√(1000·0.1·0.9) is 57.
    assert!((43..=157).contains(&kept), "{kept}");
}

#[tokio::test]
async fn rules_keep_by_route_and_by_attribute_and_write_the_decision_into_the_trace() {
    let rules = |rules| {
        [("OTEL_TRACES_SAMPLER", "parentbased_throughline_rules"), ("OTEL_TRACES_SAMPLER_ARG", rules)]
    };
    let (received, logs) = run(&rules("work=0; keep rpc.system.name=grpc; other=1; *=0")).await;
    assert_eq!((count(&received, "work"), count(&received, "other")), (0, 1));
    assert_eq!(count(&received, "test.v1.Greeter/Greet"), 1, "kept by its attribute");
    assert_eq!(received.span("other").trace_state, "ot=th:0");
    let context = log(&logs, "called")["fields"]["context"].as_str().unwrap();
    assert!(context.contains("\"tracestate\": \"ot=th:0\""), "{context}");
    let (received, _) = run(&rules("test.v1.Greeter/*=0")).await;
    assert_eq!((count(&received, "test.v1.Greeter/Greet"), count(&received, "work")), (0, 1));
}

#[tokio::test]
async fn a_child_follows_its_parent_unless_each_is_to_decide_for_itself() {
    for (sampler, inner) in [("parentbased_throughline_rules", 1), ("throughline_rules", 0)] {
        let collector = Collector::start().await.unwrap();
        let variables =
            [("OTEL_TRACES_SAMPLER", sampler), ("OTEL_TRACES_SAMPLER_ARG", "instrumented=0; *=1")];
        start("logs", collector.address(), &variables).output().await;
        let received = collector.received();
        assert_eq!((count(&received, "request"), count(&received, "instrumented")), (1, inner), "{sampler}");
        assert!(received.spans().iter().all(|span| span.trace_state == "ot=th:0"), "{sampler}");
    }
}

#[tokio::test]
async fn arguments_that_make_no_sense_are_named_and_all_traces_kept() {
    for (sampler, argument) in [
        ("parentbased_traceidratio", "2"),
        ("traceidratio", "half"),
        ("parentbased_throughline_rules", "work"),
        ("throughline_rules", "*=2"),
    ] {
        let variables = [("OTEL_TRACES_SAMPLER", sampler), ("OTEL_TRACES_SAMPLER_ARG", argument)];
        let (received, logs) = run(&variables).await;
        warned(&logs, &format!("OTEL_TRACES_SAMPLER_ARG=`{argument}` is not "));
        assert_eq!(count(&received, "work"), 1, "{sampler}");
    }
}
