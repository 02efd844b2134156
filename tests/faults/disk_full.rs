//! The disk fills up while guests order, and is full when the program starts: new orders are refused with 503, reads go
//! on, and once there is room orders are taken again by the same process. On a small file system of its own.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::json;

use super::dice::Dice;
use super::run::{Figures, Run, scratch};
use super::scene::{Crowd, Scene};
use super::shop::copy_folder;

/// Limits are 5 % of it, 1.6 MiB.
const FILE_SYSTEM_MIB: u64 = 32;
/// The guard looks every second, a store that could not be written is tried again every 5 s.
const RECOVERY_LIMIT: Duration = Duration::from_secs(15);
/// Set for the run inside a user namespace, where mounting is allowed.
const INSIDE: &str = "FAULTS_MAY_MOUNT";

#[test]
fn disk_full() {
    let Some(disk) = SmallDisk::mount() else {
        if std::env::var(INSIDE).is_err() && run_where_mounting_is_allowed() {
            return;
        }
        println!("NOT RUN: disk_full needs root or `unshare -rm` to mount a small file system; neither works here");
        return;
    };
    let run = Run::begin("disk_full");
    let mut dice = run.dice();
    let mut figures = Figures::default();
    for round in 0..run.count(2, 12) {
        let moment = format!("seed {}, round {round}", run.seed);
        figures += fill_while_serving(&disk, &mut dice, &moment);
        figures.faults += 2;
    }
    drop(disk);
    run.end(figures, "times the disk was full");
}

fn fill_while_serving(disk: &SmallDisk, dice: &mut Dice, moment: &str) -> Figures {
    let mut scene = Scene::open("disk_full");
    let data = disk.folder.join("data");
    let _ = std::fs::remove_dir_all(&data);
    copy_folder(&scene.shop.folder, &data);
    scene.program.data = data;
    scene.program.set("TABLEORDER_DISK_BALLAST_MIB", "64");
    scene.program.start();
    scene.begin_service(Crowd { guests: 4, ..Crowd::default() }, dice);
    wait_for_orders(&mut scene, 30, moment);
    disk.fill(dice.within(0..900) << 10);
    wait_until_refused(&scene, moment);
    let (status, _) = scene.staff_client().get("/api/admin/tables").expect("reads are answered");
    assert_eq!(status, 200, "{moment}: reads go on");
    // Somebody else of the staff may have finished it already.
    let path = format!("/api/admin/tables/{}/complete", scene.shop.table_ids[0]);
    let finished = scene.staff_client().ask("POST", &path, None, Some(&json!({"force": true})));
    assert!(matches!(finished, Some((200 | 409, _))), "{moment}: finishing goes on: {finished:?}");
    assert!(scene.program.is_running(), "{moment}: it ended: {}", scene.program.last_words());
    disk.make_room();
    wait_for_orders(&mut scene, 10, &format!("{moment}, room again"));
    // Only now: the history waits for its view, which has no room on a full disk.
    scene.check.since_last(moment);

    // Full at start, to the last byte.
    scene.program.kill();
    disk.fill(0);
    scene.program.start();
    let (status, _) = scene.staff_client().get("/api/admin/tables").expect("reads are answered");
    assert_eq!(status, 200, "{moment}: reads on a full disk");
    disk.make_room();
    wait_for_orders(&mut scene, 10, &format!("{moment}, room after a start on a full disk"));
    assert!(scene.program.is_running(), "{moment}: it ended: {}", scene.program.last_words());
    scene.check.since_last(moment);
    scene.end(moment)
}

/// Waits until so many more orders were acknowledged.
fn wait_for_orders(scene: &mut Scene, count: usize, moment: &str) {
    let (begin, before) = (Instant::now(), scene.record.acknowledged());
    while scene.record.acknowledged() < before + count {
        scene.fail_early(moment);
        let health = scene.staff_client().get("/health");
        assert!(
            begin.elapsed() < RECOVERY_LIMIT,
            "{moment}: no orders are taken: {health:?} {}",
            scene.program.last_words()
        );
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Waits until a new order is refused with 503 and the right code.
fn wait_until_refused(scene: &Scene, moment: &str) {
    let mut tablet = scene.tablet(5);
    let begin = Instant::now();
    for turn in 0.. {
        let body = json!({"items": [{"menu_id": scene.shop.menu[0], "quantity": 1, "options": []}]});
        let answer = tablet.ask(
            "POST",
            "/api/orders",
            Some(&format!("probe-{moment}-{turn}").replace([' ', ','], "-")),
            Some(&body),
        );
        if let Some((503, problem)) = &answer {
            assert_eq!(problem["error_code"], "SERVICE_UNAVAILABLE", "{moment}");
            return;
        }
        assert!(begin.elapsed() < RECOVERY_LIMIT, "{moment}: orders are not refused on a full disk: {answer:?}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// A small file system that only this run uses.
struct SmallDisk {
    folder: PathBuf,
}

impl SmallDisk {
    fn mount() -> Option<Self> {
        let folder = scratch().join(format!("small-disk-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        let size = format!("size={FILE_SYSTEM_MIB}m,mode=0700");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(&folder).output();
        mounted.is_ok_and(|output| output.status.success()).then_some(Self { folder })
    }

    fn filler(&self) -> PathBuf {
        self.folder.join("filler")
    }

    /// Fills it up to so many free bytes.
    fn fill(&self, left: u64) {
        let mut file = File::options().create(true).append(true).open(self.filler()).expect("a file");
        let block = vec![1; 64 << 10];
        loop {
            let free = free_bytes(&self.folder);
            let wanted = usize::try_from(free.saturating_sub(left)).expect("a size").min(block.len());
            if wanted == 0 || file.write_all(&block[..wanted]).is_err() {
                return;
            }
        }
    }

    fn make_room(&self) {
        std::fs::remove_file(self.filler()).expect("removed");
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.folder).output();
        let _ = std::fs::remove_dir(&self.folder);
    }
}

fn free_bytes(folder: &Path) -> u64 {
    let numbers = rustix::fs::statvfs(folder).expect("a file system");
    numbers.f_bavail * numbers.f_frsize
}

/// Runs this same test in a user and mount namespace of its own; false where that does not work.
fn run_where_mounting_is_allowed() -> bool {
    let may = Command::new("unshare").args(["-rm", "true"]).output();
    if !may.is_ok_and(|output| output.status.success()) {
        return false;
    }
    let this = std::env::current_exe().expect("this program");
    let status =
        Command::new("unshare").arg("-rm").arg(this).args(["disk_full", "--nocapture"]).env(INSIDE, "1").status();
    assert!(status.expect("it runs").success(), "disk_full failed");
    true
}
