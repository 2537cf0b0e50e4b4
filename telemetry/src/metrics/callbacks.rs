//! Callbacks of observable instruments, which may panic.

use std::{
    borrow::Cow,
    sync::atomic::{AtomicBool, Ordering},
};

use opentelemetry::{
    KeyValue,
    metrics::{AsyncInstrument, Callback, Counter},
};

use crate::{names, panics};

/// A panic in a callback would end the SDK's reader for good, and with it all metrics (upstream issue
/// 3640). Here it costs what this run of this callback had still to observe: it is said once, and
/// counted.
pub(super) fn guarded<M: 'static>(
    count: &Counter<u64>,
    name: Cow<'static, str>,
    callback: Callback<M>,
) -> Callback<M> {
    let (count, label) = (count.clone(), [KeyValue::new(names::METRIC_NAME, name.clone())]);
    let is_known = AtomicBool::new(false);
    Box::new(move |observer: &dyn AsyncInstrument<M>| {
        if panics::caught(is_known.load(Ordering::Relaxed), || callback(observer)).is_ok() {
            return;
        }
        count.add(1, &label);
        if !is_known.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                target: "telemetry",
                "the callback of the metric {name} panicked: what it observes is not complete. More \
                 panics of it are counted only, as {}",
                names::METRIC_CALLBACK_PANICS
            );
        }
    })
}
