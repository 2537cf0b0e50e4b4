//! `JWT_KEYS`: the secrets of this service, from which everything that it signs is made.

use base64::{
    Engine,
    alphabet::URL_SAFE,
    engine::{DecodePaddingMode, GeneralPurpose, general_purpose::NO_PAD},
};
use chassis::{ConfigError, Secret};

/// As long as the hash: a shorter key makes HMAC-SHA-256 weaker, a longer one not stronger.
const MIN_BYTES: usize = 32;

const BASE64URL: GeneralPurpose =
    GeneralPurpose::new(&URL_SAFE, NO_PAD.with_decode_padding_mode(DecodePaddingMode::Indifferent));

pub struct Keys {
    pub signing: Key,
    /// Those that signed before it: what they signed is good until it expires.
    pub earlier: Vec<Key>,
}

pub struct Key {
    pub id: String,
    pub secret: Vec<u8>,
}

impl Keys {
    /// Reads `kid:base64url,…`; the first key signs.
    pub fn parse(text: &Secret) -> Result<Self, ConfigError> {
        let mut keys = text.expose().split(',').map(|entry| Key::parse(entry).ok_or_else(invalid));
        let signing = keys.next().ok_or_else(invalid)??;
        let keys = Self { signing, earlier: keys.collect::<Result<_, _>>()? };
        let ids = || keys.all().map(|key| &key.id);
        let unique = ids().enumerate().all(|(place, id)| ids().position(|other| other == id) == Some(place));
        if unique { Ok(keys) } else { Err(invalid()) }
    }

    /// The signing one first.
    pub fn all(&self) -> impl Iterator<Item = &Key> {
        std::iter::once(&self.signing).chain(&self.earlier)
    }
}

impl Key {
    fn parse(entry: &str) -> Option<Self> {
        let (id, secret) = entry.trim().split_once(':')?;
        let secret = BASE64URL.decode(secret).ok()?;
        (!id.is_empty() && secret.len() >= MIN_BYTES).then(|| Self { id: id.to_owned(), secret })
    }
}

pub fn invalid() -> ConfigError {
    ConfigError::Invalid {
        name: "JWT_KEYS",
        allowed: "kid:key, comma-separated, each kid once, each key 32 bytes or more in base64url,",
    }
}
