//! The power goes: the program is killed, and its folder is rebuilt as a disk may look that kept only what was synced for
//! certain. The disk is slow now and then, so that cuts fall between a write and its sync. Sometimes the power goes
//! again while the program recovers.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::dice::Dice;
use super::drive::Drive;
use super::run::{Figures, Run};
use super::scene::{Crowd, Scene};
use super::shop::copy_folder;

const CUTS_A_SCENE: u64 = 40;
/// Percent of unsynced sectors, lengths and names that survive.
const SURVIVING: [u64; 4] = [0, 30, 50, 90];
/// How long a sync takes longer than it does here.
const SYNC_DELAYS_MS: [u64; 5] = [0, 0, 2, 5, 15];

#[test]
fn power_cut() {
    if !cfg!(debug_assertions) {
        println!("NOT RUN: power cuts need a debug build, which tells what it writes");
        return;
    }
    let run = Run::begin("power_cut");
    let mut dice = run.dice();
    let mut figures = Figures::default();
    let mut left = run.count(14, 240);
    while left > 0 {
        let cuts = left.min(CUTS_A_SCENE);
        left -= cuts;
        let mut scene = Scene::open("power_cut");
        let mut power = Power::of(&mut scene);
        power.on(&mut dice);
        scene.program.start();
        scene.begin_service(Crowd::default(), &mut dice);
        let mut done = 0;
        while done < cuts {
            std::thread::sleep(Duration::from_millis(dice.within(30..350)));
            // After a clean stop too, which leaves a checkpoint: then older segments are compressed.
            if dice.chance(25) {
                scene.program.stop();
            } else {
                scene.program.kill();
            }
            let mut how = power.cut(&mut scene, &mut dice);
            done += 1;
            while dice.chance(25) && done < cuts {
                power.on(&mut dice);
                scene.program.start_and_kill(Duration::from_millis(dice.roll(120)));
                how = power.cut(&mut scene, &mut dice);
                done += 1;
            }
            power.on(&mut dice);
            scene.program.start();
            let moment = format!("seed {}, after cut {done} of {cuts} ({how})", run.seed);
            scene.fail_early(&moment);
            scene.check.since_last(&moment);
            scene.check.nothing_is_degraded(&moment);
        }
        figures.faults += cuts;
        figures += scene.end(&format!("seed {}, in the end", run.seed));
        run.say(figures);
    }
    assert!(figures.orders > figures.faults && figures.shown > 0, "the load was real: {figures:?}");
    run.end(figures, "power cuts");
}

/// The supply of one scene's program.
pub struct Power {
    faults: PathBuf,
    data: PathBuf,
    journal: PathBuf,
    trees: PathBuf,
    /// The trees as they were when the power came on.
    older_trees: PathBuf,
    drive: Drive,
}

impl Power {
    pub fn of(scene: &mut Scene) -> Self {
        let faults = scene.folder.join("faults");
        std::fs::create_dir_all(&faults).expect("a folder");
        scene.program.set("TABLEORDER_FAULTS_FOLDER", faults.display().to_string());
        let data = scene.program.data.canonicalize().expect("a folder");
        let (journal, trees) = (data.join("stores/shop/journal"), data.join("stores/shop/trees"));
        let older_trees = scene.folder.join("older-trees");
        Self { faults, data, journal, trees, older_trees, drive: Drive::default() }
    }

    /// All that is in the folder counts as durable; what is written from here on is noted.
    pub fn on(&mut self, dice: &mut Dice) {
        self.drive = Drive::holding(&self.journal);
        let _ = std::fs::remove_dir_all(&self.older_trees);
        if self.trees.is_dir() {
            copy_folder(&self.trees, &self.older_trees);
        }
        let _ = std::fs::remove_file(self.faults.join("log"));
        let delay = *dice.pick(&SYNC_DELAYS_MS);
        std::fs::write(self.faults.join("plan"), format!("delay sync {delay}\nhurry\n")).expect("written");
    }

    /// Makes of the folder what a cut leaves; the program must be dead. Tells how.
    pub fn cut(&mut self, scene: &mut Scene, dice: &mut Dice) -> String {
        let log = std::fs::read(self.faults.join("log")).unwrap_or_default();
        self.drive.replay(&log);
        let percent = *dice.pick(&SURVIVING);
        let left = self.drive.cut(percent, dice);
        // What was there is kept for whoever looks into a failure.
        let before = scene.folder.join("before-the-cut");
        let _ = std::fs::remove_dir_all(&before);
        std::fs::rename(&self.journal, &before).expect("moved");
        std::fs::create_dir(&self.journal).expect("a folder");
        for (path, bytes) in left {
            assert!(path.starts_with(&self.data), "{} is elsewhere", path.display());
            std::fs::write(&path, bytes).expect("written");
        }
        format!("{percent} % survive, {}", self.cut_trees(dice))
    }

    /// sled's own writes are not recorded, so that its folder is anything that a cut could leave, and worse.
    fn cut_trees(&self, dice: &mut Dice) -> &'static str {
        match dice.roll(4) {
            0 => "trees kept",
            1 if self.older_trees.is_dir() => {
                let _ = std::fs::remove_dir_all(&self.trees);
                copy_folder(&self.older_trees, &self.trees);
                "trees older"
            }
            2 => {
                zero_sectors(&self.trees.join("db"), dice);
                "trees with holes"
            }
            _ => {
                let _ = std::fs::remove_dir_all(&self.trees);
                "trees gone"
            }
        }
    }
}

fn zero_sectors(file: &Path, dice: &mut Dice) {
    let Ok(mut bytes) = std::fs::read(file) else { return };
    for sector in bytes.chunks_mut(512) {
        if dice.chance(2) {
            sector.fill(0);
        }
    }
    std::fs::write(file, bytes).expect("written");
}
