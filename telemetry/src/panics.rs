//! Panics as log records, with the trace of what panicked.

use std::{
    backtrace::{Backtrace, BacktraceStatus},
    cell::Cell,
    panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind},
    thread,
};

use crate::exceptions::{self, Exception};

thread_local! {
    /// What panics here now has been told before.
    static IS_TOLD: Cell<bool> = const { Cell::new(false) };
}

/// Runs `work`, and outlives its panic. When that is an old acquaintance it is not recorded.
pub(crate) fn caught<T>(is_told: bool, work: impl FnOnce() -> T) -> thread::Result<T> {
    let before = IS_TOLD.replace(is_told);
    let result = catch_unwind(AssertUnwindSafe(work));
    IS_TOLD.set(before);
    result
}

/// From now on a panic is one record in the logs instead of lines on standard error: only the hook
/// still has the stack, and runs while the context of what panicked is current. Where no ERROR is
/// logged, the hook that was there before speaks.
pub(crate) fn record() {
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if IS_TOLD.get() {
            return;
        }
        if tracing::enabled!(target: "telemetry::exception", tracing::Level::ERROR) {
            report(panic);
        } else {
            before(panic);
        }
    }));
}

fn report(panic: &PanicHookInfo<'_>) {
    let text = panic.payload_as_str().unwrap_or("a panic without a text");
    let place = panic.location().map(|place| format!("at {place}")).unwrap_or_default();
    // As `RUST_BACKTRACE` says: resolving names takes time and memory, and callers can cause panics.
    let trace = Backtrace::capture();
    let stack = match trace.status() {
        BacktraceStatus::Captured => format!("{place}\n{trace}"),
        _ => place,
    };
    let exception = Exception { error_type: "panic", text, stack: Some(&stack) };
    exceptions::report(&exception, "a panic");
}
