//! The n-th write, sync, open, create, rename or remove of the journal fails, or the n-th flush of the trees, once or from
//! then on. What was acknowledged before is there once the disk is well again; nothing else was acknowledged.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use super::dice::Dice;
use super::drive::operations;
use super::run::{Figures, Run};
use super::scene::Scene;

/// Enough large orders to fill the first segment and begin another.
const LARGE_ORDERS: u32 = 42;
const TRIES: u32 = 3;
/// A store that could not be written is tried again every 5 s.
const RECOVERY_LIMIT: Duration = Duration::from_secs(15);
/// Failures of a life that the short run picks, beside one write and one sync.
const PICKED: usize = 7;

/// The lives of the script: a first start, and one on what a clean stop left.
const LIVES: [Life; 2] = [Life::First, Life::Second];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Life {
    First,
    Second,
}

#[test]
fn nth_failure() {
    if !cfg!(debug_assertions) {
        println!("NOT RUN: failures on order need a debug build");
        return;
    }
    let run = Run::begin("nth_failure");
    let mut dice = run.dice();
    let mut figures = Figures::default();
    for life in LIVES {
        let mut whole = Script::begin(&mut dice);
        whole.play(life, "");
        let kinds = operations(&std::fs::read(whole.faults.join("log")).expect("a log"));
        assert!(["write", "sync", "create", "rename"].iter().all(|kind| kinds.contains_key(*kind)), "{kinds:?}");
        figures += whole.end("without a failure");
        for (kind, nth, often) in failures(&kinds, run.is_long, &mut dice) {
            // A medium of which nothing at all can be read is lost, and stays lost: that is no passing failure.
            let often = if kind == "read" { "once" } else { often };
            let errno = *dice.pick(&["eio", "enospc"]);
            let plan = format!("fail {kind} {nth} {errno} {often}\n");
            let moment = format!("seed {}, {life:?} life, {}", run.seed, plan.trim());
            let mut script = Script::begin(&mut dice);
            script.play(life, &plan);
            figures.faults += 1;
            figures += script.end(&moment);
        }
    }
    run.end(figures, "failed operations");
}

/// Every n of every kind, or some by chance.
fn failures(kinds: &BTreeMap<String, u64>, all: bool, dice: &mut Dice) -> Vec<(String, u64, &'static str)> {
    if all {
        let every = kinds.iter().flat_map(|(kind, count)| (1..=*count).map(move |nth| (kind, nth)));
        return every.flat_map(|(kind, nth)| ["once", "on"].map(|often| (kind.clone(), nth, often))).collect();
    }
    let names: Vec<_> = kinds.keys().map(String::as_str).collect();
    let mut picked = vec!["write", "sync"];
    picked.extend((0..PICKED).map(|_| *dice.pick(&names)));
    let failure = |kind: &str| (kind.to_owned(), dice.within(1..kinds[kind] + 1), *dice.pick(&["once", "on"]));
    picked.into_iter().map(failure).collect()
}

struct Script {
    scene: Scene,
    faults: PathBuf,
    dice: Dice,
}

impl Script {
    fn begin(dice: &mut Dice) -> Self {
        let mut scene = Scene::open("nth_failure");
        let faults = scene.folder.join("faults");
        std::fs::create_dir_all(&faults).expect("a folder");
        scene.program.set("TABLEORDER_FAULTS_FOLDER", faults.display().to_string());
        Self { scene, faults, dice: dice.split() }
    }

    /// Lives up to the one with the plan, as far as it lets them.
    fn play(&mut self, with_plan: Life, plan: &str) {
        for life in LIVES {
            let _ = std::fs::remove_file(self.faults.join("log"));
            std::fs::write(self.faults.join("plan"), if life == with_plan { plan } else { "" }).expect("written");
            // Where it cannot be written the store is served read-only; a start that fails is an answer too: nothing is served then.
            if self.scene.program.try_start().is_ok() {
                self.serve(life);
            }
            if life == with_plan && self.dice.chance(50) {
                // The failure is met by a running program, and perhaps by its stop.
                return;
            }
            if self.scene.program.is_running() {
                self.scene.program.stop();
            }
            if life == with_plan {
                return;
            }
        }
    }

    fn serve(&mut self, life: Life) {
        let at_once = AtomicBool::new(true);
        let mut guest = self.scene.guest(&format!("{life:?}"), 1, self.dice.split());
        let mut other = self.scene.guest(&format!("{life:?}-other"), 2, self.dice.split());
        let mut staff = self.scene.staff_member(&format!("{life:?}-staff"), self.dice.split());
        for _ in 0..6 {
            if let Some(order) = other.order(&at_once) {
                staff.handle(&order, &at_once);
            }
        }
        staff.finish(self.scene.shop.table_ids[1], &at_once);
        for _ in 0..if life == Life::First { LARGE_ORDERS } else { 2 } {
            if guest.order_a_lot(TRIES).is_none() && !self.scene.program.is_running() {
                break;
            }
        }
    }

    /// The disk is well again: everything acknowledged is there, and the shop goes on.
    fn end(mut self, moment: &str) -> Figures {
        let _ = std::fs::remove_file(self.faults.join("plan"));
        // A program that lives on recovers by itself; one that does not is started again.
        // The view, once moved aside, is not opened again for a minute, so that it cannot fill the disk with itself.
        let waits_long = moment.contains("trees");
        if !self.scene.program.is_running() || waits_long || self.dice.chance(50) {
            self.scene.program.kill();
            self.scene.program.start();
        }
        let mut guest = self.scene.guest("afterwards", 3, self.dice.split());
        let begin = Instant::now();
        while guest.order(&AtomicBool::new(true)).is_none() {
            let words = self.scene.program.last_words();
            assert!(begin.elapsed() < RECOVERY_LIMIT, "{moment}: no order is taken afterwards: {words}");
            if !self.scene.program.is_running() {
                self.scene.program.start();
            }
        }
        self.scene.check.since_last(moment);
        self.scene.check.nothing_is_degraded(moment);
        self.scene.close()
    }
}
