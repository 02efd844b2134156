//! Kill -9 at any moment under load: what was acknowledged is there exactly once and unchanged, order numbers are
//! unique, the event sequence has no hole, and no screen ever showed an order that is gone.
//!
//! `KILL_ROUNDS` (default 50) and `KILL_SEED` (printed) make it longer and repeatable.

mod book;
mod guest;
mod server;
mod watcher;

use std::time::Duration;

use book::Book;
use guest::Guests;
use server::Server;
use watcher::Watcher;

/// A small generator, so that a seed tells the whole run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }
}

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(default)
}

#[test]
fn nothing_acknowledged_is_lost_doubled_or_changed_by_kills() {
    let rounds = setting("KILL_ROUNDS", 50);
    let seed = setting("KILL_SEED", u64::from(std::process::id()) + 1);
    println!("KILL_SEED={seed} KILL_ROUNDS={rounds}");
    let mut dice = Dice(seed);
    let folder = tempfile::tempdir().expect("a folder");
    let mut server = Server::start(&folder.path().join("data"), 0);
    let token = server.staff_token();
    let mut book = Book::new(&token);
    let guests = Guests::start(&server, 6);
    let watcher = Watcher::start(server.port, token);
    for round in 0..rounds {
        std::thread::sleep(Duration::from_millis(20 + dice.roll(250)));
        server.kill();
        if dice.roll(3) == 0 {
            server.start_and_kill(Duration::from_millis(dice.roll(40)));
        }
        server.restart();
        // Taken before the store is read: what was told by then must be found.
        let (acknowledged, seen) = (guests.take_acknowledged(), watcher.take_seen());
        book.check(&server, &acknowledged, &seen, &format!("seed {seed}, round {round}"));
    }
    let (acknowledged, seen) = (guests.stop(), watcher.stop());
    book.check(&server, &acknowledged, &seen, &format!("seed {seed}, at the end"));
    book.check_all(&server);
    let (acknowledged, seen) = book.counts();
    assert!(acknowledged > usize::try_from(rounds).expect("few rounds"), "the load was real: {acknowledged}");
    assert!(seen > 0, "the watcher saw orders");
    println!("{rounds} kills, {acknowledged} acknowledged orders, {seen} events on a screen, 0 lost");
}
