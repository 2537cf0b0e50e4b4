//! Private PostgreSQL, Redis and Kafka on this machine: real servers and real sockets, no Docker.
//!
//! `find` looks for the programs that are installed. `process` starts one so that it can't outlive
//! the process that started it. On top of these, [`PostgresServer`] and [`RedisServer`] keep their
//! files in one folder each, listen on the loopback address only, ask for a generated password, and
//! are ready when `start` returns. [`MockBroker`] is the stand-in for Kafka that comes with
//! librdkafka; it runs inside this process. [`ports`] finds free ports for all of them, and
//! [`testing`] hands them to tests: a database for each test, thrown away after it.

mod error;
mod find;
mod account;
mod process;
mod log;
mod password;
pub mod ports;
mod postgres_cluster;
mod postgres;
mod redis;
mod broker;
pub mod testing;

pub use broker::MockBroker;
pub use error::ServerError;
pub use find::{PostgresPrograms, postgres_programs, redis_program};
pub use postgres::{Durability, PostgresServer};
pub use process::{StopSignal, TiedProcess};
pub use redis::RedisServer;
