//! Strong ETags of what is kept in memory, and whether a client has it already.

use actix_web::HttpRequest;
use actix_web::http::header;
use sha2::{Digest, Sha256};

use super::identity::tablet_secret::first_16_bytes;

/// A hash of the content, for ETags and versioned addresses.
pub(crate) fn content_hash(bytes: &[u8]) -> String {
    format!("{:016x}", first_16_bytes(&Sha256::digest(bytes)) >> 64)
}

/// Whether `If-None-Match` names that ETag (written with its quotes). Compared weakly, as RFC 9110 says.
pub(crate) fn is_known(request: &HttpRequest, etag: &str) -> bool {
    request
        .headers()
        .get_all(header::IF_NONE_MATCH)
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','))
        .map(str::trim)
        .any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == etag)
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn a_known_etag_is_found_in_lists_and_weak_form() {
        for (sent, expected) in [
            ("\"a-br\"", true),
            ("\"x\", W/\"a-br\"", true),
            ("*", true),
            ("\"a\"", false),
            ("a-br", false),
            ("", false),
        ] {
            let request = TestRequest::default().insert_header(("If-None-Match", sent)).to_http_request();
            assert_eq!(is_known(&request, "\"a-br\""), expected, "{sent}");
        }
    }
}
