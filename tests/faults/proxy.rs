//! A network that loses things: a TCP proxy that eats answers, cuts requests and answers in the middle, delays and stalls.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use super::dice::Dice;
use super::program::Port;

const LOOK: Duration = Duration::from_millis(20);

pub struct Proxy {
    /// Where clients connect to.
    pub port: Port,
    mischief: Arc<AtomicU64>,
    stop: Arc<AtomicBool>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Request,
    Answer,
}

impl Proxy {
    /// Begins one before a program, wherever that listens.
    pub fn before(program: Port, mut dice: Dice) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        listener.set_nonblocking(true).expect("a TCP option");
        let port = Port::default();
        port.store(listener.local_addr().expect("an address").port(), Ordering::Relaxed);
        let proxy = Self { port, mischief: Arc::default(), stop: Arc::default() };
        let (mischief, stop) = (Arc::clone(&proxy.mischief), Arc::clone(&proxy.stop));
        std::thread::spawn(move || {
            while !stop.load(Ordering::Relaxed) {
                let Ok((client, _)) = listener.accept() else {
                    std::thread::sleep(LOOK);
                    continue;
                };
                let Ok(server) = TcpStream::connect(("127.0.0.1", program.load(Ordering::Relaxed))) else { continue };
                let _ = client.set_nonblocking(false);
                for (way, from, to) in [(Way::Request, &client, &server), (Way::Answer, &server, &client)] {
                    let (from, to) = (from.try_clone().expect("a socket"), to.try_clone().expect("a socket"));
                    let (dice, mischief) = (dice.split(), Arc::clone(&mischief));
                    std::thread::spawn(move || carry(way, from, to, dice, &mischief));
                }
            }
        });
        proxy
    }

    /// Times it ate, cut, delayed or stalled something.
    pub fn mischief(&self) -> u64 {
        self.mischief.load(Ordering::Relaxed)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

/// Carries bytes one way until the connection ends, in which it has a hand.
fn carry(way: Way, mut from: TcpStream, mut to: TcpStream, mut dice: Dice, mischief: &AtomicU64) {
    let mut bytes = vec![0; 16 << 10];
    while let Ok(count @ 1..) = from.read(&mut bytes) {
        let mut kept = count;
        let mut ends = false;
        match (way, dice.roll(100)) {
            // The answer is eaten: its request was carried out.
            (Way::Answer, 0..5) => (kept, ends) = (0, true),
            (_, 5..9) => (kept, ends) = (usize::try_from(dice.roll(count as u64)).expect("a count"), true),
            (_, 9..14) => std::thread::sleep(Duration::from_millis(dice.within(5..120))),
            (_, 14) => {
                std::thread::sleep(Duration::from_millis(dice.within(500..2_000)));
                ends = true;
            }
            _ => {
                if to.write_all(&bytes[..count]).is_err() {
                    break;
                }
                continue;
            }
        }
        mischief.fetch_add(1, Ordering::Relaxed);
        if to.write_all(&bytes[..kept]).is_err() || ends {
            break;
        }
    }
    let _ = from.shutdown(Shutdown::Both);
    let _ = to.shutdown(Shutdown::Both);
}
