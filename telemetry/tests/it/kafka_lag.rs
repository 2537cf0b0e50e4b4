use telemetry::testing::conventions;

use crate::{
    kafka_bench::{TOPIC, bench_with, receive},
    points::points,
    recorded::{PATIENCE, until},
};

const LAG: &str = "throughline.kafka.consumer.lag";

#[tokio::test]
async fn the_lag_of_an_assigned_partition_goes_up_and_down_and_away() {
    let bench = bench_with(&[(TOPIC, 2)], &[("statistics.interval.ms", "50")]).await;
    for payload in ["0", "1", "2"] {
        bench.put(TOPIC, 1, Some(payload)).await;
    }
    let lag = || points(&bench.recorder, LAG).into_iter().map(|one| one.value).collect::<Vec<_>>();
    let first = receive(&bench.consumer).await;
    assert!(lag().is_empty(), "nothing is committed, so nobody knows");
    bench.consumer.commit(&first).unwrap();
    // Statistics arrive while somebody receives.
    let consumer = bench.consumer.clone();
    let receiving = telemetry::spawn(async move {
        let mut last = receive(&consumer).await;
        while last.payload() != b"4" {
            last = receive(&consumer).await;
        }
        let _ = tokio::time::timeout(PATIENCE, consumer.recv()).await;
    });
    until(|| lag() == [2]).await;
    for payload in ["3", "4"] {
        bench.put(TOPIC, 1, Some(payload)).await;
    }
    until(|| lag() == [4]).await;
    let point = points(&bench.recorder, LAG).remove(0);
    assert_eq!(point.unit, "{message}");
    for (label, value) in [
        ("messaging.system", "kafka"),
        ("messaging.destination.name", TOPIC),
        ("messaging.destination.partition.id", "1"),
        ("messaging.consumer.group.name", "workers"),
    ] {
        assert_eq!(point.label(label).as_deref(), Some(value), "{label}");
    }
    conventions::assert_kept(&bench.recorder.received());
    receiving.abort();
    bench.consumer.clone().leave(PATIENCE).await;
    assert!(lag().is_empty(), "what is another member's is told by that one");
}

#[tokio::test]
async fn a_committed_partition_has_no_lag() {
    let bench = bench_with(&[(TOPIC, 1)], &[("statistics.interval.ms", "50")]).await;
    bench.put(TOPIC, 0, Some("0")).await;
    let only = receive(&bench.consumer).await;
    bench.consumer.commit(&only).unwrap();
    let receiving = async {
        let _ = tokio::time::timeout(PATIENCE, bench.consumer.recv()).await;
    };
    let told = until(|| points(&bench.recorder, LAG).first().is_some_and(|one| one.value == 0));
    tokio::select! {
        () = receiving => panic!("the lag is never told"),
        () = told => {}
    }
}
