//! The pages, embedded in the binary as the build script packed them: HTML with its assets' versioned prefix, and
//! everything below that prefix never changes; they are there as gzip only.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse};
use bytes::Bytes;

use super::compression::{self, Encoding};
use super::etag;

/// Pages load nothing from elsewhere and hold no script or style of their own; `blob:` is a photo that staff look at before
/// it is sent.
const PAGE_CSP: &str = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; \
                        object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'";
const IMMUTABLE: &str = "public, max-age=31536000, immutable";

include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// A file and a hash of its content.
struct Asset {
    path: &'static str,
    hash: &'static str,
    gzip: &'static [u8],
}

impl Asset {
    fn find(path: &str) -> Option<&'static Self> {
        let at = FILES.binary_search_by_key(&path, |asset| asset.path).ok()?;
        FILES.get(at)
    }

    fn for_request(&self, request: &HttpRequest) -> (Encoding, Bytes) {
        match Encoding::wanted(request, &[Encoding::Gzip]) {
            Encoding::Gzip => (Encoding::Gzip, Bytes::from_static(self.gzip)),
            // Hardly anybody asks for it: every browser takes gzip.
            _ => (Encoding::Identity, compression::gunzip(self.gzip).into()),
        }
    }

    fn answer(&self, request: &HttpRequest, cache: &'static str, csp: Option<&'static str>) -> HttpResponse {
        let (encoding, form) = self.for_request(request);
        let etag = format!("\"{}{}\"", self.hash, encoding.suffix());
        let known = etag::is_known(request, &etag);
        let mut answer = if known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
        answer.insert_header((header::ETAG, etag)).insert_header((header::CACHE_CONTROL, cache));
        answer.insert_header((header::VARY, "Accept-Encoding"));
        if let Some(csp) = csp {
            answer.insert_header((header::CONTENT_SECURITY_POLICY, csp));
        }
        if known {
            return answer.finish();
        }
        answer.insert_header((header::CONTENT_TYPE, media_type(self.path)));
        if let Some(word) = encoding.word() {
            answer.insert_header((header::CONTENT_ENCODING, word));
        }
        answer.body(form)
    }
}

fn media_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "woff2" => "font/woff2",
        "mp3" => "audio/mpeg",
        "ogg" => "audio/ogg",
        "wav" => "audio/wav",
        "webmanifest" => "application/manifest+json",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// The interactive page for the API's description; only a build with the feature `api-explorer` has it.
const EXPLORER: &str = "/api/explorer";
/// Address of a page and the file it is made of.
const PAGES: [(&str, &str); 5] = [
    ("/", "guest/index.html"),
    ("/admin", "staff/index.html"),
    ("/kitchen", "kitchen/index.html"),
    ("/setup", "setup/index.html"),
    (EXPLORER, "explorer/index.html"),
];

fn pages() -> impl Iterator<Item = &'static (&'static str, &'static str)> {
    PAGES.iter().filter(|(address, path)| {
        Asset::find(path).is_some() && (*address != EXPLORER || cfg!(feature = "api-explorer"))
    })
}

/// Addresses of the pages that this build has.
pub(crate) fn page_addresses() -> impl Iterator<Item = &'static str> {
    pages().map(|(address, _)| *address)
}

/// A page.
pub(crate) fn page(request: &HttpRequest, address: &str) -> Option<HttpResponse> {
    let (_, path) = pages().find(|(known, _)| *known == address)?;
    Some(Asset::find(path)?.answer(request, "no-cache", Some(PAGE_CSP)))
}

/// A file below the versioned prefix; nothing under another version, since it would be kept for ever.
pub(crate) fn file(request: &HttpRequest, version: &str, path: &str) -> Option<HttpResponse> {
    if version != VERSION {
        return None;
    }
    Some(Asset::find(path)?.answer(request, IMMUTABLE, None))
}

/// The versioned prefix, such as `/assets/0123456789ab/`.
#[cfg(test)]
pub(crate) fn prefix() -> String {
    format!("/assets/{VERSION}/")
}
