//! Links to the guests' page as other devices can open them, with their QR codes. What is secret in a link stands behind
//! `#`, which browsers never send and logs never see.

use actix_web::HttpRequest;

use super::AppState;
use super::identity::host_origin;

/// A link and its picture.
#[derive(Debug)]
pub(crate) struct PageLink {
    /// Such as `http://192.168.0.10:8080/#pair=…`.
    pub(crate) url: String,
    /// The link as a QR code, an SVG picture.
    pub(crate) qr: String,
}

impl PageLink {
    /// The guests' page with something behind `#`. Its address is the one this request came to if other devices can use
    /// it too, else this machine's own in the shop's network.
    pub(crate) fn new(request: &HttpRequest, state: &AppState, fragment: &str) -> Self {
        let base = host_origin::outward(request, &state.settings.hosts)
            .or_else(|| state.addresses.in_the_network())
            .unwrap_or_else(|| host_origin::as_asked(request).unwrap_or_else(|| "http://127.0.0.1".to_owned()));
        let url = format!("{base}/#{fragment}");
        let qr = state.addresses.qr_svg(&url);
        Self { url, qr }
    }
}
