//! Four orders that took from 20 ms to 2 s: all the same to the histogram.

use opentelemetry::metrics::MeterProvider;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let provider = pitfalls::meter_provider()?;
    // Without boundaries of one's own they are 0, 5, 10, 25 and so on, made for milliseconds.
    let duration = provider.meter("shop").f64_histogram("order.duration").with_unit("s").build();
    for seconds in [0.02, 0.2, 0.7, 2.0] {
        duration.record(seconds, &[]);
    }
    provider.shutdown()?;
    Ok(())
}
