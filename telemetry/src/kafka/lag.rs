//! How far a member is behind, from librdkafka's own statistics.

use std::{
    collections::HashMap,
    sync::{Arc, Weak},
};

use opentelemetry::{KeyValue, metrics::Meter};
use serde::Deserialize;

use crate::{
    kafka::assignment::{Assignment, Topics},
    names,
};

/// The little of them that is of use here. [STATISTICS.md] describes them all.
///
/// [STATISTICS.md]: https://github.com/confluentinc/librdkafka/blob/master/STATISTICS.md
#[derive(Deserialize)]
struct Statistics {
    #[serde(default)]
    topics: HashMap<String, Topic>,
}

#[derive(Deserialize)]
struct Topic {
    partitions: HashMap<i32, Partition>,
}

#[derive(Deserialize)]
struct Partition {
    fetch_state: String,
    /// -1 while the end of the partition, or what the group has committed, is not known.
    consumer_lag: i64,
}

impl Partition {
    /// Only a partition that is assigned is fetched, or about to be.
    fn is_fetched(&self) -> bool {
        !matches!(self.fetch_state.as_str(), "none" | "stopping" | "stopped")
    }
}

impl Assignment {
    pub(super) fn learn(&self, statistics: &[u8]) -> serde_json::Result<()> {
        let statistics: Statistics = serde_json::from_slice(statistics)?;
        let mut topics = self.lock();
        forget(&mut topics);
        for (name, topic) in statistics.topics {
            let known = topics.entry(name).or_default();
            for (number, partition) in topic.partitions.into_iter().filter(|(_, one)| one.is_fetched()) {
                known.entry(number).or_default().lag = partition.consumer_lag.try_into().ok();
            }
        }
        Ok(())
    }
}

fn forget(topics: &mut Topics) {
    for partition in topics.values_mut().flat_map(HashMap::values_mut) {
        partition.lag = None;
    }
}

/// The callback can't be taken back: it holds no consumer, and falls silent when that is gone.
pub(super) fn observe(meter: &Meter, assignment: &Arc<Assignment>, group: Option<&str>) {
    let assignment: Weak<Assignment> = Arc::downgrade(assignment);
    let mut of_all = vec![KeyValue::new(names::MESSAGING_SYSTEM, "kafka")];
    of_all.extend(group.map(|group| KeyValue::new(names::MESSAGING_CONSUMER_GROUP_NAME, group.to_owned())));
    meter
        .u64_observable_gauge(names::KAFKA_CONSUMER_LAG)
        .with_unit("{message}")
        .with_description("Records of an assigned partition that its consumer group has not committed.")
        .with_callback(move |observer| {
            let Some(assignment) = assignment.upgrade() else { return };
            for (topic, partitions) in assignment.lock().iter() {
                for (number, lag) in partitions.iter().filter_map(|(number, one)| Some((number, one.lag?))) {
                    let mut labels = of_all.clone();
                    labels.push(KeyValue::new(names::MESSAGING_DESTINATION_NAME, topic.clone()));
                    labels.push(KeyValue::new(names::MESSAGING_DESTINATION_PARTITION_ID, number.to_string()));
                    observer.observe(lag, &labels);
                }
            }
        })
        .build();
}
