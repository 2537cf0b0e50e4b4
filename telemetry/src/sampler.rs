//! `OTEL_TRACES_SAMPLER` and its argument: which traces are recorded.
//!
//! In production set `parentbased_traceidratio` with `0.1`: one trace in ten, and in every service the same ones,
//! since who comes later does what the first decided. The default records all.

mod rules;
mod threshold;

use opentelemetry_sdk::trace::{Sampler, ShouldSample};

use crate::environment::{Environment, effective_settings::Setting};

use rules::Rules;

const SAMPLER: &str = "OTEL_TRACES_SAMPLER";
const ARGUMENT: &str = "OTEL_TRACES_SAMPLER_ARG";

const SAMPLERS: [&str; 8] = [
    "always_on",
    "always_off",
    "traceidratio",
    "throughline_rules",
    "parentbased_always_on",
    "parentbased_always_off",
    "parentbased_traceidratio",
    "parentbased_throughline_rules",
];

pub(crate) fn from_environment(environment: &mut Environment) -> Box<dyn ShouldSample> {
    let name = environment.choice(&[SAMPLER], &SAMPLERS, "parentbased_always_on");
    let (root, argument): (Box<dyn ShouldSample>, _) = match name.trim_start_matches("parentbased_") {
        "always_off" => (Box::new(Sampler::AlwaysOff), None),
        "traceidratio" => {
            let ratio = ratio(environment);
            (Box::new(Sampler::TraceIdRatioBased(ratio)), Some(ratio.to_string()))
        }
        "throughline_rules" => rules(environment),
        _ => (Box::new(Sampler::AlwaysOn), None),
    };
    let said = argument.map_or_else(|| name.to_owned(), |argument| format!("{name} {argument}"));
    environment.applied(Setting::Sampler, said);
    if name.starts_with("parentbased_") {
        // Not the SDK's `Sampler::ParentBased`, which forgets the state that the root's sampler writes.
        Box::new(Sampler::parent_based(root))
    } else {
        root
    }
}

/// 1 when it is missing, as specified: all rather than none.
fn ratio(environment: &mut Environment) -> f64 {
    let Some(value) = environment.get(ARGUMENT).map(str::to_owned) else {
        environment.note(format!("{ARGUMENT} is not set: {SAMPLER} keeps all traces"));
        return 1.0;
    };
    let ratio = value.parse().ok().filter(|ratio| (0.0..=1.0).contains(ratio));
    ratio.unwrap_or_else(|| {
        environment.warn(ARGUMENT, &value, "a ratio from 0 to 1", "all traces are kept");
        1.0
    })
}

fn rules(environment: &mut Environment) -> (Box<dyn ShouldSample>, Option<String>) {
    let value = environment.get(ARGUMENT).unwrap_or_default().to_owned();
    if let Some(rules) = Rules::parse(&value) {
        return (Box::new(rules), Some(value));
    }
    let allowed = "rules such as `keep tenant=gold; GET /livez=0; *=0.1`";
    environment.warn(ARGUMENT, &value, allowed, "all traces are kept");
    (Box::new(Sampler::AlwaysOn), None)
}
