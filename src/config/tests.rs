//! What a person who writes settings may expect.

use super::*;

fn file(text: &str) -> (tempfile::TempDir, Sources) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("shop.toml");
    std::fs::write(&path, text).expect("written");
    (folder, Sources { file: Some(path), ..Sources::default() })
}

fn environment(pairs: &[(&str, &str)]) -> Sources {
    let environment = pairs.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
    Sources { environment, ..Sources::default() }
}

fn refusal(sources: &Sources) -> String {
    let errors = load(sources).expect_err("it must be refused");
    errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_shipped_file_names_every_setting_with_the_contract_s_defaults() {
    let settings = Settings::default();
    assert_eq!(settings.server.bind, IpAddr::from([0, 0, 0, 0]));
    assert_eq!(settings.server.port, 8080);
    assert_eq!(settings.limits.table_requests_per_minute, 100);
    assert_eq!(settings.limits.staff_requests_per_minute, 600);
    assert_eq!((settings.limits.table_streams, settings.limits.staff_streams), (8, 0));
    assert_eq!(settings.limits.streams_total, 12_000);
    assert_eq!((settings.disk.warn_mib, settings.disk.refuse_mib, settings.disk.ballast_mib), (1024, 150, 64));
    assert_eq!((settings.stream.ping_seconds, settings.stream.life_seconds), (15, 300));
    assert_eq!((settings.store.time_zone.as_str(), settings.store.day_cutoff_hour), ("Asia/Seoul", 5));
    assert_eq!((settings.segment_mib, settings.clock_offset_file), (16, None));
    let expected = GuestPageSettings { result_seconds: 5, idle_seconds: 75, phones: Phones::Code, free_notes: false };
    assert_eq!(settings.guest_page, expected);
}

#[test]
fn the_guests_page_is_set_within_its_bounds() {
    let of = |text: &str| file(&format!("[guest_page]\n{text}\n"));
    for (text, says) in [
        ("result_seconds = 2", "must be 0 or a whole number from 3 to 30"),
        ("result_seconds = 31", "must be 0 or a whole number from 3 to 30"),
        ("result_seconds = -1", "must be 0 or a whole number from 3 to 30"),
        ("idle_seconds = 29", "must be a whole number from 30 to 600"),
        ("phones = \"on\"", "must be \"off\", \"code\" or \"seated\""),
        ("phones = true", "must be a text in quotes"),
        ("free_notes = \"yes\"", "must be true or false"),
        ("free_notes = 1", "must be true or false"),
    ] {
        let (_folder, sources) = of(text);
        let refused = refusal(&sources);
        assert!(refused.contains("line 2: guest_page.") && refused.contains(says), "{refused}");
    }
    for (text, word) in [("off", Phones::Off), ("seated", Phones::Seated)] {
        let (_folder, sources) = of(&format!("phones = \"{text}\"\nresult_seconds = 0\nfree_notes = true"));
        let loaded = load(&sources).expect("settings");
        let expected = GuestPageSettings { result_seconds: 0, idle_seconds: 75, phones: word, free_notes: true };
        assert_eq!(loaded.settings.guest_page, expected);
        assert!(loaded.show(false).contains("free_notes = true"));
        assert_eq!(loaded.show_json(false)["guest_page"]["free_notes"], true);
    }
    let by_environment = environment(&[("TABLEORDER_GUEST_PAGE_FREE_NOTES", "true")]);
    assert!(load(&by_environment).expect("settings").settings.guest_page.free_notes);
    assert!(refusal(&environment(&[("TABLEORDER_GUEST_PAGE_FREE_NOTES", "1")])).contains("must be true or false"));
}

#[test]
fn every_setting_of_the_shipped_file_has_a_comment_above_it() {
    let lines: Vec<_> = DEFAULT_FILE.lines().collect();
    for (index, line) in lines.iter().enumerate().filter(|(_, line)| line.contains(" = ") && !line.starts_with('#')) {
        let above = lines[..index].iter().rev().find(|above| !above.starts_with('['));
        assert!(above.is_some_and(|above| above.starts_with('#')), "{line}");
    }
}

#[test]
fn a_flag_beats_the_environment_beats_the_file_beats_the_default() {
    let (_folder, mut sources) = file("[server]\nport = 1\nbind = \"127.0.0.1\"\n[disk]\nwarn_mib = 7\n");
    sources.environment =
        environment(&[("TABLEORDER_SERVER_PORT", "2"), ("TABLEORDER_DISK_WARN_MIB", "8")]).environment;
    let sources = sources.with_flag("server", "port", Some("3".into())).with_flag("data", "dir", None);
    let loaded = load(&sources).expect("settings");
    assert_eq!((loaded.settings.server.port, loaded.settings.disk.warn_mib), (3, 8));
    assert_eq!(loaded.settings.server.bind, IpAddr::from([127, 0, 0, 1]));
    let shown = loaded.show(true);
    for line in [
        "port = 3  # flag --port",
        "warn_mib = 8  # environment TABLEORDER_DISK_WARN_MIB",
        "dir = \"./data\"  # default",
    ] {
        assert!(shown.contains(line), "{shown}");
    }
    assert!(shown.contains("shop.toml line 3"), "{shown}");
    assert_eq!(loaded.show_json(true)["server"]["port"]["origin"], "flag --port");
    assert_eq!(loaded.show_json(false)["server"]["port"], 3);
}

#[test]
fn what_is_shown_is_itself_a_settings_file() {
    let (_folder, sources) = file("[server]\nhosts = [\"shop.example\", \"A.B\"]\n[data]\ndir = 'a \"b\" \\\\ c'\n");
    let loaded = load(&sources).expect("settings");
    let (_folder, again) = file(&loaded.show(true));
    assert_eq!(load(&again).expect("settings").settings, loaded.settings);
    assert_eq!(loaded.settings.server.hosts, ["shop.example", "a.b"]);
}

#[test]
fn unknown_names_are_refused_with_their_line() {
    for (text, line, says) in [
        (
            "[server]\n\nprot = 80\n",
            "line 3",
            "there is no setting in [server] named \"prot\"; there are bind, port, hosts",
        ),
        ("\n[sever]\nport = 80\n", "line 2", "there is no section named \"sever\""),
        ("port = 80\n", "line 1", "there is no section named \"port\""),
        ("server = 80\n", "line 1", "write [server]"),
        ("[server]\nport = 80\nport = 81\n", "line 3", "TOML"),
        ("[server]\nport = \n", "line 2", "TOML"),
        ("[server]\nport.x = 1\n", "line 2", "server.port must be a whole number"),
    ] {
        let (_folder, sources) = file(text);
        let refusal = refusal(&sources);
        assert!(refusal.contains(&format!("shop.toml {line}: ")), "{text}: {refusal}");
        assert!(refusal.contains(says), "{text}: {refusal}");
    }
}

#[test]
fn wrong_values_are_refused_with_their_bounds() {
    for (text, says) in [
        ("[server]\nport = 65536", "server.port must be a whole number from 0 to 65535"),
        ("[server]\nport = -1", "from 0 to 65535"),
        ("[server]\nport = 1.5", "from 0 to 65535"),
        ("[server]\nport = \"80\"", "from 0 to 65535"),
        ("[server]\nport = 99999999999999999999", "from 0 to 65535"),
        ("[server]\nbind = \"everywhere\"", "must be an IP address"),
        ("[server]\nhosts = \"a\"", "must be a list"),
        ("[server]\nhosts = [\"http://a\"]", "without port or http://"),
        ("[server]\nhosts = [1]", "must be a list"),
        ("[data]\ndir = \"\"", "must name a folder"),
        ("[data]\ndir = 5", "must be a text"),
        ("[store]\ntime_zone = \"Asia/Soul\"", "IANA"),
        ("[store]\nday_cutoff_hour = 24", "from 0 to 23"),
        ("[store]\ncurrency = \"won\"", "three capital letters"),
        ("[log]\nlevel = \"=nonsense=\"", "must be error"),
        ("[limits]\nstreams_total = 0", "from 1 to 100000"),
    ] {
        let (_folder, sources) = file(text);
        let refusal = refusal(&sources);
        assert!(refusal.contains("shop.toml line 2: ") && refusal.contains(says), "{text}: {refusal}");
    }
}

#[test]
fn all_mistakes_are_told_at_once() {
    let (_folder, mut sources) = file("[server]\nport = -1\nprot = 1\n");
    sources.environment = environment(&[("TABLEORDER_STREAM_RETRY_MS", "soon")]).environment;
    assert_eq!(load(&sources).expect_err("refused").len(), 3);
}

#[test]
fn the_environment_is_refused_by_name() {
    for (name, value, says) in [
        ("TABLEORDER_SERVER_PORT", "http", "environment TABLEORDER_SERVER_PORT: server.port must be a whole number"),
        ("TABLEORDER_SERVER_PROT", "80", "environment TABLEORDER_SERVER_PROT: there is no setting"),
        ("TABLEORDER_SERVER_HOSTS", "a b", "environment TABLEORDER_SERVER_HOSTS: server.hosts"),
    ] {
        let refusal = refusal(&environment(&[(name, value)]));
        assert!(refusal.contains(says), "{refusal}");
    }
    let loaded =
        load(&environment(&[("TABLEORDER_SERVER_HOSTS", "a.example, b.example"), ("TABLEORDER_X", "1"), ("X", "1")]));
    let loaded = loaded.expect("settings");
    assert_eq!(loaded.settings.server.hosts, ["a.example", "b.example"]);
    assert_eq!(loaded.warnings.len(), 1);
}

#[test]
fn a_file_that_is_named_must_be_there() {
    let missing = Sources { file: Some("/nonexistent/shop.toml".into()), ..Sources::default() };
    assert!(refusal(&missing).starts_with("/nonexistent/shop.toml: cannot be read"));
    let (_folder, sources) = file("");
    assert_eq!(load(&sources).expect("settings").settings, Settings::default());
}

#[test]
fn what_clients_do_to_their_connections_is_logged_only_when_it_is_asked_for_by_name() {
    let hears =
        |text: &str, part: &str| super::log_targets(text).expect("a level").would_enable(part, &tracing::Level::ERROR);
    for level in ["info", "trace", "warn,tableorder=debug"] {
        assert!(!hears(level, "actix_http::h1::dispatcher"), "{level}");
        assert!(hears(level, "actix_http::h1") && hears(level, "tableorder::app"), "{level}");
    }
    assert!(hears("info,actix_http::h1::dispatcher=debug", "actix_http::h1::dispatcher"));
}
