//! A restaurant under load: the program on a folder of its own, guests, staff and screens, the record and the check.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::check::Check;
use super::client::{Client, Login};
use super::dashboard::{Dashboard, Habit};
use super::dice::Dice;
use super::guest::Guest;
use super::program::{Port, Program};
use super::record::Record;
use super::run::{Figures, scratch};
use super::shop::{Shop, TABLES, copy_folder};
use super::staff::StaffMember;

/// Screens must have seen everything by then once all is quiet.
const CATCH_UP_LIMIT: Duration = Duration::from_secs(20);

/// How many do what, and how fast.
#[derive(Debug, Clone, Copy)]
pub struct Crowd {
    pub guests: u64,
    pub staff: u64,
    /// Between two orders of a guest.
    pub guest_pause: Duration,
    /// Between two writes of staff.
    pub staff_pause: Duration,
    pub screens: bool,
}

impl Default for Crowd {
    fn default() -> Self {
        let (guest_pause, staff_pause) = (Duration::from_millis(10), Duration::from_millis(12));
        Self { guests: 6, staff: 1, guest_pause, staff_pause, screens: true }
    }
}

pub struct Scene {
    pub folder: PathBuf,
    pub program: Program,
    pub shop: Shop,
    pub record: Arc<Record>,
    pub check: Check,
    /// Where clients connect to; the program's own port unless something stands between.
    pub clients_port: Port,
    stop: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
    /// So that names of clients, and with them keys, are never used twice.
    crowds: u64,
}

impl Scene {
    /// A fresh restaurant; nothing runs yet.
    pub fn open(name: &str) -> Self {
        Self::open_in(name, "Asia/Seoul")
    }

    pub fn open_in(name: &str, zone: &str) -> Self {
        let shop = Shop::of_zone(zone);
        let folder = scratch().join(format!("{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        copy_folder(&shop.folder, &folder.join("data"));
        let program = Program::new(&folder.join("data"), &folder.join("log"));
        let record = Arc::new(Record::begin(&folder.join("record.jsonl")));
        let client = Client::new(program.port(), Login::Staff, shop.staff_token.clone());
        let check = Check::new(client, Arc::clone(&record));
        let clients_port = program.port();
        let stop = Arc::default();
        Self { folder, program, shop, record, check, clients_port, stop, threads: Vec::new(), crowds: 0 }
    }

    pub fn staff_client(&self) -> Client {
        Client::new(Arc::clone(&self.clients_port), Login::Staff, self.shop.staff_token.clone())
    }

    /// A tablet of the table with that number.
    pub fn tablet(&self, number: u64) -> Client {
        let token = &self.shop.table_tokens[usize::try_from(number - 1).expect("a place")];
        Client::new(Arc::clone(&self.clients_port), Login::Table(number), token.clone())
    }

    pub fn guest(&self, name: &str, table: u64, dice: Dice) -> Guest {
        Guest::new(name.to_owned(), self.tablet(table), &self.shop, Arc::clone(&self.record), dice)
    }

    pub fn staff_member(&self, name: &str, dice: Dice) -> StaffMember {
        StaffMember::new(name.to_owned(), self.staff_client(), &self.shop, Arc::clone(&self.record), dice)
    }

    /// Lets a crowd in; the program must listen.
    pub fn begin_service(&mut self, crowd: Crowd, dice: &mut Dice) {
        self.crowds += 1;
        self.stop = Arc::default();
        let turn = self.crowds;
        for place in 0..crowd.guests {
            let guest = self.guest(&format!("guest{place}.{turn}"), place % TABLES + 1, dice.split());
            self.spawn(move |stop| guest.order_on(crowd.guest_pause, stop));
        }
        for place in 0..crowd.staff {
            let member = self.staff_member(&format!("staff{place}.{turn}"), dice.split());
            self.spawn(move |stop| member.work_on(crowd.staff_pause, stop));
        }
        if crowd.screens {
            self.put_up_screens(dice);
        }
    }

    fn put_up_screens(&mut self, dice: &mut Dice) {
        let habits = [("stayed", Habit::Stays), ("flapped", Habit::Flaps), ("came late", Habit::ComesLate)];
        if self.check.dashboards.is_empty() {
            for (name, habit) in habits {
                self.check.dashboards.push(Dashboard::new(name, habit, None));
            }
            for (name, habit, table) in
                [("table that stayed", Habit::Stays, 0), ("table that flapped", Habit::Flaps, 1)]
            {
                self.check.dashboards.push(Dashboard::new(name, habit, Some(self.shop.table_ids[table])));
            }
        }
        for screen in self.check.dashboards.clone() {
            let table = screen.table.and_then(|id| self.shop.table_ids.iter().position(|known| *known == id));
            let client = table.map_or_else(|| self.staff_client(), |place| self.tablet(place as u64 + 1));
            let dice = dice.split();
            self.spawn(move |stop| screen.watch(client, dice, stop));
        }
    }

    fn spawn(&mut self, work: impl FnOnce(&AtomicBool) + Send + 'static) {
        let stop = Arc::clone(&self.stop);
        self.threads.push(std::thread::spawn(move || work(&stop)));
    }

    /// Sends everybody home; a client that met something wrong fails the run here.
    pub fn end_service(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        for thread in self.threads.drain(..) {
            if let Err(panic) = thread.join() {
                std::panic::resume_unwind(panic);
            }
        }
    }

    /// Whether a client met something wrong already.
    pub fn fail_early(&mut self, moment: &str) {
        if self.threads.iter().any(JoinHandle::is_finished) {
            self.stop.store(true, Ordering::Relaxed);
            for thread in self.threads.drain(..) {
                if let Err(panic) = thread.join() {
                    std::panic::resume_unwind(panic);
                }
            }
            panic!("{moment}: a client went home");
        }
    }

    /// Ends the service, waits until the screens that stay have seen all, and checks everything.
    pub fn end(mut self, moment: &str) -> Figures {
        self.stop_guests_then_screens(moment);
        self.check.everything(moment);
        self.close()
    }

    /// Stops the program and removes all that was written.
    pub fn close(mut self) -> Figures {
        self.program.stop();
        let figures = self.check.figures();
        let folder = self.folder.clone();
        drop(self);
        let _ = std::fs::remove_dir_all(folder);
        figures
    }

    fn stop_guests_then_screens(&mut self, moment: &str) {
        // Guests and staff use the same sign to stop as the screens; a screen that is put up again goes on where it was.
        self.end_service();
        if self.check.dashboards.is_empty() {
            return;
        }
        self.check.since_last(moment);
        self.stop = Arc::default();
        self.put_up_screens(&mut Dice::new(1));
        let head = self.check.head();
        let begin = Instant::now();
        let behind = |screen: &&Arc<Dashboard>| screen.table.is_none() && screen.last().is_none_or(|last| last < head);
        while let Some(screen) = self.check.dashboards.iter().find(behind) {
            assert!(
                begin.elapsed() < CATCH_UP_LIMIT,
                "{moment}: {} stands at {:?}, not {head}",
                screen.name,
                screen.last()
            );
            std::thread::sleep(Duration::from_millis(10));
        }
        self.end_service();
    }
}

impl Drop for Scene {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}
