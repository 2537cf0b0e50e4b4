//! The application as one program.

#[cfg(feature = "local")]
pub mod viewer;
