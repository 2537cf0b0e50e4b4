//! A service's name, and the spellings that follow from it.

use std::fmt;

use super::reserved;

const MAX_LENGTH: usize = 30;

/// In lower case, words joined by hyphens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Name(String);

/// One sentence each: what is wrong, and what to do.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum NameError {
    #[error(
        "`{0}` is no name for it: take lower-case words of two letters or more, joined by hyphens, like gift-cards"
    )]
    NotKebab(String),
    #[error(
        "`{0}` is too long, Kubernetes and PostgreSQL cut names off: take at most {MAX_LENGTH} characters"
    )]
    TooLong(String),
    #[error("`{0}` is {1}: take another name")]
    Reserved(String, &'static str),
    #[error("one of `{name}` would be called `{one}`, which is {what}: take another name")]
    ReservedOne { name: String, one: String, what: &'static str },
}

impl Name {
    pub(super) fn parse(text: &str) -> Result<Self, NameError> {
        if !text.split('-').all(is_word) {
            return Err(NameError::NotKebab(text.to_owned()));
        }
        if text.len() > MAX_LENGTH {
            return Err(NameError::TooLong(text.to_owned()));
        }
        let name = Self(text.to_owned());
        if let Some(what) = reserved::name(&name.snake()) {
            return Err(NameError::Reserved(name.0, what));
        }
        match reserved::one(&snake(&name.one())) {
            Some(what) => Err(NameError::ReservedOne { one: name.one(), name: name.0, what }),
            None => Ok(name),
        }
    }

    /// As an identifier: crate, module, table, database, package of protobuf.
    pub(super) fn snake(&self) -> String {
        snake(&self.0)
    }

    /// What the service has many of: `gift-card`. A name that is no plural stays as it is.
    fn one(&self) -> String {
        singular(&self.0)
    }

    /// How the template's name is spelt, and how this one is. The plural comes first: it contains the singular.
    pub(super) fn spellings(&self) -> Vec<(&'static str, String)> {
        let (many, one) = (&self.0, &self.one());
        let sentence = |text: String| match text.split_at_checked(1) {
            Some((first, rest)) => first.to_uppercase() + rest,
            None => text,
        };
        vec![
            ("my-things", many.clone()),
            ("my_things", snake(many)),
            ("MyThings", camel(many)),
            ("MY_THINGS", snake(many).to_uppercase()),
            ("My things", sentence(many.replace('-', " "))),
            ("my things", many.replace('-', " ")),
            ("my-thing", one.clone()),
            ("my_thing", snake(one)),
            ("MyThing", camel(one)),
        ]
    }
}

/// A word of one letter would be lost on the way: `a-b` is `AB` as a type, and `ab` back again.
pub(super) fn is_word(word: &str) -> bool {
    word.len() > 1
        && word.starts_with(|first: char| first.is_ascii_lowercase())
        && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
}

pub(super) fn singular(name: &str) -> String {
    match name.strip_suffix("ies") {
        Some(stem) if stem.len() > 1 => format!("{stem}y"),
        _ if ["ss", "us", "is"].iter().any(|end| name.ends_with(end)) => name.to_owned(),
        _ => name.strip_suffix('s').unwrap_or(name).to_owned(),
    }
}

pub(super) fn snake(kebab: &str) -> String {
    kebab.replace('-', "_")
}

pub(super) fn camel(kebab: &str) -> String {
    let word = |word: &str| word[..1].to_uppercase() + &word[1..];
    kebab.split('-').map(word).collect()
}

impl fmt::Display for Name {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::panic, reason = "a test fails by panicking")]

    use super::*;

    fn spelt(name: &str, template: &str) -> String {
        let name = Name::parse(name).unwrap_or_else(|error| panic!("{error}"));
        name.spellings().into_iter().fold(template.to_owned(), |text, (from, to)| text.replace(from, &to))
    }

    #[test]
    fn a_name_is_spelt_as_each_place_wants_it() {
        assert_eq!(
            spelt("gift-cards", "my-things my_things MyThing my_thing"),
            "gift-cards gift_cards GiftCard gift_card"
        );
        assert_eq!(
            spelt("gift-cards", "My things, my things; MY_THINGS"),
            "Gift cards, gift cards; GIFT_CARDS"
        );
    }

    #[test]
    fn the_singular_is_what_people_would_say() {
        for (many, one) in [
            ("parcels", "parcel"),
            ("companies", "company"),
            ("billing", "billing"),
            ("glass", "glass"),
            ("ties", "tie"),
        ] {
            assert_eq!(spelt(many, "my_thing"), one);
        }
    }

    #[test]
    fn a_bad_name_is_refused_with_a_sentence() {
        let long = "x".repeat(31);
        for (name, words) in [
            ("", "lower-case words"),
            ("Parcels", "lower-case words"),
            ("gift_cards", "lower-case words"),
            ("gift--cards", "lower-case words"),
            ("-gifts", "lower-case words"),
            ("2gifts", "lower-case words"),
            ("a-cards", "lower-case words"),
            ("../parcels", "lower-case words"),
            ("päckchen", "lower-case words"),
            (long.as_str(), "at most 30"),
            ("async", "keyword of Rust"),
            ("types", "keyword of Rust"),
            ("order", "PostgreSQL"),
            ("store", "file"),
            ("results", "type"),
            ("news", "type"),
        ] {
            let error = Name::parse(name).map_err(|error| error.to_string());
            assert!(error.as_ref().is_err_and(|error| error.contains(words)), "{name}: {error:?}");
        }
    }
}
