//! Which encoding a client takes, and the compressors for what is compressed once and sent often: the menu.

use std::io::{Read as _, Write as _};

use actix_web::HttpRequest;
use actix_web::http::header;

/// An encoding of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// As it is.
    Identity,
    /// gzip.
    Gzip,
    /// brotli.
    Brotli,
}

impl Encoding {
    /// The first of those offered that the client takes; otherwise as it is.
    pub(crate) fn wanted(request: &HttpRequest, offered: &[Self]) -> Self {
        let lines = || request.headers().get_all(header::ACCEPT_ENCODING).filter_map(|line| line.to_str().ok());
        let takes = |name: &str| {
            lines().flat_map(|line| line.split(',')).any(|coding| {
                let mut parts = coding.split(';').map(str::trim);
                parts.next().is_some_and(|coding| coding.eq_ignore_ascii_case(name)) && parts.all(|q| !is_zero(q))
            })
        };
        let taken = offered.iter().find(|encoding| encoding.word().is_some_and(takes));
        taken.copied().unwrap_or(Self::Identity)
    }

    /// The word in `Content-Encoding`; nothing for bytes as they are.
    pub(crate) const fn word(self) -> Option<&'static str> {
        match self {
            Self::Identity => None,
            Self::Gzip => Some("gzip"),
            Self::Brotli => Some("br"),
        }
    }

    /// What tells this encoding's ETag apart.
    pub(crate) const fn suffix(self) -> &'static str {
        match self {
            Self::Identity => "",
            Self::Gzip => "-gz",
            Self::Brotli => "-br",
        }
    }
}

fn is_zero(parameter: &str) -> bool {
    parameter.strip_prefix("q=").is_some_and(|q| q.trim_end_matches(['0', '.']).is_empty())
}

/// gzip at a level whose memory stays small.
pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::with_capacity(bytes.len() / 3), flate2::Compression::new(6));
    encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("writing to memory does not fail")
}

/// What gzip made of these bytes; only for our own.
pub(crate) fn gunzip(bytes: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(bytes.len() * 4);
    flate2::read::GzDecoder::new(bytes).read_to_end(&mut plain).expect("embedded gzip is whole");
    plain
}

/// brotli with a window of 256 KiB, so that a reader's memory stays small.
pub(crate) fn brotli(bytes: &[u8]) -> Vec<u8> {
    super::brotli::compress(bytes)
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn the_best_accepted_encoding_is_chosen() {
        for (accept, expected) in [
            ("gzip, deflate, br", Encoding::Brotli),
            ("gzip;q=1.0, br;q=0", Encoding::Gzip),
            ("gzip;q=0, br;q=0.0", Encoding::Identity),
            ("GZIP", Encoding::Gzip),
            ("gzip;q=0.5", Encoding::Gzip),
            ("br", Encoding::Brotli),
            ("identity", Encoding::Identity),
            ("brx", Encoding::Identity),
            ("", Encoding::Identity),
        ] {
            let request = TestRequest::default().insert_header(("Accept-Encoding", accept)).to_http_request();
            assert_eq!(Encoding::wanted(&request, &[Encoding::Brotli, Encoding::Gzip]), expected, "{accept}");
            let none_but_gzip = if accept.contains("br") && !accept.contains("gzip") || expected == Encoding::Identity {
                Encoding::Identity
            } else {
                Encoding::Gzip
            };
            assert_eq!(Encoding::wanted(&request, &[Encoding::Gzip]), none_but_gzip, "{accept}");
        }
    }

    #[test]
    fn compressed_bytes_read_back() {
        let text = "김치찌개 된장찌개 ".repeat(500);
        let mut back = String::new();
        assert_eq!(gunzip(&gzip(text.as_bytes())), text.as_bytes());
        ::brotli::Decompressor::new(brotli(text.as_bytes()).as_slice(), 4_096)
            .read_to_string(&mut back)
            .expect("brotli");
        assert_eq!(back, text);
    }
}
