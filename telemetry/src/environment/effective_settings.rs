//! What is in force after all, in one line at the start: an operator sees at a glance whether a variable
//! did what it should. Where a value could hold a secret, only its name is said.

/// One part of the line.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Setting {
    Service,
    Traces,
    Metrics,
    Logs,
    Sampler,
    Propagators,
    Limits,
}

#[derive(Default)]
pub(crate) struct EffectiveSettings([String; 7]);

impl EffectiveSettings {
    /// Several parts of one setting are said one after the other.
    pub(crate) fn add(&mut self, setting: Setting, text: &str) {
        let said = &mut self.0[setting as usize];
        if !said.is_empty() {
            said.push_str("; ");
        }
        said.push_str(text);
    }

    pub(crate) fn tell(&self) {
        let [service, traces, metrics, logs, sampler, propagators, limits] = &self.0;
        if service.is_empty() {
            tracing::info!(target: "telemetry", propagators, "telemetry is disabled: OTEL_SDK_DISABLED");
            return;
        }
        tracing::info!(
            target: "telemetry",
            service, traces, metrics, logs, sampler, propagators, limits,
            "telemetry is set up"
        );
    }
}

/// A URL without what may be secret in it: user and password, and the query.
pub(crate) fn masked(url: &str) -> String {
    let (url, query) = url.split_once('?').map_or((url, ""), |(url, _)| (url, "?***"));
    let (scheme, rest) = url.split_once("://").map_or(("", url), |(scheme, rest)| (scheme, rest));
    let (authority, path) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
    let host =
        authority.rsplit_once('@').map_or_else(|| authority.to_owned(), |(_, host)| format!("***@{host}"));
    let separator = if scheme.is_empty() { "" } else { "://" };
    format!("{scheme}{separator}{host}{path}{query}")
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn what_may_be_secret_in_a_url_is_masked() {
        for (url, said) in [
            ("http://127.0.0.1:4317", "http://127.0.0.1:4317"),
            ("https://ada:s3cret@collector:4318/v1/traces", "https://***@collector:4318/v1/traces"),
            ("https://collector/v1/traces?token=s3cret", "https://collector/v1/traces?***"),
            ("https://a:s3@cret@collector", "https://***@collector"),
            ("ada:s3cret@collector:4317", "***@collector:4317"),
            ("not an address", "not an address"),
        ] {
            assert_eq!(masked(url), said);
        }
    }
}
