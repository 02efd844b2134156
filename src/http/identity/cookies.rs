//! The three cookies: written HttpOnly and SameSite=Strict, read straight from the header without allocating.

use std::fmt::Write as _;

use actix_web::HttpRequest;
use actix_web::http::header::{self, HeaderValue};

use super::tokens::TOKEN_LIFE_S;

/// Cookie of a staff page.
pub(crate) const STAFF: &str = "tableorder_staff";
/// Cookie of a guest page.
pub(crate) const TABLE: &str = "tableorder_table";
/// Cookie with a tablet's credential; it travels to one route only.
pub(crate) const DEVICE: &str = "tableorder_device";
/// That route.
pub(crate) const DEVICE_PATH: &str = "/api/auth/table/renew";
/// 400 days, the longest that browsers keep.
const DEVICE_LIFE_S: i64 = 400 * 24 * 60 * 60;

/// The first cookie of that name.
pub(crate) fn read<'a>(request: &'a HttpRequest, name: &str) -> Option<&'a str> {
    request
        .headers()
        .get_all(header::COOKIE)
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .find_map(|pair| pair.trim_start().strip_prefix(name)?.strip_prefix('='))
}

fn write(name: &str, value: &str, path: &str, life_s: i64) -> HeaderValue {
    let mut text = String::with_capacity(value.len() + 96);
    write!(text, "{name}={value}; Path={path}; Max-Age={life_s}; HttpOnly; SameSite=Strict")
        .expect("writing to a String does not fail");
    HeaderValue::from_str(&text).expect("tokens and secrets are visible ASCII")
}

/// A `Set-Cookie` that keeps a token as long as it lives.
pub(crate) fn keep_token(name: &str, token: &str) -> HeaderValue {
    write(name, token, "/", TOKEN_LIFE_S)
}

/// A `Set-Cookie` that keeps a tablet's credential.
pub(crate) fn keep_device(secret: &str) -> HeaderValue {
    write(DEVICE, secret, DEVICE_PATH, DEVICE_LIFE_S)
}

/// A `Set-Cookie` that ends a token's cookie.
pub(crate) fn end_token(name: &str) -> HeaderValue {
    write(name, "", "/", 0)
}

/// A `Set-Cookie` that ends a tablet's credential.
pub(crate) fn end_device() -> HeaderValue {
    write(DEVICE, "", DEVICE_PATH, 0)
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn cookies_are_read_by_their_whole_name() {
        let request = TestRequest::default()
            .append_header(("Cookie", "a=1; xtableorder_table=no; tableorder_table_old=no; tableorder_table=yes"))
            .append_header(("Cookie", "tableorder_staff=second line"))
            .to_http_request();
        assert_eq!(read(&request, TABLE), Some("yes"));
        assert_eq!(read(&request, STAFF), Some("second line"));
        assert_eq!(read(&request, DEVICE), None);
    }

    #[test]
    fn cookies_are_written_out_of_reach_of_scripts_and_other_sites() {
        assert_eq!(
            keep_token(STAFF, "a.b.c"),
            "tableorder_staff=a.b.c; Path=/; Max-Age=57600; HttpOnly; SameSite=Strict"
        );
        assert_eq!(
            keep_device("moon.1f"),
            "tableorder_device=moon.1f; Path=/api/auth/table/renew; Max-Age=34560000; HttpOnly; SameSite=Strict"
        );
        assert_eq!(
            end_device(),
            "tableorder_device=; Path=/api/auth/table/renew; Max-Age=0; HttpOnly; SameSite=Strict"
        );
    }
}
