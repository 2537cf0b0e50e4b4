//! Lines that are put into a file: where, and what.

/// Where.
#[derive(Debug, Clone, Copy)]
pub(super) enum Place {
    /// Before the first line that begins so.
    Before(&'static str),
    /// After the last line that contains the first of these that any line contains.
    AfterLast(&'static [&'static str]),
    /// Behind each place where this stands.
    Behind(&'static str),
    /// Among the sorted lines below the line that is this.
    SortedBelow(&'static str),
    /// At the end.
    End,
}

impl Place {
    /// `None` when there is no such place.
    pub(super) fn insert(self, text: &str, new: &str) -> Option<String> {
        let lines = || {
            text.split_inclusive('\n').scan(0, |end, line| {
                *end += line.len();
                Some((*end - line.len(), line))
            })
        };
        let at = match self {
            Self::End => text.len(),
            Self::Behind(token) => {
                return text.contains(token).then(|| text.replace(token, &format!("{token}{new}")));
            }
            Self::Before(beginning) => lines().find(|(_, line)| line.starts_with(beginning))?.0,
            Self::AfterLast(needles) => {
                let last = |needle: &&str| lines().filter(|(_, line)| line.contains(*needle)).last();
                let (start, line) = needles.iter().find_map(last)?;
                start + line.len()
            }
            Self::SortedBelow(heading) => {
                let mut below = lines().skip_while(|(_, line)| line.trim_end() != heading).skip(1);
                below.find(|(_, line)| line.trim().is_empty() || *line > new)?.0
            }
        };
        Some(format!("{}{new}{}", &text[..at], &text[at..]))
    }
}

#[cfg(test)]
mod tests {
    use super::Place;

    const TEXT: &str = "[a]\nb = 1\nd = 2\n\n[e]\nb = [1]\n";

    #[test]
    fn lines_are_put_where_they_belong() {
        for (place, expected) in [
            (Place::Before("[e]"), "[a]\nb = 1\nd = 2\n\nc\n[e]\nb = [1]\n"),
            (Place::AfterLast(&["zzz", " = "]), "[a]\nb = 1\nd = 2\n\n[e]\nb = [1]\nc\n"),
            (Place::SortedBelow("[a]"), "[a]\nb = 1\nc\nd = 2\n\n[e]\nb = [1]\n"),
            (Place::End, "[a]\nb = 1\nd = 2\n\n[e]\nb = [1]\nc\n"),
        ] {
            assert_eq!(place.insert(TEXT, "c\n").as_deref(), Some(expected), "{place:?}");
        }
        assert_eq!(
            Place::Behind("b = [").insert(TEXT, "0, ").as_deref(),
            Some(TEXT.replace("[1]", "[0, 1]").as_str())
        );
    }

    #[test]
    fn a_place_that_is_not_there_is_told() {
        for place in
            [Place::Before("x"), Place::AfterLast(&["x"]), Place::Behind("x"), Place::SortedBelow("[x]")]
        {
            assert_eq!(place.insert(TEXT, "c\n"), None, "{place:?}");
        }
    }
}
