//! Everything at once, by chance: a network that loses answers, kills, kills during start, power cuts and a slow disk.

use std::sync::Arc;
use std::time::Duration;

use super::power_cut::Power;
use super::proxy::Proxy;
use super::run::{Figures, Run};
use super::scene::{Crowd, Scene};

#[test]
fn combined() {
    if !cfg!(debug_assertions) {
        println!("NOT RUN: power cuts need a debug build, which tells what it writes");
        return;
    }
    let run = Run::begin("combined");
    let mut dice = run.dice();
    let mut figures = Figures::default();
    let mut scene = Scene::open("combined");
    let mut power = Power::of(&mut scene);
    power.on(&mut dice);
    scene.program.start();
    let proxy = Proxy::before(scene.program.port(), dice.split());
    scene.clients_port = Arc::clone(&proxy.port);
    scene.begin_service(Crowd { staff: 2, ..Crowd::default() }, &mut dice);
    for round in 0..run.count(8, 100) {
        std::thread::sleep(Duration::from_millis(dice.within(50..600)));
        scene.program.kill();
        let mut how = "killed".to_owned();
        if dice.chance(50) {
            how = power.cut(&mut scene, &mut dice);
            power.on(&mut dice);
        }
        if dice.chance(30) {
            scene.program.start_and_kill(Duration::from_millis(dice.roll(100)));
        }
        scene.program.start();
        figures.faults += 1;
        let moment = format!("seed {}, round {round} ({how})", run.seed);
        scene.fail_early(&moment);
        scene.check.since_last(&moment);
    }
    figures += scene.end(&format!("seed {}, in the end", run.seed));
    assert!(figures.orders > figures.faults && figures.shown > 0, "the load was real: {figures:?}");
    run.end(figures, "kills and cuts behind a lossy network");
}
