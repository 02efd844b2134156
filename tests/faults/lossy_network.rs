//! Answers get lost, requests are cut in the middle: what is sent again by its key is one order, and screens miss nothing.

use std::sync::Arc;
use std::time::Duration;

use super::proxy::Proxy;
use super::run::{Figures, Run};
use super::scene::{Crowd, Scene};

#[test]
fn lossy_network() {
    let run = Run::begin("lossy_network");
    let mut dice = run.dice();
    let mut figures = Figures::default();
    let mut scene = Scene::open("lossy_network");
    scene.program.start();
    let proxy = Proxy::before(scene.program.port(), dice.split());
    scene.clients_port = Arc::clone(&proxy.port);
    scene.begin_service(Crowd { staff: 2, ..Crowd::default() }, &mut dice);
    for round in 0..run.count(4, 60) {
        std::thread::sleep(Duration::from_millis(1_500));
        let moment = format!("seed {}, round {round}", run.seed);
        scene.fail_early(&moment);
        scene.check.since_last(&moment);
    }
    figures += scene.end(&format!("seed {}, in the end", run.seed));
    figures.faults = proxy.mischief();
    assert!(figures.orders > 50 && figures.shown > 0 && figures.faults > 50, "the load was real: {figures:?}");
    run.end(figures, "answers and requests lost, cut or late");
}
