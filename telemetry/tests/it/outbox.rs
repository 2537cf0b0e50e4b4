use std::time::Duration;

use telemetry::testing::{Recorder, conventions};

use crate::points::points;

#[test]
fn an_outbox_tells_what_was_measured_last_and_nothing_else() {
    let (telemetry, recorder) = Recorder::new(telemetry::service!());
    let outbox = telemetry.outbox("outbox");
    // What is empty altogether is not collected.
    telemetry.cache("orders").hit();
    let told = || {
        let names = ["throughline.outbox.rows", "throughline.outbox.oldest_row.age"];
        names.map(|name| points(&recorder, name).first().map(|one| one.value))
    };
    assert_eq!(told(), [None, None], "nobody has measured yet");
    outbox.set(7, Duration::from_millis(90_500));
    assert_eq!(told(), [Some(7), Some(90)]);
    outbox.set(0, Duration::ZERO);
    assert_eq!(told(), [Some(0), Some(0)]);
    for (name, unit) in [("throughline.outbox.rows", "{row}"), ("throughline.outbox.oldest_row.age", "s")] {
        let point = points(&recorder, name).remove(0);
        assert_eq!(point.unit, unit);
        assert_eq!(point.label("db.collection.name").as_deref(), Some("outbox"));
    }
    conventions::assert_kept(&recorder.received());
    outbox.forget();
    assert_eq!(told(), [None, None]);
}
