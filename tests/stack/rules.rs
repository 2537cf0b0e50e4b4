//! The rules of deploy/prometheus/rules with every duration but those of one rule a thirtieth: an hour is two
//! minutes. Names, expressions, thresholds are those of the files.

use std::{fs, path::Path};

use tempfile::TempDir;

use crate::stack::{compose, query, until};

const FASTER: f64 = 30.0;
/// It asks which wake-up in a hundred is late. There are ten a second: in a thirtieth of its five minutes two late
/// ones would do, and on a busy machine they come.
const AS_IT_IS: &str = "SchedulerDelay";
const ALERT: &str = "- alert: ";

/// Prometheus with the faster rules, until it is dropped.
pub struct FasterRules(
    #[allow(dead_code, reason = "the folder lives as long as Prometheus reads it")] TempDir,
);

impl FasterRules {
    pub async fn load() -> Self {
        let folder = tempfile::Builder::new().prefix("throughline-rules-").tempdir().unwrap();
        let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy/prometheus/rules");
        for file in fs::read_dir(rules).unwrap().map(Result::unwrap) {
            let text = fs::read_to_string(file.path()).unwrap();
            fs::write(folder.path().join(file.file_name()), faster(&text)).unwrap();
        }
        world_readable(folder.path());
        let path = folder.path().to_str().unwrap();
        let variables = [("PROMETHEUS_RULES", path)];
        compose(&["up", "--detach", "--no-deps", "--wait", "prometheus"], &variables);
        until("the rules are evaluated", async || {
            !query("slo:gateway_failures:ratio_rate5m").await.unwrap_or_default().is_empty()
        })
        .await;
        Self(folder)
    }
}

impl Drop for FasterRules {
    fn drop(&mut self) {
        compose(&["up", "--detach", "--no-deps", "--wait", "prometheus"], &[]);
    }
}

/// Prometheus runs as nobody.
fn world_readable(folder: &Path) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o755)).unwrap();
}

fn faster(rules: &str) -> String {
    let rule = |rule: &str| if rule.starts_with(AS_IT_IS) { rule.to_owned() } else { shorter(rule) };
    rules.split(ALERT).map(rule).collect::<Vec<_>>().join(ALERT)
}

/// `[5m]`, `offset 15m`, `for: 2m`: a duration after one of these is shortened; names that contain one are not.
fn shorter(rules: &str) -> String {
    let mut text = String::new();
    let mut rest = rules;
    while let Some((at, lead)) = ["[", "offset ", "for: "]
        .iter()
        .filter_map(|lead| rest.find(lead).map(|at| (at, lead)))
        .min_by_key(|(at, _)| *at)
    {
        let (before, after) = rest.split_at(at + lead.len());
        let length = after.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(after.len());
        let (duration, after) = after.split_at(length);
        text.push_str(before);
        text.push_str(&shortened(duration).unwrap_or_else(|| duration.to_owned()));
        rest = after;
    }
    text + rest
}

fn shortened(duration: &str) -> Option<String> {
    let unit = duration.chars().last()?;
    let number: f64 = duration.strip_suffix(unit)?.parse().ok()?;
    let seconds = number
        * match unit {
            's' => 1.0,
            'm' => 60.0,
            'h' => 3_600.0,
            'd' => 86_400.0,
            _ => return None,
        };
    Some(format!("{}ms", (seconds / FASTER * 1_000.0).round()))
}

#[test]
fn only_durations_become_shorter() {
    let rules = "- record: a:rate5m\n  expr: rate(b[5m]) > 30m and (c offset 1h)\n  for: 2m\n  x: [1, 2]";
    let expected = "- record: a:rate5m\n  expr: rate(b[10000ms]) > 30m and (c offset 120000ms)\n  for: 4000ms\n  x: [1, 2]";
    assert_eq!(faster(rules), expected);
}

#[test]
fn one_rule_stays_as_it_is() {
    let rules =
        "- alert: A\n  for: 2m\n- alert: SchedulerDelay\n  expr: a[5m]\n  for: 2m\n- alert: B\n  for: 1m\n";
    let expected = "- alert: A\n  for: 4000ms\n- alert: SchedulerDelay\n  expr: a[5m]\n  for: 2m\n- alert: B\n  for: 2000ms\n";
    assert_eq!(faster(rules), expected);
}
