//! `key=value,key=value`, percent-encoded as W3C baggage is: the form of `OTEL_RESOURCE_ATTRIBUTES` and of
//! `OTEL_EXPORTER_OTLP_HEADERS`.

/// All pairs, decoded. `None` when one of them is not of this form.
pub(crate) fn parse(text: &str) -> Option<Vec<(String, String)>> {
    pairs(text).collect()
}

/// Each pair, decoded; `None` in the place of what is not of this form.
pub(crate) fn pairs(text: &str) -> impl Iterator<Item = Option<(String, String)>> {
    text.split(',').filter(|pair| !pair.trim().is_empty()).map(pair)
}

fn pair(text: &str) -> Option<(String, String)> {
    let (key, value) = text.split_once('=')?;
    let key = percent_decoded(key.trim())?;
    (!key.is_empty()).then_some(())?;
    Some((key, percent_decoded(value.trim())?))
}

/// `None` when a `%` is not followed by two hexadecimal digits, or the bytes are not UTF-8.
fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let (high, low) =
                    (char::from(rest.next()?).to_digit(16)?, char::from(rest.next()?).to_digit(16)?);
                u8::try_from(high * 16 + low).ok()?
            }
            byte => byte,
        });
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::parse;

    fn pairs(list: &[(&str, &str)]) -> Option<Vec<(String, String)>> {
        Some(list.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect())
    }

    #[test]
    fn keys_and_values_are_decoded_and_the_first_equals_sign_divides() {
        assert_eq!(
            parse(" a=b%20c , authorization=Basic%20dXNlcg== ,, x%3Dy=%C3%A4"),
            pairs(&[("a", "b c"), ("authorization", "Basic dXNlcg=="), ("x=y", "ä")])
        );
        assert_eq!(parse("a="), pairs(&[("a", "")]));
    }

    #[test]
    fn one_bad_pair_spoils_the_list() {
        for text in ["a=b,c", "=b", "a=%2", "a=%zz", "a=%ff"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
