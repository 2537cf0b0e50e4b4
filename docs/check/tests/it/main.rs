//! Each way in which a page can drift, planted: it turns the check red, with the page and the line.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod repository;
mod links;
mod excerpts;
mod fences;
mod commands;
mod lessons;
mod twin;
mod generated;
mod learner;
