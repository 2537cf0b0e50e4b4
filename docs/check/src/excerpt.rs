//! Excerpts: a page shows lines of a file, and they stand there.

/// The line of the excerpt, from 0, that is not where the ones before it are.
#[derive(Debug, PartialEq, Eq)]
pub struct Missing(pub usize);

/// Whether the lines of `excerpt` stand in `file`, in this order and without a gap, all moved by one and
/// the same indentation. A line with nothing but `…` (behind a comment's sign, if one likes) may stand for
/// any number of lines.
///
/// # Errors
/// When they do not: with the first line that is missing, in the attempt that came furthest.
pub fn find(excerpt: &str, file: &str) -> Result<(), Missing> {
    let excerpt: Vec<&str> = excerpt.lines().map(str::trim_end).collect();
    let file: Vec<&str> = file.lines().map(str::trim_end).collect();
    let Some(first) = excerpt.iter().find(|line| !line.is_empty() && !is_gap(line)) else { return Ok(()) };
    let mut indentations: Vec<&str> = file
        .iter()
        .filter_map(|line| line.strip_suffix(first))
        .filter(|before| before.trim().is_empty())
        .collect();
    indentations.sort_unstable();
    indentations.dedup();
    let mut furthest = 0;
    for indentation in indentations {
        match find_moved(&excerpt, &file, indentation) {
            Ok(()) => return Ok(()),
            Err(Missing(line)) => furthest = furthest.max(line),
        }
    }
    Err(Missing(furthest))
}

/// Piece by piece between the gaps, each as early as it can stand: that leaves the most for the rest.
fn find_moved(excerpt: &[&str], file: &[&str], indentation: &str) -> Result<(), Missing> {
    let mut from = 0;
    let mut line = 0;
    for piece in excerpt.split(|line| is_gap(line)) {
        let fits = |start: usize| {
            let lines = file[start..].iter().zip(piece);
            lines.take_while(|(there, wanted)| is_moved(there, wanted, indentation)).count()
        };
        let starts = from..=file.len();
        let Some(start) = starts.clone().find(|start| fits(*start) == piece.len()) else {
            return Err(Missing(line + starts.map(fits).max().unwrap_or(0)));
        };
        from = start + piece.len();
        line += piece.len() + 1;
    }
    Ok(())
}

fn is_moved(there: &str, wanted: &str, indentation: &str) -> bool {
    if wanted.is_empty() { there.is_empty() } else { there.strip_prefix(indentation) == Some(wanted) }
}

fn is_gap(line: &str) -> bool {
    line.trim().trim_start_matches(['/', '#', '-']).trim() == "…"
}
