//! Speed and cost of the real binary, as ratios within one run. `cargo bench --bench load -- orders|menu|fanout|start`
//! (all but `start 1000000` without a word). Clients, server and yardsticks share this machine, so only ratios count.

mod client;
mod fanout;
mod menu;
mod orders;
mod server;
mod shop;
mod start;
mod yardstick;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    if words.first().is_some_and(|word| word == yardstick::FIXED_BYTES_WORD) {
        return yardstick::serve_fixed_bytes(&words);
    }
    let wanted = |name: &str| words.is_empty() || words.iter().any(|word| word == name);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    if wanted("orders") {
        runtime.block_on(orders::run());
    }
    if wanted("menu") {
        runtime.block_on(menu::run());
    }
    if wanted("fanout") {
        runtime.block_on(fanout::run());
    }
    if wanted("start") {
        let counts: Vec<usize> = words.iter().filter_map(|word| word.parse().ok()).collect();
        runtime.block_on(start::run(if counts.is_empty() { &[0, 10_000] } else { &counts }));
    }
}

/// A quantile of sorted samples.
fn quantile(sorted: &[f64], q: f64) -> f64 {
    let last = sorted.len().saturating_sub(1);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a rank within the list"
    )]
    let rank = (last as f64 * q).round() as usize;
    sorted.get(rank).copied().unwrap_or(f64::NAN)
}
