//! The demo on the pure domain: complete, within bounds, and resumable after any step.

use super::shop::DemoShop;
use super::*;
use crate::clock::{self, Calendar};
use crate::domain::command::Envelope;
use crate::domain::decide;
use crate::domain::menu::Translations;
use crate::domain::order::OrderStatus;
use crate::domain::text::{CategoryName, Description, MenuName, Note, StoreName};

fn execute(state: &mut StoreState, principal: Principal, command: Command) {
    let at = clock::now();
    let business_day = Calendar::new("Asia/Seoul", 5).expect("a zone").business_day(at);
    let envelope = Envelope { principal, at, business_day, key: None, command };
    let commit = decide::execute(state, &envelope).unwrap_or_else(|error| panic!("{:?}: {error:?}", envelope.command));
    assert!(commit.is_some(), "a step that changes nothing would never end: {:?}", envelope.command);
}

fn demo() -> Demo {
    Demo::read("hash".into()).expect("the shipped description")
}

fn built() -> (StoreState, usize) {
    let mut state = StoreState::default();
    execute(&mut state, Principal::System, Command::CreateStore(demo().new_store("hash".into()).expect("a store")));
    let mut steps = 0;
    // A demo of its own for each step: nothing is remembered between steps but the store itself.
    while let Some(Step { principal, command }) = demo().next_step(&state) {
        execute(&mut state, principal, command);
        steps += 1;
        assert!(steps < 1_000, "the demo never gets complete");
    }
    (state, steps)
}

#[test]
fn it_is_the_restaurant_that_the_readme_promises() {
    let (state, _) = built();
    assert_eq!(state.access.tables.len(), 12);
    assert!(state.menu.items.len() >= 60, "{}", state.menu.items.len());
    assert!(state.menu.categories.len() >= 6);
    let items = || state.menu.items.values();
    assert!(items().any(|item| !item.option_groups.is_empty()));
    assert!(items().any(|item| !item.available), "something is sold out");
    assert!(items().all(|item| item.names.en.is_some() && item.drawing.is_some()), "English and drawings");
    for status in [OrderStatus::Pending, OrderStatus::Preparing, OrderStatus::Completed] {
        assert!(state.orders.values().any(|order| order.status == status), "{status:?}");
    }
    assert!(state.sessions.len() >= 4 && state.calls.values().any(|call| call.resolved.is_none()));
}

#[test]
fn tables_categories_and_items_keep_the_order_they_are_written_in() {
    let (state, _) = built();
    let shop = DemoShop::read().expect("the shipped description");
    let written: Vec<_> = shop.categories.iter().map(|category| &category.name).collect();
    let shown = state.menu.categories_in_order();
    assert_eq!(shown.iter().map(|category| &category.name).collect::<Vec<_>>(), written);
    for (category, written) in shown.iter().zip(&shop.categories) {
        let names: Vec<_> = state.menu.items_in_order(category.id).iter().map(|item| item.name.clone()).collect();
        assert_eq!(names, written.items.iter().map(|item| item.name.clone()).collect::<Vec<_>>());
    }
}

#[test]
fn its_texts_keep_the_domain_s_bounds() {
    let shop = DemoShop::read().expect("the shipped description");
    let check = |same: bool, text: &str| assert!(same, "{text}");
    let name = |name: &MenuName| check(MenuName::parse(name.as_str()).as_ref() == Ok(name), name.as_str());
    let names = |all: &Translations<MenuName>| {
        [&all.en, &all.ja, &all.zh_hans, &all.zh_hant].into_iter().flatten().for_each(name);
    };
    let describe = |text: &Description| check(Description::parse(text.as_str()).as_ref() == Ok(text), text.as_str());
    let label = |label: &Label| check(Label::parse(label.as_str()).as_ref() == Ok(label), label.as_str());
    check(StoreName::parse(shop.store_name.as_str()).as_ref() == Ok(&shop.store_name), shop.store_name.as_str());
    shop.tables.iter().filter_map(|table| table.label.as_ref()).for_each(label);
    for category in &shop.categories {
        check(CategoryName::parse(category.name.as_str()).as_ref() == Ok(&category.name), category.name.as_str());
        for item in &category.items {
            name(&item.name);
            names(&item.names);
            item.description.iter().for_each(describe);
            item.descriptions.en.iter().for_each(describe);
            item.drawing.iter().chain(&item.badges).chain(item.allergens.iter().flatten()).for_each(label);
            item.origin.iter().for_each(|note| check(Note::parse(note.as_str()).as_ref() == Ok(note), note.as_str()));
            assert!(item.price >= crate::domain::money::Money::ZERO);
            for group in &item.option_groups {
                name(&group.name);
                names(&group.names);
                assert!(group.min <= group.max && group.max as usize <= group.options.len() && group.max > 0);
                group.options.iter().for_each(|option| {
                    name(&option.name);
                    names(&option.names);
                });
            }
        }
    }
}

#[test]
fn everybody_can_get_in_with_what_is_printed() {
    let (state, _) = built();
    let access = access_of(state.access.tables.values().map(|table| table.number.get()));
    assert_eq!(state.profile.as_ref().map(|profile| profile.slug.as_str()), Some(access.store.as_str()));
    assert!(state.access.users.values().any(|user| user.username.as_str() == access.username));
    let numbers: Vec<_> = access.tables.iter().map(|table| table.number).collect();
    assert_eq!(numbers, (1..=12).collect::<Vec<_>>());
    assert!((8..=128).contains(&PASSWORD.len()) && (4..=50).contains(&TABLE_PASSWORD.len()));
}
