//! The `OTEL_*` variables that the SDK ignores or reads differently. As the specification asks, a
//! value that makes no sense is a warning and the default, never a failed start; warnings are kept
//! until there is a subscriber to tell.

use std::{collections::HashMap, fmt::Display, str::FromStr};

pub(crate) struct Environment {
    variables: HashMap<String, String>,
    warnings: Vec<String>,
}

impl Environment {
    /// The process's environment; variables that are not Unicode are left out.
    pub(crate) fn read() -> Self {
        let variables = std::env::vars_os().filter_map(|(key, value)| {
            let (key, value) = (key.into_string().ok()?, value.into_string().ok()?);
            (!value.trim().is_empty()).then(|| (key, value.trim().to_owned()))
        });
        Self::from_variables(variables)
    }

    pub(crate) fn from_variables(variables: impl IntoIterator<Item = (String, String)>) -> Self {
        Self { variables: variables.into_iter().collect(), warnings: Vec::new() }
    }

    /// A variable that is set to something: an empty one counts as unset, says the specification.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str)
    }

    pub(crate) fn list(&self, name: &str) -> Option<Vec<String>> {
        let value = self.get(name)?;
        Some(value.split(',').map(|item| item.trim().to_owned()).filter(|item| !item.is_empty()).collect())
    }

    /// `true` in any case is true; anything else but `false` is false and a warning.
    pub(crate) fn flag(&mut self, name: &str) -> bool {
        let value = self.get(name).unwrap_or("false").to_owned();
        if !value.eq_ignore_ascii_case("true") && !value.eq_ignore_ascii_case("false") {
            self.warn(name, &value, "true or false", "it counts as false");
        }
        value.eq_ignore_ascii_case("true")
    }

    /// A number, or `default` with a warning.
    pub(crate) fn number<T: FromStr + Display + Copy>(&mut self, name: &str, default: T) -> T {
        let Some(value) = self.get(name).map(str::to_owned) else { return default };
        value.parse().unwrap_or_else(|_| {
            self.warn(name, &value, "a number", &format!("{default} is used"));
            default
        })
    }

    /// The first of `names` that is set to one of `allowed`; `default` with a warning otherwise.
    pub(crate) fn choice(
        &mut self,
        names: &[&str],
        allowed: &[&'static str],
        default: &'static str,
    ) -> &'static str {
        let set = names.iter().find_map(|name| self.get(name).map(|value| (*name, value.to_owned())));
        let Some((name, value)) = set else { return default };
        let found = allowed.iter().find(|choice| **choice == value);
        found.copied().unwrap_or_else(|| {
            self.warn(name, &value, &allowed.join(" or "), &format!("`{default}` is used"));
            default
        })
    }

    /// Warns when a variable that others read is set to what they will not take.
    pub(crate) fn check(&mut self, name: &str, allowed: &str, is_valid: impl Fn(&str) -> bool) {
        if let Some(value) = self.get(name).filter(|value| !is_valid(value)).map(str::to_owned) {
            self.warn(name, &value, allowed, "the SDK's default is used");
        }
    }

    pub(crate) fn warn(&mut self, name: &str, value: &str, allowed: &str, consequence: &str) {
        self.note(format!("{name}=`{value}` is not {allowed}: {consequence}"));
    }

    pub(crate) fn note(&mut self, warning: String) {
        self.warnings.push(warning);
    }

    /// Says all warnings as log events, once there is somebody to hear them.
    pub(crate) fn tell(self) {
        for warning in self.warnings {
            tracing::warn!("{warning}");
        }
    }
}
