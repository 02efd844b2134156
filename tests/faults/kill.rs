//! Kill -9 at any time under load, and during the start that follows.

use std::time::Duration;

use super::run::{Figures, Run};
use super::scene::{Crowd, Scene};

/// Kills before a fresh restaurant: so that starts are met with little and with much on disk.
const KILLS_A_SCENE: u64 = 40;
/// A start takes about this long here; a kill falls anywhere into it and a little after.
const START_MS: u64 = 80;

#[test]
fn kill() {
    let run = Run::begin("kill");
    let mut dice = run.dice();
    let (mut figures, mut during_start) = (Figures::default(), 0);
    let mut left = run.count(30, 520);
    while left > 0 {
        let kills = left.min(KILLS_A_SCENE);
        left -= kills;
        let mut scene = Scene::open("kill");
        scene.program.start();
        // Many guests who are not in a hurry: the checks after each kill read everything, and must keep up.
        let crowd = if run.is_long {
            Crowd { guests: 9, guest_pause: Duration::from_millis(40), ..Crowd::default() }
        } else {
            Crowd::default()
        };
        scene.begin_service(crowd, &mut dice);
        let mut done = 0;
        while done < kills {
            std::thread::sleep(Duration::from_millis(dice.within(20..350)));
            if dice.chance(15) {
                // An owner's stop in between leaves a checkpoint for the starts to come.
                scene.program.stop();
            } else {
                scene.program.kill();
                done += 1;
            }
            while dice.chance(45) && done < kills {
                scene.program.start_and_kill(Duration::from_millis(dice.roll(START_MS)));
                during_start += 1;
                done += 1;
            }
            scene.program.start();
            let moment = format!("seed {}, after kill {done} of {kills}", run.seed);
            scene.fail_early(&moment);
            scene.check.since_last(&moment);
        }
        figures.faults += kills;
        figures += scene.end(&format!("seed {}, in the end", run.seed));
        run.say(figures);
    }
    assert!(figures.orders > figures.faults && figures.shown > 0, "the load was real: {figures:?}");
    run.end(figures, &format!("kills ({during_start} of them during start)"));
}
