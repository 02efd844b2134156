//! What the terminal says about where this program can be reached: addresses, setup link, QR codes. Formats texts; it
//! prints nothing itself.

use std::fmt::Write as _;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;

use qrcode::render::unicode;
use qrcode::{Color, EcLevel, QrCode};

use super::setup_codes::IssuedCode;
use crate::clock;

/// Names of network interfaces that lead to programs on this machine rather than to tablets.
const INWARD: [&str; 8] = ["docker", "br-", "veth", "virbr", "vmnet", "vboxnet", "cni", "podman"];

/// This machine's own IPv4 addresses in the shop's network, the most likely one first. Empty without a network.
#[must_use]
pub fn lan_addresses() -> Vec<IpAddr> {
    let interfaces = if_addrs::get_if_addrs().unwrap_or_default();
    let outward = interfaces.into_iter().filter(|one| !INWARD.iter().any(|inward| one.name.starts_with(inward)));
    let mut addresses: Vec<Ipv4Addr> = outward
        .filter_map(|one| match one.ip() {
            IpAddr::V4(address) if !address.is_loopback() && !address.is_link_local() => Some(address),
            _ => None,
        })
        .collect();
    addresses.sort_by_key(|address| (!address.is_private(), *address));
    addresses.dedup();
    addresses.into_iter().map(IpAddr::V4).collect()
}

/// Addresses of this program for other devices, as `http://…` without a slash at the end; this machine's own loopback
/// address if nothing else leads here.
#[must_use]
pub fn base_urls(listening: SocketAddr, lan: &[IpAddr]) -> Vec<String> {
    let url = |address: IpAddr| format!("http://{}", SocketAddr::new(address, listening.port()));
    if !listening.ip().is_unspecified() {
        return vec![url(listening.ip())];
    }
    if lan.is_empty() { vec![loopback_url(listening)] } else { lan.iter().copied().map(url).collect() }
}

/// The address of this program for programs on this machine.
#[must_use]
pub fn loopback_url(listening: SocketAddr) -> String {
    let address = match listening.ip() {
        address if !address.is_unspecified() => address,
        _ => IpAddr::V4(Ipv4Addr::LOCALHOST),
    };
    format!("http://{}", SocketAddr::new(address, listening.port()))
}

/// The page that a setup code opens. The code stands behind `#`, which browsers never send.
#[must_use]
pub fn setup_url(base_url: &str, code: &str) -> String {
    format!("{base_url}/setup#{code}")
}

/// A QR code for a terminal: half blocks, light on dark grounds. With `colours`, dark on white whatever the terminal's
/// own colours are. Empty if the text is too long for any QR code.
#[must_use]
pub fn qr_for_terminal(text: &str, colours: bool) -> String {
    let Ok(code) = QrCode::with_error_correction_level(text, EcLevel::M) else { return String::new() };
    let mut renderer = code.render::<unicode::Dense1x2>();
    if !colours {
        renderer.dark_color(unicode::Dense1x2::Light).light_color(unicode::Dense1x2::Dark);
    }
    let drawn = renderer.quiet_zone(true).build();
    let mut lines = String::with_capacity(2 * drawn.len());
    for line in drawn.lines() {
        let (before, after) = if colours { ("\x1b[30;107m", "\x1b[0m") } else { ("", "") };
        let _ = writeln!(lines, "  {before}{line}{after}");
    }
    lines
}

/// Light modules around a QR code, without which cameras do not find it.
const QUIET_ZONE: usize = 4;

/// A QR code as an SVG picture for pages and print: black on white, with its quiet zone, of no size of its own, one line
/// a run of dark modules. Empty if the text is too long for any QR code.
#[must_use]
pub fn qr_svg(text: &str) -> String {
    let Ok(code) = QrCode::with_error_correction_level(text, EcLevel::M) else { return String::new() };
    let width = code.width();
    let side = width + 2 * QUIET_ZONE;
    let mut path = String::new();
    for (y, row) in code.to_colors().chunks(width).enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|one, next| one == next) {
            if run[0] == Color::Dark {
                let _ = write!(path, "M{} {}.5h{}", x + QUIET_ZONE, y + QUIET_ZONE, run.len());
            }
            x += run.len();
        }
    }
    format!(
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {side} {side}' shape-rendering='crispEdges'>\
         <path fill='white' d='M0 0h{side}v{side}H0z'/><path stroke='black' d='{path}'/></svg>"
    )
}

/// What `serve` says once it listens, after its first line: the pages' addresses.
#[must_use]
pub fn addresses_text(base_urls: &[String]) -> String {
    let mut text = String::new();
    for base_url in base_urls {
        let _ = writeln!(text, "  tablets  {base_url}/");
        let _ = writeln!(text, "  staff    {base_url}/admin");
    }
    text
}

/// What a first start and `setup-link` say: the link, its QR code, until when it counts.
#[must_use]
pub fn setup_text(base_url: &str, issued: &IssuedCode, data_folder: &Path, colours: bool) -> String {
    let url = setup_url(base_url, &issued.code);
    let qr = qr_for_terminal(&url, colours);
    let until = clock::local_time_of_day(issued.expires_at);
    format!(
        "\nSet up the shop: open this link once, on any device in the shop's network, until {until} (30 minutes):\n\n  \
         {url}\n\n{qr}\nA new link: tableorder setup-link --data-dir {}\n",
        data_folder.display()
    )
}

/// What a first start says where its words end in a log: how to get the link, never the link itself.
#[must_use]
pub fn setup_hint(data_folder: &Path) -> String {
    format!(
        "no store yet; for the one-time setup link run: tableorder setup-link --data-dir {}\n",
        data_folder.display()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listening(text: &str) -> SocketAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn other_devices_get_an_address_that_leads_here() {
        let lan = [IpAddr::from([192, 168, 0, 10]), IpAddr::from([10, 0, 0, 5])];
        assert_eq!(base_urls(listening("0.0.0.0:8080"), &lan), ["http://192.168.0.10:8080", "http://10.0.0.5:8080"]);
        assert_eq!(base_urls(listening("0.0.0.0:8080"), &[]), ["http://127.0.0.1:8080"]);
        assert_eq!(base_urls(listening("127.0.0.1:1"), &lan), ["http://127.0.0.1:1"]);
        assert_eq!(base_urls(listening("[::1]:1"), &lan), ["http://[::1]:1"]);
    }

    #[test]
    fn programs_on_this_machine_get_a_loopback_address() {
        assert_eq!(loopback_url(listening("0.0.0.0:8080")), "http://127.0.0.1:8080");
        assert_eq!(loopback_url(listening("[::]:8080")), "http://127.0.0.1:8080");
        assert_eq!(loopback_url(listening("127.0.0.2:8080")), "http://127.0.0.2:8080");
    }

    #[test]
    fn the_setup_link_keeps_its_code_out_of_requests() {
        assert_eq!(setup_url("http://10.0.0.5:8080", "ABCD"), "http://10.0.0.5:8080/setup#ABCD");
    }

    #[test]
    fn the_setup_text_says_until_when_by_the_clock_on_the_wall() {
        let issued = IssuedCode { code: "ABCD".to_owned(), expires_at: clock::now() };
        let text = setup_text("http://10.0.0.5:8080", &issued, Path::new("data"), false);
        let until = text.split("until ").nth(1).and_then(|rest| rest.split(" (30 minutes)").next()).expect("a time");
        let (hours, minutes) = until.split_once(':').expect("hours and minutes");
        assert!(hours.len() == 2 && hours < "24" && minutes.len() == 2 && minutes < "60", "{until}");
    }

    #[test]
    fn qr_codes_are_drawn_for_the_terminal_and_for_pages() {
        let url = "http://192.168.100.100:65535/setup#7KQ2-M9XD-04TB-WZ5H";
        for colours in [false, true] {
            let drawn = qr_for_terminal(url, colours);
            assert!(drawn.lines().count() <= 24, "a terminal has 24 lines: {}", drawn.lines().count());
            assert_eq!(drawn.contains('\x1b'), colours);
        }
        assert_eq!(qr_svg(&"x".repeat(5_000)), "");
    }

    #[test]
    fn a_qr_picture_is_small_scales_freely_and_draws_every_dark_module_inside_its_quiet_zone() {
        let url = "http://192.168.100.100:65535/#v=moon.12.0123456789abcdef01234567";
        let svg = qr_svg(url);
        assert!(svg.len() < 6_000, "{} bytes", svg.len());
        assert!(!svg.contains('"') && !svg.contains('#') && !svg.contains(" width=") && !svg.contains(" height="));
        let code = QrCode::with_error_correction_level(url, EcLevel::M).expect("a code");
        let path = svg.split("stroke='black' d='M").nth(1).and_then(|rest| rest.split('\'').next()).expect("a path");
        let mut drawn = vec![false; code.width() * code.width()];
        for run in path.split('M') {
            let (place, length) = run.split_once('h').expect("a run");
            let (x, y) = place.split_once(' ').expect("a place");
            let number = |text: &str| text.parse::<usize>().expect("a whole number");
            let (x, y) =
                (number(x) - QUIET_ZONE, number(y.strip_suffix(".5").expect("the middle of a row")) - QUIET_ZONE);
            drawn[y * code.width() + x..][..number(length)].fill(true);
        }
        let dark: Vec<_> = code.to_colors().into_iter().map(|colour| colour == Color::Dark).collect();
        assert!(drawn == dark);
    }

    #[test]
    fn own_addresses_are_never_loopback() {
        assert!(lan_addresses().iter().all(|address| !address.is_loopback() && address.is_ipv4()));
    }
}
