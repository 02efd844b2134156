//! The clock jumps: a day on or back, across the end of the business day, over both changes of summer time, while the
//! program runs and while it does not. No number is given twice, no session is lost, no order refused, no lock sticks.

use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use serde_json::json;

use super::dice::Dice;
use super::run::{Figures, Run};
use super::scene::{Crowd, Scene};

/// A zone with summer time; the day ends at 05:00 there.
const ZONE: &str = "Europe/Berlin";
/// Where the clock is put to, as RFC 3339 with its milliseconds since 1970.
const MOMENTS: [(&str, i64); 8] = [
    ("2027-03-28T00:59:50Z, summer time begins", 1_806_195_590_000),
    ("2027-03-28T02:59:55Z, the first day that ends in summer time", 1_806_202_795_000),
    ("2027-10-31T00:59:50Z, summer time ends", 1_824_944_390_000),
    ("2027-10-31T01:30:00Z, the hour that comes twice", 1_824_946_200_000),
    ("2027-10-31T03:59:55Z, the first day that ends in winter time", 1_824_955_195_000),
    ("2027-01-10T03:59:58Z, just before the day ends", 1_799_553_598_000),
    ("2027-01-10T04:00:05Z, just after", 1_799_553_605_000),
    ("2001-01-01T00:00:00Z, an empty battery", 978_307_200_000),
];
/// Jumps before a fresh restaurant.
const JUMPS_A_SCENE: u64 = 12;
const DAY_MS: i64 = 86_400_000;
/// How often the program reads the file.
const LOOK: Duration = Duration::from_millis(250);
/// Longer than any lock may last.
const LOCK_SECONDS_MAX: u64 = 15 * 60;

#[test]
fn clock_jumps() {
    let run = Run::begin("clock_jumps");
    let mut dice = run.dice();
    let mut figures = Figures::default();
    let mut left = run.count(JUMPS_A_SCENE, 10 * JUMPS_A_SCENE);
    while left > 0 {
        left -= JUMPS_A_SCENE;
        figures += jump_about(run.seed, &mut dice);
    }
    run.end(figures, "jumps of the clock");
}

/// A restaurant whose clock jumps about while guests order.
fn jump_about(seed: u64, dice: &mut Dice) -> Figures {
    let mut scene = Scene::open_in("clock_jumps", ZONE);
    let clock = Clock::of(&mut scene);
    scene.program.start();
    scene.begin_service(Crowd { staff: 0, guest_pause: Duration::from_millis(40), ..Crowd::default() }, dice);
    lock_an_account(&scene);
    for round in 0..JUMPS_A_SCENE {
        let before = clock.now_ms();
        let (what, offset) = clock.jump(dice);
        let over_restart = dice.chance(30);
        let moment =
            format!("seed {}, jump {round}: {what}{}", seed, if over_restart { ", over a restart" } else { "" });
        if over_restart {
            scene.program.kill();
        }
        clock.put(offset);
        if over_restart {
            scene.program.start();
        }
        std::thread::sleep(LOOK);
        let acknowledged = scene.record.acknowledged();
        std::thread::sleep(Duration::from_millis(dice.within(100..400)));
        scene.fail_early(&moment);
        scene.check.since_last(&moment);
        assert!(scene.record.acknowledged() > acknowledged, "{moment}: orders stopped; the clock stood at {before}");
        lock_ends_in_time(&scene, &moment);
    }
    let found = scene.end(&format!("seed {seed}, in the end"));
    Figures { faults: JUMPS_A_SCENE, ..found }
}

struct Clock {
    file: PathBuf,
}

impl Clock {
    fn of(scene: &mut Scene) -> Self {
        let file = scene.folder.join("clock-offset");
        std::fs::write(&file, "0").expect("written");
        scene.program.set("TABLEORDER_CLOCK_OFFSET_FILE", file.display().to_string());
        Self { file }
    }

    fn offset(&self) -> i64 {
        std::fs::read_to_string(&self.file).expect("read").parse().expect("a number")
    }

    fn now_ms(&self) -> i64 {
        real_ms() + self.offset()
    }

    /// Where to put the clock next, in words and as an offset.
    fn jump(&self, dice: &mut Dice) -> (String, i64) {
        match dice.roll(4) {
            0 => ("a day on".to_owned(), self.offset() + DAY_MS),
            1 => ("a day back".to_owned(), self.offset() - DAY_MS),
            2 => ("right again".to_owned(), 0),
            _ => {
                let (what, ms) = *dice.pick(&MOMENTS);
                (what.to_owned(), ms - real_ms())
            }
        }
    }

    /// Under another name first, so that the program never reads half a number.
    fn put(&self, offset: i64) {
        let unfinished = self.file.with_extension("tmp");
        std::fs::write(&unfinished, offset.to_string()).expect("written");
        std::fs::rename(unfinished, &self.file).expect("renamed");
    }
}

fn real_ms() -> i64 {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("after 1970");
    i64::try_from(now.as_millis()).expect("a time")
}

/// The status, and the seconds that it says to wait.
fn try_wrong_password(scene: &Scene) -> (u16, u64) {
    let login = json!({"store": "shop", "username": "somebody", "password": "wrong password"});
    let mut client = scene.staff_client();
    let (status, _) = client.ask_as_nobody("POST", "/api/auth/admin/login", &login).expect("an answer");
    (status, client.retry_after_s.unwrap_or(0))
}

fn lock_an_account(scene: &Scene) {
    let locked = (0..6).any(|_| try_wrong_password(scene).0 == 429);
    assert!(locked, "five failures lock an account");
}

/// A lock never lasts longer than it was made for, wherever the clock stands.
fn lock_ends_in_time(scene: &Scene, moment: &str) {
    let (status, seconds) = try_wrong_password(scene);
    assert!(matches!(status, 401 | 429), "{moment}: {status}");
    assert!(seconds <= LOCK_SECONDS_MAX, "{moment}: locked for {seconds} s");
}
