use telemetry::{
    ErrorType,
    testing::{Recorder, conventions},
};

use crate::{kafka_bench::Broken, points::points};

#[test]
fn dead_letters_are_counted_by_where_they_came_from_and_why() {
    let (telemetry, recorder) = Recorder::new(telemetry::service!());
    let letters = telemetry.dead_letters();
    letters.add("orders", &Broken);
    letters.add("orders", &Broken);
    letters.add("payments", &Broken);
    let mut counted: Vec<_> = points(&recorder, "throughline.dead_letters")
        .into_iter()
        .map(|point| {
            assert_eq!(point.unit, "{message}");
            assert_eq!(point.label("error.type").as_deref(), Some(&*Broken.error_type()));
            (point.label("messaging.destination.name").unwrap(), point.value)
        })
        .collect();
    counted.sort();
    assert_eq!(counted, [("orders".to_owned(), 2), ("payments".to_owned(), 1)]);
    conventions::assert_kept(&recorder.received());
}
