//! The library: `library up` starts everything on this machine; `library shelf`, `desk` and `picker` are
//! the services themselves.

use std::env;

use library::{Library, Settings};
use local_servers::{Durability, MockBroker, PostgresServer, RedisServer, ports};

const SHELF: &str = "127.0.0.1:8090";

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    match env::args().nth(1).as_deref() {
        Some("shelf") => shelf::run().await,
        Some("desk") => desk::run().await,
        Some("picker") => picker::run().await,
        Some("up") | None => up().await,
        Some(other) => anyhow::bail!("`{other}` is none of up, shelf, desk, picker"),
    }
}

/// Private servers and the three services, until Ctrl-C. Nothing is kept.
async fn up() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let [postgres_port, redis_port, desk] = ports::free()?;
    let (of_postgres, of_redis) = (folder.path().join("postgres"), folder.path().join("redis"));
    let broker = MockBroker::start(&[("holds.placed", 1)])?;
    let (postgres, redis) = tokio::try_join!(
        PostgresServer::start(&of_postgres, postgres_port, Durability::Disposable),
        RedisServer::start(&of_redis, redis_port, 1),
    )?;
    for name in ["shelf", "desk", "picker"] {
        postgres.create_database(name).await?;
    }
    let settings = Settings {
        program: env::current_exe()?,
        shelf: SHELF.to_owned(),
        desk: format!("127.0.0.1:{desk}"),
        databases: ["shelf", "desk", "picker"].map(|name| postgres.url(name)),
        redis: redis.url(0),
        kafka: broker.address().to_owned(),
        logs: None,
        // Who looks at a trace does not want to wait for it, and reads the log with their own eyes.
        variables: vec![
            ("OTEL_BSP_SCHEDULE_DELAY".to_owned(), "200".to_owned()),
            ("LOG_FORMAT".to_owned(), "pretty".to_owned()),
        ],
    };
    let mut library = Library::start(settings).await?;
    println!("the library is open: http://{SHELF}/books");
    tokio::signal::ctrl_c().await?;
    println!("closing ...");
    library.stop().await;
    redis.stop().await;
    postgres.stop().await;
    Ok(())
}
