//! Whether a lesson of `docs/learning-path` is done: a check for each, on the real system.
//!
//! `make lesson-check N` runs the checks called `lesson_NN_…`, and so does `make docs-check`, before and after each
//! lesson's change. They are ignored otherwise: here, where nobody has done a lesson, each is red. A check says
//! to the learner what is missing, `not yet: …`, and takes every way of doing it that is right.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

#[allow(dead_code, reason = "a lesson needs less of it than the tests of the whole system")]
#[path = "../it/system.rs"]
mod system;
#[allow(dead_code, reason = "a lesson needs less of it than the tests of the whole system")]
#[path = "../it/customer.rs"]
mod customer;
mod files;
mod order;
#[path = "01.rs"]
mod your_first_trace;
#[path = "02.rs"]
mod reading_a_trace;
#[path = "09.rs"]
mod a_new_operation;
#[path = "10.rs"]
mod a_new_service;
#[path = "11.rs"]
mod tower_layers;
#[path = "12.rs"]
mod deadlines;
#[path = "13.rs"]
mod statements;
#[path = "14.rs"]
mod dead_letters;
#[path = "15.rs"]
mod contracts;
#[path = "16.rs"]
mod conventions;
#[path = "17.rs"]
mod what_it_costs;
#[path = "18.rs"]
mod losing_nothing;
#[path = "19.rs"]
mod sampling;
#[path = "20.rs"]
mod from_an_alert_to_the_cause;
#[path = "21.rs"]
mod collectors_and_cardinality;
#[path = "22.rs"]
mod kubernetes;
#[path = "23.rs"]
mod capacity;
#[path = "24.rs"]
mod a_processor_and_an_exporter;
#[path = "25.rs"]
mod rolling_out;
