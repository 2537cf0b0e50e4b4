//! Ten orders are counted, by a counter that counts for nobody.

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
    // An instrument belongs for ever to the provider that was set when it was made: here none was.
    let shop = Shop::open();
    let provider = pitfalls::meter_provider()?;
    global::set_meter_provider(provider.clone());
    for _ in 0..10 {
        shop.orders.add(1, &[]);
    }
    provider.shutdown()?;
    Ok(())
}
