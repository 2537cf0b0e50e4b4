//! The `OTEL_*` variables that the SDK ignores or reads differently. As the specification asks, a
//! value that makes no sense is a warning and the default, never a failed start; warnings are kept
//! until there is a subscriber to tell.

pub(crate) mod effective_settings;
pub(crate) mod key_value_list;

use std::{collections::HashMap, fmt::Display, str::FromStr, time::Duration};

use crate::environment::effective_settings::{EffectiveSettings, Setting};

/// What a timeout of 0 means, says the specification: none. A year is as good, and can be added to a time.
const NO_TIMEOUT: Duration = Duration::from_secs(365 * 24 * 3600);

pub(crate) struct Environment {
    variables: HashMap<String, String>,
    warnings: Vec<String>,
    effective: EffectiveSettings,
}

impl Environment {
    /// The process's environment; variables that are not Unicode are left out.
    pub(crate) fn read() -> Self {
        let mut environment = Self::from_variables([]);
        for (name, value) in std::env::vars_os() {
            let Ok(name) = name.into_string() else { continue };
            match value.into_string() {
                Ok(value) => environment.set(name, &value),
                Err(_) if name.starts_with("OTEL_") => {
                    environment.note(format!("{name} is not Unicode: it is ignored"));
                }
                Err(_) => {}
            }
        }
        environment
    }

    pub(crate) fn from_variables(variables: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut environment =
            Self { variables: HashMap::new(), warnings: Vec::new(), effective: EffectiveSettings::default() };
        variables.into_iter().for_each(|(name, value)| environment.set(name, &value));
        environment
    }

    /// An empty value is left out: it counts as unset.
    fn set(&mut self, name: String, value: &str) {
        if !value.trim().is_empty() {
            self.variables.insert(name, value.trim().to_owned());
        }
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
        let Some((name, value)) = self.first(names) else { return default };
        // In any case, says the specification.
        let found = allowed.iter().find(|choice| choice.eq_ignore_ascii_case(&value));
        found.copied().unwrap_or_else(|| {
            self.warn(&name, &value, &allowed.join(" or "), &format!("`{default}` is used"));
            default
        })
    }

    /// A number above zero, or `default` with a warning.
    pub(crate) fn positive(&mut self, name: &str, default: usize) -> usize {
        let Some(value) = self.get(name).map(str::to_owned) else { return default };
        value.parse().ok().filter(|number| *number > 0).unwrap_or_else(|| {
            self.warn(name, &value, "a number above 0", &format!("{default} is used"));
            default
        })
    }

    /// Milliseconds between two events; none at all would keep a thread busy.
    pub(crate) fn interval(&mut self, name: &str, default: Duration) -> Duration {
        let Some(value) = self.get(name).map(str::to_owned) else { return default };
        value.parse().ok().filter(|number| *number > 0).map(Duration::from_millis).unwrap_or_else(|| {
            let used = format!("{} is used", default.as_millis());
            self.warn(name, &value, "a number of milliseconds above 0", &used);
            default
        })
    }

    /// Milliseconds from the first of `names` that is set; 0 is no limit.
    pub(crate) fn timeout(&mut self, names: &[&str], default: Duration) -> Duration {
        let Some((name, value)) = self.first(names) else { return default };
        match value.parse() {
            Ok(0) => NO_TIMEOUT,
            Ok(milliseconds) => Duration::from_millis(milliseconds).min(NO_TIMEOUT),
            Err(_) => {
                let used = format!("{} is used", default.as_millis());
                self.warn(&name, &value, "a number of milliseconds", &used);
                default
            }
        }
    }

    /// The first of `names` that is set, and its value.
    pub(crate) fn first(&self, names: &[&str]) -> Option<(String, String)> {
        names.iter().find_map(|name| Some(((*name).to_owned(), self.get(name)?.to_owned())))
    }

    /// What became of a setting, for the line at the start.
    pub(crate) fn applied(&mut self, setting: Setting, text: String) {
        self.effective.add(setting, &text);
    }

    pub(crate) fn warn(&mut self, name: &str, value: &str, allowed: &str, consequence: &str) {
        self.note(format!("{name}=`{value}` is not {allowed}: {consequence}"));
    }

    /// Keeps a warning; one that three signals have in common is said once.
    pub(crate) fn note(&mut self, warning: String) {
        if !self.warnings.contains(&warning) {
            self.warnings.push(warning);
        }
    }

    /// Says what is in force and all warnings as log events, once there is somebody to hear them.
    pub(crate) fn tell(self) {
        self.effective.tell();
        for warning in self.warnings {
            tracing::warn!("{warning}");
        }
    }
}
