//! Ids in paths. What is no id names nothing: it becomes 0, which no thing ever has, so that it is answered like every
//! unknown id (404) and in that one's place in the order of refusals.

use std::convert::Infallible;
use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};

/// The first id of the path.
pub(crate) struct PathId(pub(crate) u64);

/// Reads the first id of the path; 0 if it is none.
pub(crate) fn first(request: &HttpRequest) -> u64 {
    let digits = request.match_info().iter().next().map_or("", |(_, text)| text);
    let canonical = !digits.starts_with('0') && digits.bytes().all(|b| b.is_ascii_digit());
    if canonical { digits.parse().unwrap_or(0) } else { 0 }
}

impl FromRequest for PathId {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self(first(request))))
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn only_plain_numbers_are_ids() {
        for (text, id) in [
            ("7", 7),
            ("18446744073709551615", u64::MAX),
            ("18446744073709551616", 0),
            ("0", 0),
            ("07", 0),
            ("+7", 0),
            ("-7", 0),
            ("7.0", 0),
            ("seven", 0),
            ("", 0),
        ] {
            let request = TestRequest::default().param("id", text.to_owned()).to_http_request();
            assert_eq!(first(&request), id, "{text}");
        }
        assert_eq!(first(&TestRequest::default().to_http_request()), 0);
    }
}
