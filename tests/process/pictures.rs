//! Photos of dishes with the real program: in backups and exports, under `verify`, and what they cost in memory.

use std::path::Path;
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::process::Signal;
use serde_json::Value;

use crate::STOP_LIMIT;
use crate::backups::{Shop, serve};
use crate::program::{Place, Serving, get, get_bytes, put_bytes};

#[path = "../../src/store/pictures/samples.rs"]
#[expect(dead_code, reason = "other tests use the rest")]
mod samples;

fn upload(base: &str, staff: &str, picture: &[u8]) -> (u16, Value) {
    put_bytes(&format!("{base}/api/admin/menus/1/image"), staff, picture)
}

/// Addresses of the dish's pictures.
fn addresses(base: &str, tablet: &str) -> Vec<String> {
    let (status, menu) = get(&format!("{base}/api/menus"), tablet);
    assert_eq!(status, 200, "{menu}");
    let image = menu["categories"][0]["items"][0]["image"].as_object().expect("a photo").clone();
    image.values().map(|address| address.as_str().expect("an address").to_owned()).collect()
}

#[test]
fn photos_come_back_from_backups_and_exports_and_verify_misses_them() {
    let place = Place::new();
    let shop = Shop::open(&place, place.serve());
    let base = shop.serving.base_url();
    let (status, item) = upload(base, &shop.staff, &samples::jpeg(420, 315, 0));
    assert_eq!(status, 200, "{item}");
    let addresses = addresses(base, &shop.tablets[0]);
    let pictures: Vec<_> = addresses.iter().map(|address| get_bytes(&format!("{base}{address}"))).collect();
    assert!(pictures.iter().all(|(status, jpeg)| *status == 200 && jpeg.starts_with(b"\xff\xd8\xff")));
    for step in [
        &["backup", "--data-dir", "DATA", "--to", "backup.tar.gz"][..],
        &["restore", "backup.tar.gz", "--data-dir", "restored"],
        &["export", "--data-dir", "DATA", "--to", "moon.jsonl"],
        &["import", "moon.jsonl", "--data-dir", "imported"],
    ] {
        let ended = place.run(step);
        assert_eq!(ended.code, Some(0), "{ended:?}");
    }
    for folder in ["restored", "imported"] {
        let serving = serve(&place, &place.path(folder));
        for (address, picture) in addresses.iter().zip(&pictures) {
            assert_eq!(&get_bytes(&format!("{}{address}", serving.base_url())), picture, "{folder}");
        }
        assert!(serving.end_with(Signal::TERM, STOP_LIMIT).is_some());
        let verified = place.run(&["verify", "--data-dir", folder]);
        assert_eq!(verified.code, Some(0), "{verified:?}");
    }
    let file = place.path("restored/uploads").join(addresses[0].strip_prefix("/images/").expect("an address"));
    for (todo, word) in [(Some(b"damaged"), "damaged"), (None, "of the dish 김치찌개 is missing")] {
        todo.map_or_else(|| std::fs::remove_file(&file), |content| std::fs::write(&file, content)).expect("done");
        let verified = place.run(&["verify", "--data-dir", "restored"]);
        assert_eq!(verified.code, Some(3), "{verified:?}");
        assert!(verified.stderr.contains(word) && verified.stderr.contains("upload the picture again"), "{verified:?}");
    }
}

/// Most memory since the last call, in KiB.
fn peak_kib(serving: &Serving) -> u64 {
    let process = Path::new("/proc").join(serving.pid().to_string());
    let status = std::fs::read_to_string(process.join("status")).expect("read");
    std::fs::write(process.join("clear_refs"), "5").expect("begun anew");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("it is told");
    line.trim().trim_end_matches(" kB").parse().expect("a number")
}

#[test]
fn bombs_cost_hardly_any_memory_and_a_large_picture_delays_no_order() {
    let place = Place::new();
    let mut command = place.command(&["serve", "--data-dir", "DATA", "--bind", "127.0.0.1", "--port", "0"]);
    command.env("TABLEORDER_LIMITS_TABLE_REQUESTS_PER_MINUTE", "0").stdin(Stdio::null());
    let shop = Shop::open(&place, Serving::begin(command));
    let base = shop.serving.base_url();
    upload(base, &shop.staff, &samples::jpeg(64, 48, 0));
    peak_kib(&shop.serving);
    let before = peak_kib(&shop.serving);
    for bomb in samples::bombs() {
        let (status, problem) = upload(base, &shop.staff, &bomb);
        assert_eq!((status, &problem["errors"][0]["field"]), (400, &"body".into()), "{problem}");
    }
    let after = peak_kib(&shop.serving);
    assert!(after < before + 4_096, "{before} KiB, then {after} KiB");

    let large = samples::jpeg_of(&vec![120; 25_000_000], 5_000, 5_000, jpeg_encoder::ColorType::Luma, None);
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let uploading = scope.spawn(|| {
            let answer = upload(base, &shop.staff, &large);
            done.store(true, Ordering::Release);
            answer
        });
        let mut orders = 0;
        while !done.load(Ordering::Acquire) {
            shop.order(0, &format!("meanwhile-{orders}"));
            orders += 1;
        }
        let (status, item) = uploading.join().expect("answered");
        assert_eq!(status, 200, "{item}");
        assert!(orders > 3, "{orders} orders while the picture was made");
    });
    let peak = peak_kib(&shop.serving);
    assert!(peak < before + 64 * 1_024, "25 megapixels of grey: {before} KiB, then {peak} KiB");
}
