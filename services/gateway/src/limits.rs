//! Who may do what how often. Windows are fixed: at the seam of two, twice the number can pass in a short
//! time, which does no harm here, and a limit is one counter that ends by itself.

use std::{
    net::{IpAddr, Ipv6Addr},
    time::Duration,
};

use sha2::{Digest, Sha256};

use crate::accounts::UserId;

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);

const REQUESTS_OF_USER: u32 = 200;
/// Many users can share an address: an office, a mobile network.
const REQUESTS_FROM_ADDRESS: u32 = 2_000;
/// Each costs a password hash.
const REGISTRATIONS_FROM_ADDRESS: u32 = 100;
const FAILED_SIGN_INS: u32 = 10;

/// At most `max` in each `window`.
pub struct Limit {
    pub key: String,
    pub max: u32,
    pub window: Duration,
}

pub fn requests_of(user: UserId) -> Limit {
    Limit { key: format!("limit:user:{user}"), max: REQUESTS_OF_USER, window: SECOND }
}

pub fn requests_from(address: IpAddr) -> Limit {
    let key = format!("limit:address:{}", network(address));
    Limit { key, max: REQUESTS_FROM_ADDRESS, window: SECOND }
}

pub fn registrations_from(address: IpAddr) -> Limit {
    let key = format!("limit:registration:{}", network(address));
    Limit { key, max: REGISTRATIONS_FROM_ADDRESS, window: MINUTE }
}

/// Of this address at this account: nobody can lock somebody else out. The account is hashed because
/// e-mail addresses are nobody's business in a key, and callers may send very long ones.
pub fn failed_sign_ins(address: IpAddr, email: &str) -> Limit {
    // As users compares it: other capitals are no other account.
    let account = Sha256::digest(email.trim().to_lowercase());
    let key = format!("limit:sign-in:{}:{account:x}", network(address));
    Limit { key, max: FAILED_SIGN_INS, window: 15 * MINUTE }
}

/// Whoever has one IPv6 address has the 2^64 of its network.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::{failed_sign_ins, requests_from};

    fn key(address: &str) -> String {
        requests_from(address.parse().unwrap()).key
    }

    #[test]
    fn all_addresses_of_one_ipv6_network_share_a_limit_and_other_networks_do_not() {
        assert_eq!(key("2001:db8:1:2::1"), key("2001:db8:1:2:ffff::9"));
        assert_ne!(key("2001:db8:1:2::1"), key("2001:db8:1:3::1"));
    }

    #[test]
    fn an_ipv4_address_is_the_same_written_as_ipv6_and_shares_its_limit_with_no_other() {
        assert_eq!(key("192.0.2.1"), key("::ffff:192.0.2.1"));
        assert_ne!(key("192.0.2.1"), key("192.0.2.2"));
    }

    #[test]
    fn sign_ins_are_counted_by_account_and_address_and_the_account_is_not_readable() {
        let key = |address: &str, email| failed_sign_ins(address.parse().unwrap(), email).key;
        assert_eq!(key("192.0.2.1", "ada@example.com"), key("192.0.2.1", " Ada@Example.com"));
        assert_ne!(key("192.0.2.1", "ada@example.com"), key("192.0.2.1", "bob@example.com"));
        assert_ne!(key("192.0.2.1", "ada@example.com"), key("192.0.2.2", "ada@example.com"));
        assert!(!key("192.0.2.1", "ada@example.com").contains("ada"));
    }
}
