//! The application as one program.
//!
//! [`main`] reads the command line ([`cli`]). A service's command runs that service in this process
//! and nothing else; [`service_list`] knows them all. `up` runs everything: private servers, the trace
//! [`viewer`], and this program again for each service ([`up`]). [`demo`] places orders and holds their
//! traces against the [`contract`]. `new` is the crate `generator`. What a person reads on the terminal is written by [`terminal`] alone.

mod cli;
#[cfg_attr(not(feature = "local"), allow(dead_code, reason = "images only report errors"))]
mod terminal;
mod service_list;
mod operations;
#[cfg(feature = "local")]
pub mod viewer;
#[cfg(feature = "local")]
pub mod up;
#[cfg(feature = "local")]
mod status;
#[cfg(feature = "local")]
mod logs_command;
#[cfg(feature = "local")]
mod trace_command;
#[cfg(feature = "local")]
mod demo_command;
#[cfg(feature = "local")]
mod viewer_command;
#[cfg(feature = "local")]
pub mod demo;
#[cfg(feature = "local")]
pub mod trace;
#[cfg(feature = "local")]
pub mod contract;
#[cfg(feature = "local")]
mod tree;
#[cfg(feature = "local")]
pub mod measure;

pub use cli::{command, main};
