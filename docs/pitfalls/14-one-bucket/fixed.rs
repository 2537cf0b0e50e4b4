//! Four orders that took from 20 ms to 2 s, told apart.

use opentelemetry::metrics::MeterProvider;

/// Those that the semantic conventions give for durations of requests.
const SECONDS: [f64; 14] = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0];

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let provider = pitfalls::meter_provider()?;
    let duration = provider
        .meter("shop")
        .f64_histogram("order.duration")
        .with_unit("s")
        .with_boundaries(SECONDS.to_vec())
        .build();
    for seconds in [0.02, 0.2, 0.7, 2.0] {
        duration.record(seconds, &[]);
    }
    provider.shutdown()?;
    Ok(())
}
