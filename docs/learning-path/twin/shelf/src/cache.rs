//! Books in Redis. A cache that does not answer is an empty one: nobody is refused for it.

use redis::{AsyncCommands, Client, RedisResult, aio::ConnectionManager};

use crate::books::Book;

const SECONDS: u64 = 60;

#[derive(Clone)]
pub struct Cache {
    redis: ConnectionManager,
}

impl Cache {
    pub async fn connect(url: &str) -> anyhow::Result<Self> {
        let client = Client::open(url)?;
        Ok(Self { redis: client.get_connection_manager().await? })
    }

    pub async fn get(&self, isbn: &str) -> Option<Book> {
        let found: RedisResult<Option<String>> = self.redis.clone().get(key(isbn)).await;
        serde_json::from_str(&found.ok()??).ok()
    }

    pub async fn put(&self, book: &Book) {
        let Ok(text) = serde_json::to_string(book) else { return };
        let put: RedisResult<()> = self.redis.clone().set_ex(key(&book.isbn), text, SECONDS).await;
        if let Err(error) = put {
            eprintln!("the book was not cached: {error}");
        }
    }
}

fn key(isbn: &str) -> String {
    format!("book:{isbn}")
}
