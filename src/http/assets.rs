//! The pages, embedded in the binary. HTML is served with its assets' versioned prefix, and everything below that prefix
//! never changes; compressed forms are made once, when somebody first asks.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::OnceLock;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse};
use bytes::Bytes;
use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};

use super::compression::{self, Encoding};
use super::etag;
use super::identity::tablet_secret::first_16_bytes;
use super::page_script;

/// What HTML has in the place of the versioned prefix.
const PREFIX_MARK: &str = "__ASSETS__";
/// Pages load nothing from elsewhere and hold no script or style of their own.
const PAGE_CSP: &str = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
                        object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'";
const IMMUTABLE: &str = "public, max-age=31536000, immutable";

#[derive(RustEmbed)]
#[folder = "assets/"]
struct Embedded;

/// A file with the forms it is served in.
struct Asset {
    kind: &'static str,
    hash: String,
    bytes: Bytes,
    gzip: OnceLock<Bytes>,
    brotli: OnceLock<Bytes>,
}

impl Asset {
    fn new(path: &str, bytes: Cow<'static, [u8]>) -> Self {
        let bytes = match bytes {
            Cow::Borrowed(bytes) => Bytes::from_static(bytes),
            Cow::Owned(bytes) => Bytes::from(bytes),
        };
        Self {
            kind: media_type(path),
            hash: etag::content_hash(&bytes),
            bytes,
            gzip: OnceLock::new(),
            brotli: OnceLock::new(),
        }
    }

    fn form(&self, encoding: Encoding) -> Bytes {
        let form = match encoding {
            Encoding::Identity => &self.bytes,
            Encoding::Gzip => self.gzip.get_or_init(|| compression::gzip(&self.bytes).into()),
            Encoding::Brotli => self.brotli.get_or_init(|| compression::brotli(&self.bytes).into()),
        };
        form.clone()
    }

    fn answer(&self, request: &HttpRequest, cache: &'static str, csp: Option<&'static str>) -> HttpResponse {
        let encoding = if is_text(self.kind) { Encoding::wanted(request) } else { Encoding::Identity };
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
        answer.insert_header((header::CONTENT_TYPE, self.kind));
        if let Some(word) = encoding.word() {
            answer.insert_header((header::CONTENT_ENCODING, word));
        }
        answer.body(self.form(encoding))
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

fn is_text(kind: &str) -> bool {
    kind.starts_with("text/")
        || kind.starts_with("application/json")
        || kind.ends_with("+xml")
        || kind.ends_with("+json")
}

struct Assets {
    version: String,
    files: BTreeMap<String, Asset>,
    pages: BTreeMap<&'static str, Asset>,
}

/// Address of a page and the file it is made of.
/// The interactive page for the API's description; only a build with the feature `api-explorer` has it.
const EXPLORER: &str = "/api/explorer";
const PAGES: [(&str, &str); 5] = [
    ("/", "guest/index.html"),
    ("/admin", "staff/index.html"),
    ("/kitchen", "kitchen/index.html"),
    ("/setup", "setup/index.html"),
    (EXPLORER, "explorer/index.html"),
];

fn assets() -> &'static Assets {
    static ASSETS: OnceLock<Assets> = OnceLock::new();
    ASSETS.get_or_init(|| {
        let mut all = Sha256::new();
        let mut paths: Vec<Cow<'static, str>> = Embedded::iter().collect();
        paths.sort();
        let mut files = BTreeMap::new();
        for path in paths {
            let Some(file) = Embedded::get(&path) else { continue };
            all.update(path.as_bytes());
            all.update([0]);
            all.update(file.metadata.sha256_hash());
            let data = if media_type(&path).starts_with("text/javascript") {
                Cow::Owned(page_script::without_comments(&String::from_utf8_lossy(&file.data)).into_bytes())
            } else {
                file.data
            };
            files.insert(path.to_string(), Asset::new(&path, data));
        }
        let version = format!("{:012x}", first_16_bytes(&all.finalize()) >> 80);
        let prefix = format!("/assets/{version}/");
        let page = |(address, path): (&'static str, &str)| {
            let html = String::from_utf8_lossy(&files.get(path)?.bytes).replace(PREFIX_MARK, &prefix);
            Some((address, Asset::new(path, Cow::Owned(html.into_bytes()))))
        };
        let pages = PAGES
            .into_iter()
            .filter(|(address, _)| *address != EXPLORER || cfg!(feature = "api-explorer"))
            .filter_map(page)
            .collect();
        Assets { version, files, pages }
    })
}

/// Addresses of the pages that this build has.
pub(crate) fn page_addresses() -> impl Iterator<Item = &'static str> {
    assets().pages.keys().copied()
}

/// A page.
pub(crate) fn page(request: &HttpRequest, address: &str) -> Option<HttpResponse> {
    Some(assets().pages.get(address)?.answer(request, "no-cache", Some(PAGE_CSP)))
}

/// A file below the versioned prefix; nothing under another version, since it would be kept for ever.
pub(crate) fn file(request: &HttpRequest, version: &str, path: &str) -> Option<HttpResponse> {
    let assets = assets();
    if version != assets.version {
        return None;
    }
    Some(assets.files.get(path)?.answer(request, IMMUTABLE, None))
}

/// The versioned prefix, such as `/assets/0123456789ab/`.
#[cfg(test)]
pub(crate) fn prefix() -> String {
    format!("/assets/{}/", assets().version)
}
