//! Where this program can be reached and how that is drawn, as HTTP asks for it.

use std::net::SocketAddr;

use crate::http::PageAddresses;
use crate::ops::announce;

/// The addresses of a program that listens.
pub(super) struct Addresses {
    listening: SocketAddr,
}

impl Addresses {
    pub(super) const fn new(listening: SocketAddr) -> Self {
        Self { listening }
    }
}

impl PageAddresses for Addresses {
    fn in_the_network(&self) -> Option<String> {
        let lan = announce::lan_addresses();
        let own = self.listening.ip();
        let leads_nowhere = own.is_loopback() || (own.is_unspecified() && lan.is_empty());
        if leads_nowhere { None } else { announce::base_urls(self.listening, &lan).into_iter().next() }
    }

    fn qr_svg(&self, text: &str) -> String {
        announce::qr_svg(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_listens_on_loopback_is_nowhere_in_the_network() {
        let of = |text: &str| Addresses::new(text.parse().expect("an address")).in_the_network();
        assert_eq!(of("127.0.0.1:8080"), None);
        assert_eq!(of("[::1]:8080"), None);
        assert_eq!(of("192.168.0.20:8080").as_deref(), Some("http://192.168.0.20:8080"));
        assert!(of("0.0.0.0:8080").is_none_or(|url| url.starts_with("http://") && url.ends_with(":8080")));
    }
}
