//! Whatever is compressed reads back with the library's reader, and a menu gets smaller than by gzip.

use std::io::Read as _;

use proptest::prelude::*;

use super::*;
use crate::http::compression;

#[track_caller]
fn assert_reads_back(bytes: &[u8]) {
    let mut back = Vec::new();
    let compressed = compress(bytes);
    ::brotli::Decompressor::new(&compressed[..], 4_096).read_to_end(&mut back).expect("brotli");
    assert!(back == bytes, "{} bytes", bytes.len());
}

#[test]
fn edges_read_back() {
    for bytes in [&b""[..], b"a", b"aa", b"ab", b"abc", b"abcd", b"aaaaaaaaaaaaaaaaaaaaaaaa", b"abababababababababab"] {
        assert_reads_back(bytes);
    }
    assert_reads_back(&(0..=255).collect::<Vec<u8>>());
    assert_reads_back(&vec![7; 3 * BLOCK_BYTES + 5]);
    for length in [BLOCK_BYTES - 1, BLOCK_BYTES, BLOCK_BYTES + 1, 65_536, 65_537] {
        assert_reads_back(&b"menu item ".iter().copied().cycle().take(length).collect::<Vec<_>>());
    }
}

#[test]
fn every_length_of_literals_and_copies_and_every_distance_reads_back() {
    let mut noise = 9_u32;
    let mut random = || {
        noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        noise.to_be_bytes()[0]
    };
    let mut bytes = Vec::new();
    for length in INSERTS.iter().chain(&COPIES).map(|(base, _)| (*base).min(30_000)) {
        let begin = bytes.len();
        bytes.extend((0..length).map(|_| random()));
        bytes.extend_from_within(begin..);
        bytes.extend_from_within(begin / 2..(begin / 2 + length).min(begin));
    }
    // What lies further back than the window must not be copied.
    let first = bytes[..1_000].to_vec();
    bytes.extend((0..DISTANCE_MAX).map(|_| random()));
    bytes.extend(first);
    assert_reads_back(&bytes);
}

#[test]
fn a_menu_gets_smaller_than_by_gzip() {
    let item = |id: usize| {
        let name = ["김치찌개", "된장찌개", "돼지갈비", "해물파전", "비빔냉면", "공깃밥"][id * 7 % 6];
        let (price, place) = (id * 7_919 % 300 * 100, id * 31 % 13);
        format!(
            "{{\"id\":{id},\"name\":\"{name} {place}\",\"names\":{{\"en\":\"Dish number {id}\"}},\"price\":{price},\
             \"image\":null,\"available\":true,\"remaining\":null,\"badges\":[],\"option_groups\":[]}},"
        )
    };
    let menu: String = (1..200).map(item).collect();
    for menu in [menu.as_bytes(), include_bytes!("../../../assets/demo/menu.json")] {
        assert_reads_back(menu);
        let (brotli, gzip) = (compress(menu).len(), compression::gzip(menu).len());
        assert!(brotli < gzip, "{brotli} instead of {gzip}");
    }
}

proptest! {
    #[test]
    fn anything_reads_back(
        words in prop::collection::vec(prop::collection::vec(any::<u8>(), 1..12), 1..20),
        order in prop::collection::vec(any::<prop::sample::Index>(), 0..400),
    ) {
        let text: Vec<u8> = order.iter().flat_map(|place| place.get(&words).clone()).collect();
        assert_reads_back(&text);
    }
}
