//! What must never be printed, kept from it by its type.

use std::fmt;

use secrecy::{ExposeSecret, SecretBox, zeroize::Zeroize};

/// A value that no log, span or error can show: `Debug` and `Display` print `[redacted]`, it is not
/// `Serialize`, and reading it takes a word that stands out in a review. Overwritten in memory when
/// dropped.
///
/// `Secret` alone is a text; `Secret<T>` anything that can be overwritten.
///
/// ```
/// let password = telemetry::Secret::new("hunter2");
/// assert_eq!(format!("{password} {password:?}"), "[redacted] [redacted]");
/// assert_eq!(password.expose(), "hunter2");
/// ```
///
/// A struct that derives `Serialize` can't hold one:
///
/// ```compile_fail
/// #[derive(serde::Serialize)]
/// struct Settings {
///     password: telemetry::Secret,
/// }
/// ```
pub struct Secret<T: Zeroize + ?Sized = str>(SecretBox<T>);

impl Secret {
    /// Wraps a text.
    pub fn new(value: impl Into<String>) -> Self {
        Self(SecretBox::from(value.into()))
    }
}

impl<T: Zeroize + ?Sized> Secret<T> {
    /// The value itself, for the one place that needs it.
    pub fn expose(&self) -> &T {
        self.0.expose_secret()
    }
}

/// Wraps anything: a key's bytes, a struct with credentials.
impl<T: Zeroize + ?Sized> From<Box<T>> for Secret<T> {
    fn from(value: Box<T>) -> Self {
        Self(SecretBox::new(value))
    }
}

impl Clone for Secret {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T: Zeroize + ?Sized> fmt::Debug for Secret<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("[redacted]")
    }
}

impl<T: Zeroize + ?Sized> fmt::Display for Secret<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("[redacted]")
    }
}
