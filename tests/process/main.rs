//! The real binary as an owner runs it: wrong settings, first start, setup link, second instance, signals, demo.

mod backups;
mod mirror;
mod phones;
mod pictures;
mod program;

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{Shutdown, TcpStream};
use std::os::unix::net::UnixDatagram;
use std::time::{Duration, Instant};

use program::{Place, Serving, get, modes_below, post};
use rustix::process::Signal;
use serde_json::{Value, json};

const STOP_LIMIT: Duration = Duration::from_secs(5);

#[test]
fn a_wrong_setting_is_refused_with_its_line_before_anything_is_made() {
    let place = Place::new();
    place.write("shop.toml", "[server]\nport = 8080\n\n[disk]\nwarn_mb = 5\n");
    let ended = place.run(&["serve", "--data-dir", "DATA", "--config", "shop.toml"]);
    assert_eq!(ended.code, Some(2), "{ended:?}");
    assert!(ended.stderr.contains("shop.toml line 5: "), "{ended:?}");
    assert!(ended.stderr.contains("warn_mib"), "it says what there is: {ended:?}");
    assert!(!place.data().exists());
    assert_eq!(ended.stdout, "");
}

#[test]
fn the_file_in_the_working_folder_counts_and_is_checked_too() {
    let place = Place::new();
    place.write("config/tableorder.toml", "[server]\nport = 4321\n");
    let shown = place.run(&["config", "show", "--origin"]);
    assert!(shown.stdout.contains("port = 4321  # config/tableorder.toml line 2"), "{shown:?}");
    place.write("config/tableorder.toml", "[server]\nport = \"many\"\n");
    assert_eq!(place.run(&["serve", "--data-dir", "DATA"]).code, Some(2));
}

#[test]
fn a_flag_beats_the_environment_and_a_wrong_environment_is_refused_by_name() {
    let place = Place::new();
    let shown = place.command(&["config", "show", "--json", "--port", "7"]).env("TABLEORDER_SERVER_PORT", "8").output();
    let shown: Value = serde_json::from_slice(&shown.expect("started").stdout).expect("JSON");
    assert_eq!(shown["server"]["port"], 7);
    let refused = place.command(&["serve", "--data-dir", "DATA"]).env("TABLEORDER_LIMITS_TABLE_STREAMS", "-1").output();
    let refused = refused.expect("started");
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("TABLEORDER_LIMITS_TABLE_STREAMS"));
}

#[test]
fn wrong_usage_ends_with_2_help_and_version_with_0() {
    let place = Place::new();
    for wrong in
        [&["serve", "--prot", "1"][..], &["dance"], &[], &["serve", "--port", "70000"], &["serve", "--bind", "x"]]
    {
        let ended = place.run(wrong);
        assert_eq!(ended.code, Some(2), "{ended:?}");
        assert!(!ended.stderr.is_empty() && ended.stdout.is_empty(), "{ended:?}");
    }
    for right in [&["--help"][..], &["serve", "--help"], &["--version"], &["version"]] {
        assert_eq!(place.run(right).code, Some(0));
    }
    assert_eq!(place.run(&["version", "--json"]).json()["version"], env!("CARGO_PKG_VERSION"));
}

#[test]
fn a_first_start_listens_says_so_and_prints_a_setup_link_that_works_once() {
    let place = Place::new();
    let mut serving = place.serve();
    let port = serving.base_url().strip_prefix("http://127.0.0.1:").expect("where it was bound").to_owned();
    assert_ne!(port.parse::<u16>().expect("a port"), 0);
    let link = serving.line_with("/setup#").trim().to_owned();
    let (page, code) = link.split_once('#').expect("a code");
    assert_eq!(page, format!("http://127.0.0.1:{port}/setup"));
    let url = format!("{}/api/setup", serving.base_url());
    let body = |store: &str| json!({"code": code, "store": store, "store_name": "둥근달", "username": "dal", "password": "correct horse"});
    assert_eq!(post(&url, &body("moon")).0, 201);
    assert_eq!(post(&url, &body("sun")).0, 403, "used");
    let login = json!({"store": "moon", "username": "dal", "password": "correct horse"});
    assert_eq!(post(&format!("{}/api/auth/admin/login", serving.base_url()), &login).0, 200);
}

#[test]
fn setup_link_works_beside_serve_and_ends_with_1_once_there_is_an_owner() {
    let place = Place::new();
    let serving = place.serve();
    let issued = place.run(&["setup-link", "--data-dir", "DATA", "--json"]);
    assert_eq!(issued.code, Some(0), "{issued:?}");
    let issued = issued.json();
    let code = issued["code"].as_str().expect("a code");
    assert_eq!(issued["url"], format!("{}/setup#{code}", serving.base_url()));
    assert!(issued["expires_at"].as_str().expect("a time").ends_with('Z'));
    let make = |code: &str, store: &str| {
        let body = json!({"code": code, "store": store, "store_name": "둥근달", "username": "dal", "password": "correct horse"});
        post(&format!("{}/api/setup", serving.base_url()), &body).0
    };
    assert_eq!(make("0000-0000-0000-0000", "moon"), 403);
    assert_eq!(make(code, "moon"), 201);
    let refused = place.run(&["setup-link", "--data-dir", "DATA", "--json"]);
    assert_eq!((refused.code, refused.stdout.as_str()), (Some(1), ""), "{refused:?}");
    assert!(refused.stderr.contains("--new-store"), "{refused:?}");
    let further = place.run(&["setup-link", "--data-dir", "DATA", "--new-store", "--json"]).json();
    let code = further["code"].as_str().expect("a code");
    assert_eq!(make(code, "moon"), 409, "taken, and the code is given back");
    assert_eq!(make(code, "sun"), 201);
}

#[test]
fn setup_link_knows_that_nothing_serves_and_that_a_folder_is_none() {
    let place = Place::new();
    assert_eq!(place.run(&["setup-link", "--data-dir", "DATA"]).code, Some(1), "there is no such folder");
    assert!(place.serve().end_with(Signal::KILL, STOP_LIMIT).is_some());
    let link = place.run(&["setup-link", "--data-dir", "DATA"]);
    assert_eq!(link.code, Some(0), "{link:?}");
    assert!(link.stdout.contains("/setup#") && link.stderr.contains("nothing serves this folder"), "{link:?}");
}

#[test]
fn nobody_else_can_read_what_it_writes_whatever_the_shell_allows() {
    let place = Place::new();
    let program = place.command(&["serve", "--data-dir", "DATA", "--bind", "127.0.0.1", "--port", "0"]);
    let mut shell = std::process::Command::new("sh");
    shell.arg("-c").arg("umask 000; exec \"$0\" \"$@\"").arg(program.get_program()).args(program.get_args());
    shell.current_dir(place.path("."));
    let mut serving = Serving::begin(shell);
    serving.line_with("/setup#");
    let code = place.run(&["setup-link", "--data-dir", "DATA", "--json"]).json()["code"].clone();
    let body =
        json!({"code": code, "store": "moon", "store_name": "달", "username": "dal", "password": "correct horse"});
    assert_eq!(post(&format!("{}/api/setup", serving.base_url()), &body).0, 201);
    assert!(serving.end_with(Signal::TERM, STOP_LIMIT).is_some());
    for (path, is_folder, mode) in modes_below(&place.data()) {
        assert_eq!(mode, if is_folder { 0o700 } else { 0o600 }, "{}", path.display());
    }
    assert!(place.data().join("secret.key").exists());
}

#[test]
fn a_second_process_on_the_same_folder_is_refused_and_the_first_goes_on() {
    let place = Place::new();
    let first = place.serve();
    let second = place.run(&["serve", "--data-dir", "DATA", "--bind", "127.0.0.1", "--port", "0"]);
    assert_eq!((second.code, second.stdout.as_str()), (Some(1), ""), "{second:?}");
    assert!(second.stderr.contains(&format!("process {}", first.pid())), "{second:?}");
    assert_eq!(get(&format!("{}/health/live", first.base_url()), "").0, 200);
}

#[test]
fn a_taken_port_is_told_with_what_to_do() {
    let place = Place::new();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("bound");
    let port = taken.local_addr().expect("an address").port().to_string();
    let ended = place.run(&["serve", "--data-dir", "DATA", "--bind", "127.0.0.1", "--port", &port]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(ended.stderr.contains(&port) && ended.stderr.contains("--port"), "{ended:?}");
    let left = place.run(&["verify", "--data-dir", "DATA"]);
    assert_eq!(left.code, Some(0), "nothing is damaged: {left:?}");
}

#[test]
fn sigterm_and_sigint_end_it_with_0_in_time_even_with_a_connection_open() {
    for signal in [Signal::TERM, Signal::INT] {
        let place = Place::new();
        let serving = place.serve();
        let address = serving.base_url().strip_prefix("http://").expect("an address");
        let idle = std::net::TcpStream::connect(address).expect("connected");
        let status = serving.end_with(signal, STOP_LIMIT).expect("an end within 5 s");
        assert_eq!(status.code(), Some(0), "{signal:?}");
        assert!(!place.data().join("address").exists(), "it does not listen any more");
        drop(idle);
    }
}

/// Opens the staff's stream of a demo as a client of that version does.
fn open_stream(access: &Value, version: &str) -> TcpStream {
    let base = access["base_url"].as_str().expect("an address");
    let login = json!({"store": "demo", "username": "owner", "password": access["password"]});
    let (_, answer) = post(&format!("{base}/api/auth/admin/login"), &login);
    let token = answer["token"].as_str().expect("a token");
    let mut stream = TcpStream::connect(base.strip_prefix("http://").expect("plain")).expect("connected");
    stream.set_read_timeout(Some(Duration::from_secs(20))).expect("set");
    let ask = format!(
        "GET /api/admin/orders/stream HTTP/{version}\r\nHost: localhost\r\nConnection: keep-alive\r\n\
         Authorization: Bearer {token}\r\n\r\n"
    );
    stream.write_all(ask.as_bytes()).expect("sent");
    stream
}

fn head_of(stream: &TcpStream) -> Vec<String> {
    let lines = BufReader::new(stream).lines().map(|line| line.expect("UTF-8").to_ascii_lowercase());
    lines.take_while(|line| !line.is_empty()).collect()
}

#[test]
fn an_older_client_gets_a_stream_that_ends_with_its_connection() {
    let place = Place::new();
    let (_serving, access) = demo(&place);
    let head = head_of(&open_stream(&access, "1.0"));
    assert!(head[0].ends_with(" 200 ok"), "{head:?}");
    for unknown in ["transfer-encoding", "connection: keep-alive"] {
        assert!(!head.iter().any(|line| line.starts_with(unknown)), "HTTP/1.0 has no chunks: {head:?}");
    }
}

#[test]
fn a_page_that_goes_away_gives_its_stream_back_before_the_next_ping() {
    let place = Place::new();
    let (_serving, access) = demo(&place);
    let open = || {
        let health = get(&format!("{}/health", access["base_url"].as_str().expect("an address")), "").1;
        health["sse"]["total_connections"].as_u64().expect("a number")
    };
    let stream = open_stream(&access, "1.1");
    head_of(&stream);
    assert_eq!(open(), 1);
    // What closing does when everything that came was read.
    stream.shutdown(Shutdown::Write).expect("ended");
    let begin = Instant::now();
    while open() > 0 {
        assert!(begin.elapsed() < Duration::from_secs(10), "a ping comes after 15 s");
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn it_starts_again_after_kill_9_on_the_same_folder() {
    let place = Place::new();
    for _ in 0..3 {
        let serving = place.serve();
        assert_eq!(get(&format!("{}/health/live", serving.base_url()), "").0, 200);
        assert!(serving.end_with(Signal::KILL, STOP_LIMIT).is_some());
    }
}

#[test]
fn a_folder_of_a_newer_program_is_refused_with_3_and_the_version_it_needs_by_every_command() {
    let place = Place::new();
    let mark = "{\"tableorder_data_folder\":99,\"purpose\":\"shop\",\"needs_program\":\"0.9.0\",\"new\":{}}\n";
    let file = place.write("data/format", mark);
    let export =
        "{\"tableorder_export\":1,\"needs_program\":\"0.3.0\",\"purpose\":\"shop\",\"store\":\"moon\",\"lost\":[]}\n";
    place.write("moon.jsonl", export);
    for command in [
        &["serve", "--data-dir", "DATA"][..],
        &["demo", "--data-dir", "DATA"],
        &["setup-link", "--data-dir", "DATA"],
        &["verify", "--data-dir", "DATA"],
        &["backup", "--data-dir", "DATA"],
        &["export", "--data-dir", "DATA"],
        &["import", "moon.jsonl", "--data-dir", "DATA"],
    ] {
        let ended = place.run(command);
        assert_eq!(ended.code, Some(3), "{command:?}: {ended:?}");
        assert!(ended.stderr.contains("tableorder 0.9.0 or newer"), "{command:?}: {ended:?}");
    }
    assert_eq!(std::fs::read_to_string(file).expect("read"), mark);
    let names = std::fs::read_dir(place.data()).expect("read").map(|entry| entry.expect("an entry").file_name());
    let mut names: Vec<_> = names.collect();
    names.sort();
    assert_eq!(names, ["format", "lock"], "nothing else was made");
}

fn demo(place: &Place) -> (Serving, Value) {
    let command = place.command(&["demo", "--data-dir", "DATA", "--bind", "127.0.0.1", "--port", "0", "--json"]);
    let serving = Serving::begin(command);
    let line = serde_json::from_str(&serving.first_line).expect("one JSON line");
    (serving, line)
}

#[test]
fn the_demo_serves_a_restaurant_and_is_used_again() {
    let place = Place::new();
    let (serving, line) = demo(&place);
    let base_url = line["base_url"].as_str().expect("an address").to_owned();
    assert!(base_url.starts_with("http://127.0.0.1:"), "{base_url}");
    let credentials = json!({"store": line["store"], "username": line["username"], "password": line["password"]});
    let (status, login) = post(&format!("{base_url}/api/auth/admin/login"), &credentials);
    assert_eq!(status, 200, "{login}");
    let token = login["token"].as_str().expect("a token");
    let (_, orders) = get(&format!("{base_url}/api/admin/orders"), token);
    let before = orders["orders"].as_array().expect("orders").len();
    assert!(before >= 4, "a few running orders: {orders}");
    assert_eq!(line["tables"].as_array().expect("tables").len(), 12);
    for table in line["tables"].as_array().expect("tables") {
        let body = json!({"store": line["store"], "table_number": table["number"], "password": table["password"]});
        assert_eq!(post(&format!("{base_url}/api/auth/table/login"), &body).0, 200, "{table}");
    }
    assert!(serving.end_with(Signal::KILL, STOP_LIMIT).is_some());
    let (serving, again) = demo(&place);
    assert_eq!(
        (&again["store"], &again["password"], &again["tables"]),
        (&line["store"], &line["password"], &line["tables"])
    );
    let (_, orders) = get(&format!("{}/api/admin/orders", again["base_url"].as_str().expect("an address")), token);
    assert_eq!(orders["orders"].as_array().expect("orders").len(), before, "nothing is added a second time");
    drop(serving);
    assert_eq!(place.run(&["setup-link", "--data-dir", "DATA"]).code, Some(1), "a demo has its owner");
}

#[test]
fn demo_and_shop_refuse_each_other_s_folder() {
    let place = Place::new();
    drop(place.serve());
    let ended = place.run(&["demo", "--data-dir", "DATA", "--port", "0"]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(ended.stderr.contains("not a demo's folder"), "{ended:?}");
    let place = Place::new();
    drop(demo(&place));
    let ended = place.run(&["serve", "--data-dir", "DATA", "--port", "0"]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(ended.stderr.contains("passwords are known"), "{ended:?}");
}

#[test]
fn the_log_holds_no_secret_and_is_kept_where_nobody_reads_stderr() {
    let place = Place::new();
    let mut serving = place.serve();
    let link = serving.line_with("/setup#");
    let code = link.trim().split_once('#').expect("a code").1.to_owned();
    let body =
        json!({"code": code, "store": "moon", "store_name": "달", "username": "dal", "password": "correct horse"});
    assert_eq!(post(&format!("{}/api/setup", serving.base_url()), &body).0, 201);
    let login = json!({"store": "moon", "username": "dal", "password": "wrong horse"});
    assert_eq!(post(&format!("{}/api/auth/admin/login", serving.base_url()), &login).0, 401);
    assert!(serving.end_with(Signal::TERM, STOP_LIMIT).is_some());
    let files: Vec<_> = std::fs::read_dir(place.data().join("logs")).expect("logs").collect();
    let text: String =
        files.into_iter().map(|file| std::fs::read_to_string(file.expect("a file").path()).expect("text")).collect();
    assert!(text.contains("starting") && text.contains("stopping"), "{text}");
    for secret in [&code, "horse", "argon2"] {
        assert!(!text.contains(secret), "{text}");
    }
}

#[test]
fn a_journal_of_a_newer_program_is_refused_with_3_and_left_alone() {
    let place = Place::new();
    let (serving, _) = demo(&place);
    assert!(serving.end_with(Signal::TERM, STOP_LIMIT).is_some());
    let folder = place.data().join("stores/demo/journal");
    let segments = std::fs::read_dir(folder).expect("read").map(|entry| entry.expect("entry").path());
    let segment = segments.filter(|file| file.extension().is_some_and(|kind| kind == "journal")).max().expect("one");
    let mut bytes = std::fs::read(&segment).expect("read");
    let end = bytes.iter().position(|byte| *byte == b'\n').expect("a first line");
    let json = String::from_utf8(bytes[9..end].to_vec()).expect("text").replacen("\"journal\":1", "\"journal\":9", 1);
    bytes[..end].copy_from_slice(format!("{:08x} {json}", crc32c::crc32c(json.as_bytes())).as_bytes());
    std::fs::write(&segment, &bytes).expect("written");
    let ended = place.run(&["demo", "--data-dir", "DATA", "--port", "0"]);
    assert_eq!(ended.code, Some(3), "{ended:?}");
    assert!(ended.stderr.contains("newer version"), "{ended:?}");
    assert_eq!(std::fs::read(&segment).expect("read"), bytes);
}

#[test]
fn a_store_whose_making_was_interrupted_is_made_at_the_next_try() {
    let place = Place::new();
    std::fs::create_dir_all(place.data().join("stores/moon/journal")).expect("made");
    let serving = place.serve();
    let code = place.run(&["setup-link", "--data-dir", "DATA", "--json"]).json()["code"].clone();
    let body =
        json!({"code": code, "store": "moon", "store_name": "달", "username": "dal", "password": "correct horse"});
    let (status, answer) = post(&format!("{}/api/setup", serving.base_url()), &body);
    assert_eq!(status, 201, "{answer}");
}

#[test]
fn verify_says_0_for_a_sound_folder_also_beside_demo_and_3_for_a_damaged_one() {
    let place = Place::new();
    let (serving, _) = demo(&place);
    assert_eq!(place.run(&["verify", "--data-dir", "DATA"]).code, Some(0), "beside the demo");
    assert!(serving.end_with(Signal::TERM, STOP_LIMIT).is_some());
    let sound = place.run(&["verify", "--data-dir", "DATA", "--json"]);
    assert_eq!((sound.code, sound.stderr.as_str()), (Some(0), ""), "{sound:?}");
    let report = sound.json();
    assert_eq!((&report["sound"], &report["stores"][0]["store"]), (&json!(true), &json!("demo")));
    assert!(report["stores"][0]["commits"].as_u64().expect("a count") > 80, "{report}");
    assert!(report["stores"][0]["view"]["applied"].is_u64(), "{report}");
    let everything = || {
        let files = modes_below(&place.data()).into_iter().filter(|(_, is_folder, _)| !is_folder);
        files.map(|(path, ..)| (std::fs::read(&path).expect("read"), path)).collect::<Vec<_>>()
    };
    let before = everything();
    assert_eq!(place.run(&["verify", "--data-dir", "DATA", "--backups"]).code, Some(0));
    assert!(everything() == before, "it changes nothing");

    let folder = place.data().join("stores/demo/journal");
    let segments = std::fs::read_dir(folder).expect("read").map(|entry| entry.expect("entry").path());
    let segment = segments.filter(|file| file.extension().is_some_and(|kind| kind == "journal")).min().expect("one");
    let intact = std::fs::read(&segment).expect("read");
    let mut bytes = intact.clone();
    let second_line = bytes.iter().position(|byte| *byte == b'\n').expect("a first line") + 100;
    bytes[second_line] ^= 1;
    std::fs::write(&segment, &bytes).expect("written");
    let damaged = place.run(&["verify", "--data-dir", "DATA", "--json"]);
    assert_eq!(damaged.code, Some(3), "{damaged:?}");
    assert_eq!(damaged.json()["sound"], false);
    assert!(damaged.stderr.contains("store demo: "), "{damaged:?}");
    assert_eq!(std::fs::read(&segment).expect("read"), bytes, "it changes nothing");

    std::fs::write(&segment, &intact).expect("written");
    std::fs::write(place.data().join("secret.key"), [0; 75]).expect("written");
    let damaged = place.run(&["verify", "--data-dir", "DATA"]);
    assert_eq!(damaged.code, Some(3), "{damaged:?}");
    assert!(damaged.stderr.contains("secret.key"), "{damaged:?}");
    assert_eq!(place.run(&["verify", "--data-dir", "nowhere"]).code, Some(1));
}

#[test]
fn systemd_is_told_when_it_serves_that_it_is_well_and_when_it_stops() {
    let place = Place::new();
    let path = place.data().with_file_name("notify.socket");
    let manager = UnixDatagram::bind(&path).expect("bound");
    manager.set_read_timeout(Some(Duration::from_secs(30))).expect("set");
    let heard = || {
        let mut text = [0; 128];
        let length = manager.recv(&mut text).expect("it says something");
        String::from_utf8_lossy(&text[..length]).trim().to_owned()
    };
    let mut command = place.command(&["serve", "--data-dir", "DATA", "--bind", "127.0.0.1", "--port", "0"]);
    command.env("NOTIFY_SOCKET", &path);
    let serving = Serving::begin(command);
    let mut first = [heard(), heard()];
    first.sort();
    assert_eq!(first, ["READY=1", "WATCHDOG=1"]);
    assert!(serving.end_with(Signal::TERM, STOP_LIMIT).is_some_and(|status| status.success()));
    let mut last = heard();
    while last == "WATCHDOG=1" {
        last = heard();
    }
    assert_eq!(last, "STOPPING=1");
}

#[test]
#[cfg(debug_assertions)]
fn a_disk_that_hangs_before_the_first_order_is_noticed() {
    let place = Place::new();
    let demo = ["demo", "--data-dir", "DATA", "--port", "0", "--json"];
    let first = Serving::begin(place.command(&demo));
    assert!(first.end_with(Signal::TERM, STOP_LIMIT).is_some_and(|status| status.success()));
    // The next segment is never allocated: nothing can be written, although everything can be read.
    place.write("faults/plan", "delay write 600000\n");
    let mut command = place.command(&demo);
    command.env("TABLEORDER_FAULTS_FOLDER", place.path("faults"));
    let serving = Serving::begin(command);
    let told: Value = serde_json::from_str(&serving.first_line).expect("JSON");
    let health = format!("{}/health", told["base_url"].as_str().expect("an address").trim_end_matches('/'));
    let begun = Instant::now();
    loop {
        let (status, health) = get(&health, "");
        if status == 503 {
            assert_eq!(health["alerts"][0]["code"], "writer_stuck", "{health}");
            return;
        }
        assert!(begun.elapsed() < Duration::from_secs(30), "nobody notices: {health}");
        std::thread::sleep(Duration::from_millis(50));
    }
}
