//! All Redis of the service. The cache may fail at any time: then the database answers, and only the
//! trace and the logs know.
//!
//! An order changes once, from pending to settled. The change writes the new state over the old one
//! (`SET`); readers fill in what they read only where nothing is (`SET NX`). So a reader that was slow
//! can't bring an old state back, as it could if the change only deleted.

use chassis::{ConfigError, Probe, Secret};
use redis::{AsyncCommands, ExistenceCheck, RedisResult, SetExpiry, SetOptions};
use serde::{Serialize, de::DeserializeOwned};
use telemetry::{CacheLookups, Operation, Redis, Telemetry};

use crate::orders::{Order, OrderId, Product};

const PRODUCTS: &str = "products";
/// How long a new product or price stays unseen.
const PRODUCTS_TTL_SECONDS: u64 = 60;
/// How long an order may look pending when Redis failed just as it was settled.
const ORDER_TTL_SECONDS: u64 = 30;

#[derive(Clone)]
pub struct Cache {
    redis: Redis,
    products: CacheLookups,
    orders: CacheLookups,
    telemetry: Telemetry,
}

impl Cache {
    pub fn new(url: &Secret, telemetry: &Telemetry) -> Result<Self, ConfigError> {
        Ok(Self {
            redis: chassis::cache::connect(url, telemetry)?,
            products: telemetry.cache("products"),
            orders: telemetry.cache("order"),
            telemetry: telemetry.clone(),
        })
    }

    pub fn probe(&self) -> impl Fn() -> Probe + use<> {
        chassis::cache::probe(&self.redis, &self.telemetry)
    }

    pub async fn products(&self) -> Option<Vec<Product>> {
        self.get(PRODUCTS, &self.products).await
    }

    pub async fn fill_products(&self, products: &[Product]) {
        let options = SetOptions::default().with_expiration(SetExpiry::EX(PRODUCTS_TTL_SECONDS));
        self.set(PRODUCTS, products, options).await;
    }

    pub async fn order(&self, id: OrderId) -> Option<Order> {
        self.get(&key(id), &self.orders).await
    }

    pub async fn fill_order(&self, order: &Order) {
        let options = SetOptions::default()
            .with_expiration(SetExpiry::EX(ORDER_TTL_SECONDS))
            .conditional_set(ExistenceCheck::NX);
        self.set(&key(order.id), order, options).await;
    }

    pub async fn replace_order(&self, order: &Order) {
        let options = SetOptions::default().with_expiration(SetExpiry::EX(ORDER_TTL_SECONDS));
        self.set(&key(order.id), order, options).await;
    }

    async fn get<T: DeserializeOwned>(&self, key: &str, lookups: &CacheLookups) -> Option<T> {
        let found: RedisResult<Option<Vec<u8>>> = self.redis.clone().get(key).await;
        match found {
            // What can't be read was written by another version: it is filled anew.
            Ok(bytes) => lookups.found(bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok())),
            Err(error) => {
                lookups.error();
                Operation::DbClientOperation
                    .exception(&error, "the cache does not answer; the database does");
                None
            }
        }
    }

    async fn set<T: Serialize + ?Sized>(&self, key: &str, value: &T, options: SetOptions) {
        let Ok(bytes) = serde_json::to_vec(value) else { return };
        let filled: RedisResult<()> = self.redis.clone().set_options(key, bytes, options).await;
        if let Err(error) = filled {
            Operation::DbClientOperation.exception(&error, "the cache was not filled");
        }
    }
}

fn key(id: OrderId) -> String {
    format!("order:{id}")
}
