//! Ten orders are counted, by a counter that was made after the provider.

use opentelemetry::{global, metrics::Counter};

struct Shop {
    orders: Counter<u64>,
}

impl Shop {
    fn open() -> Self {
        Self { orders: global::meter("shop").u64_counter("orders").build() }
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let provider = pitfalls::meter_provider()?;
    global::set_meter_provider(provider.clone());
    let shop = Shop::open();
    for _ in 0..10 {
        shop.orders.add(1, &[]);
    }
    provider.shutdown()?;
    Ok(())
}
