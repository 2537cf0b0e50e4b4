#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use opentelemetry::{
    Context, KeyValue,
    trace::{SpanContext, SpanId, SpanKind, TraceContextExt, TraceFlags, TraceId},
};
use opentelemetry_sdk::trace::{
    IdGenerator, RandomIdGenerator, Sampler, SamplingDecision, SamplingResult, ShouldSample,
};

use super::Rules;

fn sample(
    sampler: &dyn ShouldSample,
    trace_id: TraceId,
    name: &str,
    attributes: &[KeyValue],
) -> SamplingResult {
    sampler.should_sample(None, trace_id, name, &SpanKind::Server, attributes, &[])
}

fn is_kept(result: &SamplingResult) -> bool {
    result.decision == SamplingDecision::RecordAndSample
}

/// Ids of which half rates keep none and rates of one all.
fn unlucky() -> TraceId {
    TraceId::from_hex("10000000000000000000000000000001").unwrap()
}

#[test]
fn texts_that_are_no_rules_are_refused() {
    for text in
        ["", ";", "GET /orders", "GET /orders=2", "GET /orders=-0.1", "=0.5", "*=half", "keep ", "*=NaN"]
    {
        assert_eq!(Rules::parse(text), None, "{text}");
    }
}

#[test]
fn a_route_is_matched_by_name_route_and_method_and_the_first_match_decides() {
    let rules = Rules::parse("/orders/{id}=1; shop.Orders/*=1; GET /a=b=1; GET /livez=0; *=0").unwrap();
    let route = KeyValue::new("http.route", "/orders/{id}");
    let method = KeyValue::new("rpc.method", "shop.Orders/Place");
    let other = KeyValue::new("rpc.method", "shop.OrdersOld/Place");
    assert!(is_kept(&sample(&rules, unlucky(), "GET /orders/{id}", &[route])));
    assert!(is_kept(&sample(&rules, unlucky(), "x", &[method])));
    assert!(!is_kept(&sample(&rules, unlucky(), "x", &[other])));
    assert!(is_kept(&sample(&rules, unlucky(), "GET /a=b", &[])));
    assert!(!is_kept(&sample(&rules, unlucky(), "GET /livez", &[])));
}

#[test]
fn what_matches_no_rule_is_kept() {
    let rules = Rules::parse("GET /livez=0").unwrap();
    let kept = sample(&rules, unlucky(), "GET /orders", &[]);
    assert_eq!((is_kept(&kept), kept.trace_state.header().as_str()), (true, "ot=th:0"));
}

#[test]
fn an_attribute_keeps_a_trace_by_its_value_or_by_being_there() {
    let rules = Rules::parse("keep tenant=gold*; keep debug; keep size=7; *=0").unwrap();
    for (attribute, kept) in [
        (KeyValue::new("tenant", "gold-1"), true),
        (KeyValue::new("tenant", "tin"), false),
        (KeyValue::new("debug", false), true),
        (KeyValue::new("size", 7), true),
        (KeyValue::new("size", 70), false),
    ] {
        let result = sample(&rules, unlucky(), "x", std::slice::from_ref(&attribute));
        assert_eq!(is_kept(&result), kept, "{attribute:?}");
        assert_eq!(result.trace_state.header(), if kept { "ot=th:0" } else { "" });
    }
}

#[test]
fn two_services_with_one_rate_keep_the_same_traces_and_a_smaller_rate_some_of_them() {
    let (gateway, orders) = (Rules::parse("POST /orders=0.1").unwrap(), Rules::parse("*=0.1").unwrap());
    let fewer = Rules::parse("*=0.01").unwrap();
    let ids = RandomIdGenerator::default();
    let (mut kept, count) = (0, 20_000);
    for _ in 0..count {
        let id = ids.new_trace_id();
        let decision = is_kept(&sample(&gateway, id, "POST /orders", &[]));
        assert_eq!(decision, is_kept(&sample(&orders, id, "shop.Orders/Place", &[])), "{id}");
        assert!(decision || !is_kept(&sample(&fewer, id, "x", &[])), "{id}");
        kept += usize::from(decision);
    }
    // Six standard deviations of a binomial distribution: 6·√(20,000·0.1·0.9) is 254.
    assert!((1_746..=2_254).contains(&kept), "{kept} of {count}");
}

#[test]
fn a_parents_decision_is_respected_and_its_state_passed_on() {
    let sampler = Sampler::parent_based(Rules::parse("*=0.5").unwrap());
    for (flags, state) in [
        (TraceFlags::SAMPLED, "ot=th:c,vendor=a"),
        (TraceFlags::default(), "vendor=a"),
        (TraceFlags::SAMPLED, ""),
    ] {
        let parent = SpanContext::new(unlucky(), SpanId::from(1_u64), flags, true, state.parse().unwrap());
        let parent = Context::new().with_remote_span_context(parent);
        let result = sampler.should_sample(Some(&parent), unlucky(), "x", &SpanKind::Server, &[], &[]);
        assert_eq!(is_kept(&result), flags.is_sampled());
        assert_eq!(result.trace_state.header(), state);
    }
}

#[test]
fn without_a_parents_word_a_service_decides_again_by_the_traces_own_randomness() {
    let rules = Rules::parse("*=0.5").unwrap();
    let decide = |randomness: &str| {
        let state = format!("ot=th:0;rv:{randomness},vendor=a").parse().unwrap();
        let parent = SpanContext::new(unlucky(), SpanId::from(1_u64), TraceFlags::SAMPLED, true, state);
        let parent = Context::new().with_remote_span_context(parent);
        rules.should_sample(Some(&parent), unlucky(), "x", &SpanKind::Server, &[], &[])
    };
    let kept = decide("80000000000000");
    assert_eq!(
        (is_kept(&kept), kept.trace_state.header().as_str()),
        (true, "ot=th:8;rv:80000000000000,vendor=a")
    );
    let dropped = decide("7fffffffffffff");
    assert_eq!(
        (is_kept(&dropped), dropped.trace_state.header().as_str()),
        (false, "ot=rv:7fffffffffffff,vendor=a")
    );
}
