use telemetry::testing::Recorder;

use crate::points::points;

#[test]
fn hits_misses_and_errors_of_a_cache_are_counted_apart() {
    let (telemetry, recorder) = Recorder::new(telemetry::service!());
    let users = telemetry.cache("user");
    assert_eq!(users.found(Some(7)), Some(7));
    assert_eq!(users.found::<i32>(None), None);
    users.hit();
    users.error();
    telemetry.cache("order").miss();
    let mut counted: Vec<_> = points(&recorder, "throughline.cache.lookups")
        .into_iter()
        .map(|point| {
            assert_eq!(point.unit, "{lookup}");
            let (name, result) =
                (point.label("throughline.cache.name"), point.label("throughline.cache.result"));
            (name.unwrap(), result.unwrap(), point.value)
        })
        .collect();
    counted.sort();
    let expected = [("order", "miss", 1), ("user", "error", 1), ("user", "hit", 2), ("user", "miss", 1)];
    assert_eq!(counted, expected.map(|(name, result, value)| (name.to_owned(), result.to_owned(), value)));
}
