//! Working on what was received: one `CONSUMER` span for each record, or for a batch.

use std::{fmt::Display, future::Future};

use opentelemetry::{Context, context::FutureExt};

use crate::{
    ErrorType,
    hop::{End, Hop},
    kafka::{
        consumer::Consumer,
        delivery::Delivery,
        records::{Operation, Records},
    },
};

impl Consumer {
    /// Works on one record inside its span; what `handler` does belongs to it.
    ///
    /// # Errors
    /// Those of `handler`, which turn the span red with their [`ErrorType`] and text.
    pub async fn process<T, E>(
        &self,
        delivery: &Delivery,
        handler: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E>
    where
        E: Display + ErrorType,
    {
        let parent = self.trace.parent(delivery.sender());
        run(self.start(&parent, Records::One(delivery)), handler).await
    }

    /// Works on a batch inside one span. It has no parent and a link to the sender of each record: a
    /// batch belongs to all of their traces alike.
    ///
    /// # Errors
    /// Those of `handler`, which turn the span red with their [`ErrorType`] and text.
    pub async fn process_batch<T, E>(
        &self,
        batch: &[Delivery],
        handler: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E>
    where
        E: Display + ErrorType,
    {
        run(self.start(&Context::new(), Records::Batch(batch)), handler).await
    }

    fn start(&self, parent: &Context, records: Records<'_>) -> Hop {
        let (builder, labels) = self.member.describe(Operation::Process, records);
        self.processing.start(&self.recorded(parent.clone()), builder, labels)
    }
}

async fn run<T, E>(mut hop: Hop, handler: impl Future<Output = Result<T, E>>) -> Result<T, E>
where
    E: Display + ErrorType,
{
    let result = handler.with_context(hop.context()).await;
    hop.finish(match &result {
        Ok(_) => End::default(),
        Err(error) => End::default().with_error(error.error_type(), error.to_string()),
    });
    result
}
