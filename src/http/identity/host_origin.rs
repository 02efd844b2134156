//! The host and origin check of requests that rely on a cookie: a browser sends cookies to whatever name resolves to
//! this machine (DNS rebinding), so the name must be one of ours, and a page of another origin must not use them.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use actix_web::HttpRequest;
use actix_web::http::header::{self, HeaderName};

/// Whether a request that relies on a cookie comes from our own page under one of our own names.
pub(crate) fn is_own(request: &HttpRequest, allowed_hosts: &[String]) -> bool {
    let Some(host) = only(request, &header::HOST) else { return false };
    let Some((name, port)) = split_port(host) else { return false };
    if !is_allowed(name, allowed_hosts) {
        return false;
    }
    if request.headers().get(header::ORIGIN).is_none() {
        return true;
    }
    let Some(origin) = only(request, &header::ORIGIN) else { return false };
    let (rest, default_port) = if let Some(rest) = origin.strip_prefix("http://") {
        (rest, "80")
    } else if let Some(rest) = origin.strip_prefix("https://") {
        (rest, "443")
    } else {
        return false;
    };
    split_port(rest).is_some_and(|(origin_name, origin_port)| {
        origin_name.eq_ignore_ascii_case(name) && origin_port.unwrap_or(default_port) == port.unwrap_or(default_port)
    })
}

/// The address the request came to, as `http://…`, if other devices can use it too: an address in digits or an allowed
/// name, but not this machine's own loopback.
pub(crate) fn outward(request: &HttpRequest, allowed_hosts: &[String]) -> Option<String> {
    let (name, _) = split_port(only(request, &header::HOST)?)?;
    let inward = |address: IpAddr| address.is_loopback() || address.is_unspecified();
    let known = match name.parse::<IpAddr>() {
        Ok(address) => !inward(address),
        Err(_) => allowed_hosts.iter().any(|allowed| allowed.eq_ignore_ascii_case(name)),
    };
    if known { as_asked(request) } else { None }
}

/// The address the request came to, as `http://…`, if it is one.
pub(crate) fn as_asked(request: &HttpRequest) -> Option<String> {
    let host = only(request, &header::HOST)?;
    let (name, _) = split_port(host)?;
    let is_name = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b':');
    // Behind somebody's own TLS proxy only the page itself knows how it was opened.
    let secure = only(request, &header::ORIGIN).is_some_and(|origin| origin.strip_prefix("https://") == Some(host));
    let scheme = if secure { "https" } else { "http" };
    name.bytes().all(is_name).then(|| format!("{scheme}://{host}"))
}

/// The header's value if it is there exactly once.
fn only<'a>(request: &'a HttpRequest, name: &HeaderName) -> Option<&'a str> {
    let mut values = request.headers().get_all(name);
    let value = values.next()?;
    if values.next().is_some() { None } else { value.to_str().ok() }
}

/// Name (IPv6 without brackets) and port of an authority.
fn split_port(authority: &str) -> Option<(&str, Option<&str>)> {
    let (name, rest) = match authority.strip_prefix('[') {
        Some(rest) => rest.split_once(']')?,
        None => authority.split_at(authority.find(':').unwrap_or(authority.len())),
    };
    let port = match rest.strip_prefix(':') {
        Some(port) if !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()) => Some(port),
        None if rest.is_empty() => None,
        Some(_) | None => return None,
    };
    (!name.is_empty()).then_some((name, port))
}

fn is_allowed(name: &str, allowed_hosts: &[String]) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name);
    name.eq_ignore_ascii_case("localhost")
        || name.parse::<Ipv4Addr>().is_ok()
        || name.parse::<Ipv6Addr>().is_ok()
        || allowed_hosts.iter().any(|allowed| allowed.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn allowed(host: &str, origin: Option<&str>) -> bool {
        let mut request = TestRequest::default().insert_header(("Host", host));
        if let Some(origin) = origin {
            request = request.insert_header(("Origin", origin));
        }
        is_own(&request.to_http_request(), &["tableorder.local".to_owned(), "order.moon.example".to_owned()])
    }

    #[test]
    fn our_own_names_pass() {
        for host in [
            "127.0.0.1",
            "192.168.0.20:8080",
            "[::1]:8080",
            "[fe80::1]",
            "localhost:8080",
            "LOCALHOST",
            "tableorder.local:8080",
            "Order.Moon.Example.",
        ] {
            assert!(allowed(host, None), "{host}");
        }
    }

    #[test]
    fn other_names_do_not() {
        for host in [
            "evil.example",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "tableorder.local.evil.example",
            "xtableorder.local",
            "",
            ":8080",
            "127.0.0.1:",
            "127.0.0.1:80a",
            "[::1",
            "[::1]x",
            "0x7f.1",
        ] {
            assert!(!allowed(host, None), "{host}");
        }
    }

    #[test]
    fn an_origin_must_be_the_host_itself() {
        for (host, origin, expected) in [
            ("127.0.0.1:8080", "http://127.0.0.1:8080", true),
            ("tableorder.local", "http://tableorder.local", true),
            ("tableorder.local:80", "http://TABLEORDER.local", true),
            ("order.moon.example", "https://order.moon.example", true),
            ("[::1]:8080", "http://[::1]:8080", true),
            ("127.0.0.1:8080", "http://127.0.0.1:9090", false),
            ("127.0.0.1:8080", "http://127.0.0.1", false),
            ("127.0.0.1:8080", "http://192.168.0.20:8080", false),
            ("127.0.0.1:8080", "http://evil.example", false),
            ("127.0.0.1:8080", "null", false),
            ("127.0.0.1:8080", "", false),
            ("127.0.0.1:8080", "http://127.0.0.1:8080/path", false),
            ("127.0.0.1:8080", "http://evil@127.0.0.1:8080", false),
            ("127.0.0.1:8080", "file://127.0.0.1:8080", false),
        ] {
            assert_eq!(allowed(host, Some(origin)), expected, "{host} {origin}");
        }
    }

    #[test]
    fn a_link_takes_over_the_address_that_others_can_use_too() {
        let link = |host: &str, origin: Option<&str>| {
            let mut request = TestRequest::default().insert_header(("Host", host));
            if let Some(origin) = origin {
                request = request.insert_header(("Origin", origin));
            }
            let request = request.to_http_request();
            (outward(&request, &["tableorder.local".to_owned()]), as_asked(&request))
        };
        for host in ["192.168.0.20:8080", "10.0.0.5", "tableorder.local:8080", "[fd00::1]:8080"] {
            let url = Some(format!("http://{host}"));
            assert_eq!(link(host, None), (url.clone(), url), "{host}");
        }
        for host in ["127.0.0.1:8080", "localhost:8080", "[::1]:8080", "0.0.0.0:8080", "evil.example"] {
            assert_eq!(link(host, None), (None, Some(format!("http://{host}"))), "{host}");
        }
        for host in ["", "a b", "x/y", "x#y", "x\"y", "evil@10.0.0.5"] {
            assert_eq!(link(host, None), (None, None), "{host}");
        }
        let secure = Some("https://tableorder.local".to_owned());
        assert_eq!(link("tableorder.local", Some("https://tableorder.local")).0, secure);
    }

    #[test]
    fn repeated_hosts_and_origins_are_refused() {
        for name in ["Host", "Origin"] {
            let request = TestRequest::default()
                .insert_header(("Host", "localhost"))
                .append_header((name, "http://localhost"))
                .append_header((name, "http://localhost"))
                .to_http_request();
            assert!(!is_own(&request, &[]), "{name}");
        }
    }
}
