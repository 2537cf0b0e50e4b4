//! What came, held against what the page says.

/// How far the expected lines were found.
#[derive(Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// The expected line, from 0, that did not come; all of them came when it is one past the last.
    pub expected: usize,
    /// The line that came instead, if any did.
    pub came: Option<String>,
}

/// Whether `came` is `expected`. There a line `…` stands for any number of lines, and `…` inside a line for
/// any text; runs of blanks are as good as one, and blank lines don't count.
///
/// # Errors
/// Where they part, in the attempt that came furthest.
pub fn compare(expected: &str, came: &str) -> Result<(), Mismatch> {
    matches(expected, came, true)
}

/// The same while more may come.
///
/// # Errors
/// Like [`compare`].
pub fn begins(expected: &str, came: &str) -> Result<(), Mismatch> {
    matches(expected, came, false)
}

fn matches(expected: &str, came: &str, whole: bool) -> Result<(), Mismatch> {
    let expected = lines(expected);
    let came = lines(came);
    // `reached` are the numbers of lines of `came` that the expected lines so far can stand for.
    let mut reached: Vec<usize> = vec![0];
    for (index, (number, wanted)) in expected.iter().enumerate() {
        let next: Vec<usize> = if wanted == "…" {
            let least = reached.iter().min().copied().unwrap_or(0);
            (least..=came.len()).collect()
        } else {
            let fits = |at: &&usize| came.get(**at).is_some_and(|(_, line)| line_matches(wanted, line));
            reached.iter().filter(fits).map(|at| at + 1).collect()
        };
        if next.is_empty() {
            // After a gap it is anywhere: where the gap begins says most.
            let at = reached.iter().min().copied().unwrap_or(0);
            let gap = index > 0 && expected[index - 1].1 == "…";
            let instead = if gap { None } else { came.get(at).map(|(_, line)| line.clone()) };
            return Err(Mismatch { expected: *number, came: instead });
        }
        reached = next;
    }
    if !whole || reached.contains(&came.len()) {
        return Ok(());
    }
    let after = reached.iter().max().and_then(|at| came.get(*at)).map(|(_, line)| line.clone());
    Err(Mismatch { expected: expected.last().map_or(0, |(number, _)| number + 1), came: after })
}

/// The lines that count, with their numbers.
fn lines(text: &str) -> Vec<(usize, String)> {
    let words = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    text.lines().map(words).enumerate().filter(|(_, line)| !line.is_empty()).collect()
}

fn line_matches(wanted: &str, line: &str) -> bool {
    let Some((first, rest)) = wanted.split_once('…') else { return wanted == line };
    let Some(line) = line.strip_prefix(first) else { return false };
    let mut pieces: Vec<&str> = rest.split('…').collect();
    let last = pieces.pop().unwrap_or_default();
    let mut left = line;
    for piece in pieces {
        let Some(at) = left.find(piece) else { return false };
        left = &left[at + piece.len()..];
    }
    left.ends_with(last)
}

/// Without the colours and the other wishes that programs have of a terminal.
pub fn plain(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let mut plain = String::new();
    let mut rest = text.as_ref();
    while let Some(at) = rest.find("\u{1b}[") {
        plain.push_str(&rest[..at]);
        let sequence = &rest[at + 2..];
        let end = sequence.find(|c: char| c.is_ascii_alphabetic()).map_or(sequence.len(), |end| end + 1);
        rest = &sequence[end..];
    }
    plain + rest
}
