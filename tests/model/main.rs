//! Random commands against three witnesses that must agree: a plain reference model, the StoreState that decided them,
//! and the state and view rebuilt from disk.

mod rebuilt;
mod reference;
mod wishes;

use proptest::prelude::*;
use reference::Reference;
use tableorder::domain::decide::execute;
use tableorder::domain::event::Commit;
use tableorder::domain::invariants;
use tableorder::domain::state::StoreState;
use wishes::{Wish, envelope, prepare_store, wishes};

/// Runs wishes through the domain and the reference; gives back the state and every commit.
fn run(wishes: &[Wish]) -> (StoreState, Vec<Commit>, Reference) {
    let (mut state, mut commits) = prepare_store();
    let mut reference = Reference::default();
    for (step, wish) in wishes.iter().enumerate() {
        let envelope = envelope(&state, step, wish);
        let before = state.clone();
        match execute(&mut state, &envelope) {
            Ok(Some(commit)) => {
                reference.watch(&commit);
                commits.push(commit);
            }
            Ok(None) => assert_eq!(state, before, "a wish without events changed the state"),
            Err(error) => {
                assert_eq!(state, before, "a refused wish changed the state: {error:?}");
                assert!(!matches!(error, tableorder::domain::error::DomainError::Invariant(_)), "{error:?}");
                assert!(!matches!(error, tableorder::domain::error::DomainError::Inapplicable(_)), "{error:?}");
            }
        }
    }
    (state, commits, reference)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn the_state_agrees_with_the_reference_and_its_own_sweep(wishes in wishes(120)) {
        let (state, _, reference) = run(&wishes);
        invariants::check_all(&state).expect("invariants hold");
        reference.agrees_with(&state);
    }

    #[test]
    fn replaying_the_commits_gives_the_same_state(wishes in wishes(80)) {
        let (state, commits, _) = run(&wishes);
        let mut replayed = StoreState::default();
        for commit in &commits {
            let json = serde_json::to_string(commit).expect("a commit serialises");
            let read: Commit = serde_json::from_str(&json).expect("a commit reads back");
            prop_assert_eq!(&read, commit);
            replayed.accept(&read).expect("a commit applies");
        }
        prop_assert_eq!(&replayed, &state);
        let checkpoint = serde_json::to_string(&state).expect("a state serialises");
        let read: StoreState = serde_json::from_str(&checkpoint).expect("a state reads back");
        prop_assert_eq!(&read, &state);
    }

    #[test]
    fn a_commit_that_does_not_fit_leaves_no_trace(wishes in wishes(40), drop in 0usize..200) {
        let (_, commits, _) = run(&wishes);
        let mut state = StoreState::default();
        let missing = drop % commits.len();
        for (index, commit) in commits.iter().enumerate() {
            if index == missing {
                state.skip_to(commit.last_seq());
                continue;
            }
            let before = state.clone();
            if state.accept(commit).is_err() {
                prop_assert_eq!(&state, &before);
                state.skip_to(commit.last_seq());
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn the_state_rebuilt_from_disk_is_the_same(wishes in wishes(120)) {
        let (state, commits, reference) = run(&wishes);
        rebuilt::agrees(&state, &commits, &reference);
    }
}
