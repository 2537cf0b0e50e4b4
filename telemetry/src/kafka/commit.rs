//! Committing: one `CLIENT` span for each record, in the trace that the record belongs to.

use rdkafka::{error::KafkaError, types::RDKafkaErrorCode};

use crate::{
    hop::End,
    kafka::{
        consumer::Consumer,
        delivery::Delivery,
        error::error_type,
        records::{Operation, Records},
    },
};

impl Consumer {
    /// Says that everything up to and with this record is done. Of a batch commit the last record of
    /// each partition.
    ///
    /// The commit itself happens in the background, in order; of those that wait for their turn in one
    /// partition only the highest is sent. The span ends when the broker has answered. A refusal turns
    /// it red and is one log record, `messaging.settle.exception`; the records then come again, as they
    /// do after a crash.
    ///
    /// # Errors
    /// When the record is of an [assignment that is over](Self::holds): another member works on its
    /// partition now, from the last commit on, and a late one would only confuse the two.
    pub fn commit(&self, delivery: &Delivery) -> Result<(), KafkaError> {
        let (builder, labels) = self.member.describe(Operation::Commit, Records::One(delivery));
        let parent = self.recorded(self.trace.parent(delivery.sender()));
        let mut hop = self.operations.start(&parent, builder, labels);
        if !self.holds(delivery) {
            let lost = KafkaError::ConsumerCommit(RDKafkaErrorCode::AssignmentLost);
            hop.finish(End::default().with_error(error_type(&lost), lost.to_string()));
            return Err(lost);
        }
        self.commits.queue.ask(delivery, hop);
        Ok(())
    }

    /// Whether the partition of this record has been this member's without a break since the record was
    /// received. Of partitions that were assigned by hand it knows nothing else.
    pub fn holds(&self, delivery: &Delivery) -> bool {
        self.assignment.turn(delivery.topic(), delivery.partition()) == delivery.turn()
    }
}
