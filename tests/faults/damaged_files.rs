//! Every single file of the data folder is cut, zeroed, changed in a bit or removed, and the trees as a whole. The program
//! starts, takes orders, and has the whole history in the end. Only where the damaged bytes held acknowledged events may
//! those be gone; then health says so, and nothing that is left is changed or doubled.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::book::ask;
use super::client::Client;
use super::dice::Dice;
use super::run::{Figures, Run};
use super::scene::{Crowd, Scene};
use super::shop::copy_folder;

/// Damages that the short run picks, beside those of segments and checkpoint that count, and the removed trees.
const PICKED: u64 = 14;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Damage {
    Emptied,
    Halved,
    LastByteCut,
    Zeroed,
    BitFlipped,
    Removed,
}

const DAMAGES: [Damage; 8] = [
    Damage::Emptied,
    Damage::Halved,
    Damage::LastByteCut,
    Damage::Zeroed,
    Damage::BitFlipped,
    Damage::BitFlipped,
    Damage::BitFlipped,
    Damage::Removed,
];

#[test]
fn damaged_files() {
    let run = Run::begin("damaged_files");
    let mut dice = run.dice();
    let mut figures = Figures::default();
    let worn = Worn::make(&mut dice);
    let mut cases: Vec<_> = worn.files.iter().flat_map(|file| DAMAGES.map(|damage| (file.clone(), damage))).collect();
    if !run.is_long {
        cases = (0..PICKED).map(|_| dice.pick(&cases).clone()).collect();
        // Those that matter most are always among them.
        let mut segments = vec![worn.newest_segment(), worn.largest_segment()];
        segments.extend(worn.files.iter().find(|file| file.extension().is_some_and(|end| end == "gz")).cloned());
        for damage in [Damage::BitFlipped, Damage::BitFlipped, Damage::BitFlipped, Damage::Halved] {
            cases.extend(segments.iter().map(|segment| (segment.clone(), damage)));
            cases.push((worn.newest_checkpoint(), damage));
        }
    }
    cases.push((PathBuf::from("stores/shop/trees"), Damage::Removed));
    for (file, damage) in cases {
        let moment = format!("seed {}, {} {damage:?}", run.seed, file.display());
        worn.start_damaged(&file, damage, &mut dice, &moment);
        // The order that is taken afterwards; those of the worn folder count once.
        figures.orders += 1;
        figures.faults += 1;
    }
    figures.orders += worn.scene.close().orders;
    run.end(figures, "damaged files");
}

/// A data folder with everything in it that a shop's gathers: several starts, checkpoints, a history, logs.
struct Worn {
    scene: Scene,
    folder: PathBuf,
    /// All files in it, relative to it.
    files: Vec<PathBuf>,
    /// Seq of the newest checkpoint.
    checkpoint: u64,
    /// Every event, by seq.
    events: BTreeMap<u64, Value>,
    history: BTreeMap<u64, Value>,
}

impl Worn {
    fn make(dice: &mut Dice) -> Self {
        let mut scene = Scene::open("damaged_files");
        let crowd = Crowd { staff: 2, guest_pause: Duration::from_millis(50), screens: false, ..Crowd::default() };
        scene.program.set("TABLEORDER_LOG_FOLDER", scene.folder.join("data/logs").display().to_string());
        for life in 0..4 {
            scene.program.start();
            scene.begin_service(crowd, dice);
            std::thread::sleep(Duration::from_millis(900));
            scene.end_service();
            // The newest life ends without a checkpoint, others with one.
            if life == 1 || life == 3 { scene.program.kill() } else { scene.program.stop() }
        }
        // What the last kill left is settled by one more start, so that only the damage can lose anything. It also
        // compresses what is old enough, where the program can be told to hurry.
        let hurry = scene.folder.join("faults");
        std::fs::create_dir_all(&hurry).expect("a folder");
        std::fs::write(hurry.join("plan"), "hurry\n").expect("written");
        scene.program.set("TABLEORDER_FAULTS_FOLDER", hurry.display().to_string());
        scene.program.start();
        if cfg!(debug_assertions) {
            wait_for_a_compressed_segment(&scene.program.data.join("stores/shop/journal"));
        }
        scene.check.everything("before any damage");
        let mut client = scene.staff_client();
        let (events, history) = (read_events(&mut client), read_history(&mut client));
        scene.program.kill();
        let folder = scene.folder.join("worn");
        std::fs::rename(&scene.program.data, &folder).expect("moved");
        let mut files = Vec::new();
        list(&folder, &folder, &mut files);
        files.sort();
        let name = |file: &PathBuf| file.file_name().expect("a name").to_string_lossy().into_owned();
        let checkpoints = files.iter().filter_map(|file| name(file).strip_suffix(".checkpoint")?.parse().ok());
        let checkpoint = checkpoints.max().expect("a checkpoint");
        Self { scene, folder, files, checkpoint, events, history }
    }

    fn newest_segment(&self) -> PathBuf {
        let segments = self.files.iter().filter(|file| is_segment(file));
        segments.max_by_key(|file| generation(file)).expect("a segment").clone()
    }

    /// The newest one is small: the start that settled everything wrote it.
    fn largest_segment(&self) -> PathBuf {
        let segments = self.files.iter().filter(|file| is_segment(file));
        let size = |file: &&PathBuf| std::fs::metadata(self.folder.join(file)).expect("a file").len();
        segments.max_by_key(size).expect("a segment").clone()
    }

    fn newest_checkpoint(&self) -> PathBuf {
        let checkpoints = self.files.iter().filter(|file| file.extension().is_some_and(|end| end == "checkpoint"));
        checkpoints.max().expect("a checkpoint").clone()
    }

    /// Starts on a damaged copy and checks it.
    fn start_damaged(&self, file: &Path, damage: Damage, dice: &mut Dice, moment: &str) {
        let mut scene = Scene::open("damaged_file");
        let _ = std::fs::remove_dir_all(&scene.program.data);
        copy_folder(&self.folder, &scene.program.data);
        do_damage(&scene.program.data.join(file), damage, dice);
        scene.program.start();
        let mut client = scene.staff_client();
        let mut guest = scene.guest("afterwards", 4, dice.split());
        let order = guest.order(&AtomicBool::new(true));
        let order = order.unwrap_or_else(|| panic!("{moment}: no order is taken: {}", scene.program.last_words()));
        let health = client.get("/health").map(|(_, health)| health).expect("health answers");
        let is_degraded = health["status"] == "degraded";
        let events = read_events(&mut client);
        let history = read_history(&mut client);
        let lost: BTreeSet<_> = self.events.keys().filter(|seq| events.get(seq) != self.events.get(seq)).collect();
        // Of the newest segment only its first seq is known when nothing of it is left; the seqs behind that are used
        // again, in another lineage.
        let is_newest = file == self.newest_segment();
        let is_unknowable = |seq: u64| is_newest && is_degraded && seq > generation(file).1;
        for seq in lost.iter().filter(|seq| !is_unknowable(***seq)) {
            assert_eq!(events.get(seq), None, "{moment}: event {seq} was changed from {:?}", self.events[seq]);
        }
        assert!(lost.is_empty() || is_segment(file), "{moment}: {lost:?} are lost: {health}");
        let is_noticed = lost.is_empty() || is_degraded;
        assert!(is_segment(file) || !is_degraded, "{moment}: nothing was lost, but {health}");
        for (session, kept) in &self.history {
            let told = history.get(session);
            assert!(
                told == Some(kept) || !lost.is_empty() && is_noticed,
                "{moment}: session {session} was {kept}, is {told:?}"
            );
        }
        let keys = events.values().filter(|event| event["type"] == "order_created");
        let mut keys: Vec<_> = keys.map(|event| event["data"]["order"]["key"].to_string()).collect();
        let count = keys.len();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), count, "{moment}: an order stands there twice");
        assert!(events.values().any(|event| event["data"]["order"]["id"] == order["id"]), "{moment}: the new order");
        if is_degraded {
            // Until the owner knows.
            let confirmed = client.ask("POST", "/api/admin/losses/confirm", None, Some(&json!({})));
            assert!(matches!(confirmed, Some((200, _))), "{moment}: {confirmed:?}");
            let health = client.get("/health");
            assert!(matches!(health, Some((200, _))), "{moment}: confirmed, and still {health:?}");
        }
        scene.program.stop();
        if !is_noticed {
            // A start does not read what its checkpoint holds. The state and the history are whole then, and `verify` says
            // which events are gone.
            let newest = lost.last().expect("some are lost");
            assert!(**newest <= self.checkpoint, "{moment}: {lost:?} are lost and nobody says so: {health}");
            let verified = scene.program.command(&["verify"]).output().expect("it runs");
            assert_eq!(
                verified.status.code(),
                Some(3),
                "{moment}: verify does not say that {lost:?} are lost: {verified:?}"
            );
        }
        scene.close();
    }
}

fn wait_for_a_compressed_segment(journal: &Path) {
    let begin = Instant::now();
    let is_there = || {
        let entries = std::fs::read_dir(journal).expect("a folder").flatten();
        entries.map(|entry| entry.file_name()).any(|name| name.to_string_lossy().ends_with(".journal.gz"))
    };
    while !is_there() {
        assert!(begin.elapsed() < Duration::from_secs(10), "no segment is compressed");
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn do_damage(file: &Path, damage: Damage, dice: &mut Dice) {
    if file.is_dir() {
        return std::fs::remove_dir_all(file).expect("removed");
    }
    if damage == Damage::Removed {
        return std::fs::remove_file(file).expect("removed");
    }
    let mut bytes = std::fs::read(file).expect("read");
    match damage {
        Damage::Emptied => bytes.clear(),
        Damage::Halved => bytes.truncate(bytes.len() / 2),
        Damage::LastByteCut => drop(bytes.pop()),
        Damage::Zeroed => bytes.fill(0),
        Damage::BitFlipped if !bytes.is_empty() => {
            let place = usize::try_from(dice.roll(bytes.len() as u64)).expect("a place");
            bytes[place] ^= 1 << dice.roll(8);
        }
        Damage::BitFlipped | Damage::Removed => {}
    }
    std::fs::write(file, bytes).expect("written");
}

fn is_segment(file: &Path) -> bool {
    file.to_string_lossy().contains("/journal/") && file.to_string_lossy().contains(".journal")
}

/// Generation and first seq of a segment, from its name.
fn generation(file: &Path) -> (u64, u64) {
    let name = file.file_name().expect("a name").to_string_lossy().into_owned();
    let mut numbers = name.split('.').map(|part| part.parse().unwrap_or(0));
    let first = numbers.next().unwrap_or(0);
    (numbers.next().unwrap_or(0), first)
}

fn list(root: &Path, folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            list(root, &path, files);
        } else {
            files.push(path.strip_prefix(root).expect("below").to_owned());
        }
    }
}

/// The seq after which the store can tell everything; 0 unless its oldest segment is gone.
fn beginning(client: &mut Client) -> u64 {
    let mut is_too_old = |after: u64| {
        let page = ask(client, &format!("/api/sync?as=staff&after={after}")).expect("an answer");
        page["snapshot"]["seq"].as_u64()
    };
    let Some(head) = is_too_old(0) else { return 0 };
    let (mut too_old, mut fits) = (0, head);
    while too_old + 1 < fits {
        let middle = u64::midpoint(too_old, fits);
        if is_too_old(middle).is_some() { too_old = middle } else { fits = middle }
    }
    fits
}

/// Every event that the store still has, by seq.
fn read_events(client: &mut Client) -> BTreeMap<u64, Value> {
    let (mut events, mut after) = (BTreeMap::new(), beginning(client));
    loop {
        let page = ask(client, &format!("/api/sync?as=staff&after={after}")).expect("an answer");
        for event in page["events"].as_array().expect("events") {
            events.insert(event["seq"].as_u64().expect("a seq"), event.clone());
        }
        after = page["last_event_id"].as_u64().expect("a seq");
        if page["more"] == false {
            return events;
        }
    }
}

/// Every finished session, by id.
fn read_history(client: &mut Client) -> BTreeMap<u64, Value> {
    let (mut sessions, mut cursor) = (BTreeMap::new(), String::new());
    loop {
        let path = format!("/api/admin/history?date_from=2000-01-01&date_to=2200-01-01{cursor}");
        let page = ask(client, &path).expect("an answer");
        for session in page["sessions"].as_array().expect("sessions") {
            let twice = sessions.insert(session["id"].as_u64().expect("an id"), session.clone());
            assert_eq!(twice, None, "a session stands in the history twice");
        }
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return sessions,
        }
    }
}
