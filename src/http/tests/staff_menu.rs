//! `/api/admin/categories` and `/api/admin/menus`.

use actix_web::http::Method;
use serde_json::{Value, json};

use super::shop::{Ask, Shop};

fn post(shop: &Shop, path: &str, body: &Value) -> Ask {
    shop.staff(Method::POST, path).json(body)
}

#[actix_web::test]
async fn categories_are_added_changed_ordered_and_removed() {
    let shop = Shop::open().await;
    let names = json!({"en": "Drinks", "ja": null, "zh-Hans": "饮料"});
    let made =
        post(&shop, "/api/admin/categories", &json!({"name": " 음료 ", "names": names})).send().await.expect(201);
    assert_eq!((&made["name"], &made["sort"]), (&json!("음료"), &json!(1)));
    assert_eq!((&made["names"]["en"], &made["names"]["zh-Hans"]), (&json!("Drinks"), &json!("饮料")));
    post(&shop, "/api/admin/categories", &json!({"name": "음료"})).send().await.refused(409, "CONFLICT");
    let path = format!("/api/admin/categories/{}", made["id"]);
    let patch = |body: Value| shop.staff(Method::PATCH, &path).json(&body);
    assert_eq!(patch(json!({"name": "주류"})).send().await.expect(200)["names"]["en"], "Drinks", "absent is unchanged");
    assert_eq!(patch(json!({"names": null})).send().await.expect(200)["names"].get("en").and_then(Value::as_str), None);
    assert_eq!(patch(json!({})).send().await.expect(200)["name"], "주류");
    patch(json!({"name": "찌개"})).send().await.refused(409, "CONFLICT");
    patch(json!({"name": null})).send().await.refused_field("name");
    patch(json!({"names": {"fr": "Boissons"}})).send().await.refused(400, "VALIDATION_ERROR");
    let order = |ids: Value| shop.staff(Method::PUT, "/api/admin/categories/order").json(&json!({ "ids": ids }));
    let ordered = order(json!([2, 1])).send().await.expect(200);
    assert_eq!((&ordered["categories"][0]["id"], &ordered["categories"][1]["id"]), (&json!(2), &json!(1)));
    assert_eq!(shop.staff(Method::GET, "/api/admin/categories").send().await.expect(200), ordered);
    for wrong in [json!([1]), json!([1, 2, 3]), json!([1, 1]), json!([])] {
        order(wrong).send().await.refused(409, "CONFLICT");
    }
    shop.staff(Method::DELETE, "/api/admin/categories/1").send().await.refused(409, "CONFLICT");
    shop.staff(Method::DELETE, &path).send().await.expect(204);
    shop.staff(Method::DELETE, &path).send().await.refused(404, "NOT_FOUND");
    patch(json!({"name": "x"})).send().await.refused(404, "NOT_FOUND");
}

#[actix_web::test]
async fn an_item_is_added_with_everything_and_read_back() {
    let shop = Shop::open().await;
    let body = json!({
        "name": "막걸리", "price": 6000, "category_id": 1, "description": "생막걸리", "names": {"en": "Makgeolli"},
        "descriptions": {"en": "Rice wine"}, "origin": "쌀 국내산", "allergens": ["wheat"], "alcohol": true,
        "badges": ["popular", "new"], "drawing": "drink:white",
        "option_groups": [{"name": "잔", "min": 0, "max": 2, "options": [
            {"name": "잔 하나"}, {"name": "할인", "price_delta": -500, "available": false, "names": {"en": "Discount"}}]}],
    });
    let made = post(&shop, "/api/admin/menus", &body).send().await.expect(201);
    for member in ["name", "price", "category_id", "description", "origin", "allergens", "alcohol", "badges", "drawing"]
    {
        assert_eq!(made[member], body[member], "{member}");
    }
    assert_eq!((&made["names"]["en"], &made["descriptions"]["en"]), (&json!("Makgeolli"), &json!("Rice wine")));
    let options = &made["option_groups"][0]["options"];
    assert_eq!((&options[0]["price_delta"], &options[0]["available"]), (&json!(0), &json!(true)));
    assert_eq!((&options[1]["price_delta"], &options[1]["available"]), (&json!(-500), &json!(false)));
    let path = format!("/api/admin/menus/{}", made["id"]);
    assert_eq!(shop.staff(Method::GET, &path).send().await.expect(200), made);
    let keyed = || post(&shop, "/api/admin/menus", &body).key("m");
    let first = keyed().send().await.expect(201);
    assert_eq!(keyed().send().await.expect(201), first);
}

#[actix_web::test]
async fn a_change_leaves_what_is_absent_and_clears_what_is_null() {
    let shop = Shop::open().await;
    let full = json!({"name": "a", "price": 1, "category_id": 1, "description": "d", "origin": "o", "allergens": [],
        "badges": ["new"], "alcohol": true, "drawing": "x", "names": {"en": "A"}});
    let made = post(&shop, "/api/admin/menus", &full).send().await.expect(201);
    let path = format!("/api/admin/menus/{}", made["id"]);
    let patch = |body: Value| shop.staff(Method::PATCH, &path).json(&body);
    assert_eq!(patch(json!({})).send().await.expect(200), made);
    let mut expected = made.clone();
    expected["price"] = json!(2);
    assert_eq!(patch(json!({"price": 2})).send().await.expect(200), expected);
    let nulls = json!({"description": null, "origin": null, "allergens": null, "badges": null, "alcohol": null, "drawing": null, "names": null});
    let cleared = patch(nulls).send().await.expect(200);
    for member in ["description", "origin", "allergens", "drawing"] {
        assert_eq!(cleared[member], Value::Null, "{member}");
    }
    assert_eq!((&cleared["badges"], &cleared["alcohol"]), (&json!([]), &json!(false)));
    for field in ["name", "price", "category_id"] {
        patch(json!({ field: null })).send().await.refused_field(field);
    }
    patch(json!({"category_id": 99})).send().await.refused(404, "NOT_FOUND");
    patch(json!({"image": null})).send().await.refused(400, "VALIDATION_ERROR");
    shop.staff(Method::DELETE, &path).send().await.expect(204);
    patch(json!({"price": 3})).send().await.refused(404, "NOT_FOUND");
    shop.staff(Method::GET, &path).send().await.refused(404, "NOT_FOUND");
}

#[actix_web::test]
async fn ids_of_groups_and_options_survive_an_edit_and_foreign_ones_are_refused() {
    let shop = Shop::open().await;
    let cakes = shop.staff(Method::GET, "/api/admin/menus/2").send().await.expect(200);
    let mut groups = cakes["option_groups"].clone();
    groups[0]["options"][1]["name"] = json!("아주 매운맛");
    groups[1]["options"].as_array_mut().expect("options").push(json!({"name": "어묵", "price_delta": 700}));
    let edit =
        |groups: Value| shop.staff(Method::PATCH, "/api/admin/menus/2").json(&json!({ "option_groups": groups }));
    let edited = edit(groups).send().await.expect(200);
    assert_eq!(edited["option_groups"][0]["options"][1]["id"], cakes["option_groups"][0]["options"][1]["id"]);
    assert_eq!(edited["option_groups"][1]["options"][3]["id"], 6);
    let group = |id: u64| json!([{"id": id, "name": "g", "min": 0, "max": 1, "options": [{"name": "o"}]}]);
    edit(group(99)).send().await.refused_field("option_groups[0].id");
    for (broken, field) in [
        (json!([{"name": "g", "min": 2, "max": 1, "options": [{"name": "a"}, {"name": "b"}]}]), "option_groups[0].min"),
        (json!([{"name": "g", "min": 0, "max": 2, "options": [{"name": "a"}]}]), "option_groups[0].max"),
        (json!([{"name": "g", "min": 0, "max": 0, "options": [{"name": "a"}]}]), "option_groups[0].max"),
        (json!([{"name": "g", "min": 0, "max": 1, "options": []}]), "option_groups[0].options"),
        (json!([{"name": "", "min": 0, "max": 1, "options": [{"name": "a"}]}]), "option_groups[0].name"),
        (
            json!([{"name": "g", "min": 0, "max": 1, "options": [{"name": "a", "price_delta": 10_000_001}]}]),
            "option_groups[0].options[0].price_delta",
        ),
    ] {
        edit(broken).send().await.refused_field(field);
    }
}

#[actix_web::test]
async fn bounds_of_items_are_those_of_the_contract() {
    let shop = Shop::open().await;
    let with = |field: &str, value: Value| {
        let mut body = json!({"name": "x", "price": 1, "category_id": 1});
        body[field] = value;
        body
    };
    for (field, good) in [
        ("price", json!(0)),
        ("price", json!(10_000_000)),
        ("name", json!("가".repeat(100))),
        ("description", json!("가".repeat(500))),
        ("origin", json!("가".repeat(200))),
        ("badges", json!(vec!["b"; 8])),
    ] {
        post(&shop, "/api/admin/menus", &with(field, good)).send().await.expect(201);
    }
    for (field, wrong) in [
        ("price", json!(-1)),
        ("price", json!(10_000_001)),
        ("price", json!(0.5)),
        ("name", json!("")),
        ("name", json!("가".repeat(101))),
        ("description", json!("가".repeat(501))),
        ("origin", json!("가".repeat(201))),
        ("badges", json!(vec!["b"; 9])),
        ("alcohol", json!("yes")),
        ("allergens", json!("milk")),
    ] {
        post(&shop, "/api/admin/menus", &with(field, wrong)).send().await.refused_field(field);
    }
    post(&shop, "/api/admin/menus", &with("category_id", json!(99))).send().await.refused(404, "NOT_FOUND");
    post(&shop, "/api/admin/categories", &json!({"name": "가".repeat(51)})).send().await.refused_field("name");
}

#[actix_web::test]
async fn items_are_listed_in_pages_and_ordered_within_their_category() {
    let shop = Shop::open().await;
    let first = shop.staff(Method::GET, "/api/admin/menus?limit=3").send().await.expect(200);
    let next = first["next_cursor"].as_str().expect("more");
    let second = shop.staff(Method::GET, &format!("/api/admin/menus?limit=3&cursor={next}")).send().await.expect(200);
    let ids = |page: &Value| {
        page["menus"].as_array().expect("items").iter().map(|item| item["id"].clone()).collect::<Vec<_>>()
    };
    assert_eq!((ids(&first), ids(&second)), (vec![json!(1), json!(2), json!(3)], vec![json!(4)]));
    assert_eq!(second["next_cursor"], Value::Null);
    let order = |ids: Value| shop.staff(Method::PUT, "/api/admin/menus/order").json(&json!({ "ids": ids }));
    let ordered = order(json!([4, 1, 3, 2])).send().await.expect(200);
    assert_eq!(ids(&ordered), [json!(4), json!(1), json!(3), json!(2)]);
    let menu = shop.table(Method::GET, "/api/menus").send().await.expect(200);
    assert_eq!(menu["categories"][0]["items"][0]["id"], 4);
    order(json!([4, 1, 3])).send().await.refused(409, "CONFLICT");
    order(json!([99])).send().await.refused(404, "NOT_FOUND");
}

#[actix_web::test]
async fn availability_is_set_as_a_whole() {
    let shop = Shop::open().await;
    let put = |body: Value| shop.staff(Method::PUT, "/api/admin/menus/1/availability").json(&body);
    let sold_out = put(json!({"available": false, "remaining": null, "until": "day_end"})).send().await.expect(200);
    assert_eq!((&sold_out["available"], &sold_out["until"]), (&json!(false), &json!("day_end")));
    let counted = put(json!({"available": true, "remaining": 0, "until": null})).send().await.expect(200);
    assert_eq!(
        (&counted["available"], &counted["remaining"], &counted["until"]),
        (&json!(false), &json!(0), &Value::Null)
    );
    let selling = put(json!({"available": true})).send().await.expect(200);
    assert_eq!((&selling["available"], &selling["remaining"]), (&json!(true), &Value::Null));
    put(json!({"available": true, "until": "tomorrow"})).send().await.refused_field("until");
    put(json!({"available": true, "remaining": -1})).send().await.refused_field("remaining");
    put(json!({"remaining": 1})).send().await.refused(400, "VALIDATION_ERROR");
    let unknown = shop.staff(Method::PUT, "/api/admin/menus/99/availability").json(&json!({"available": true}));
    unknown.send().await.refused(404, "NOT_FOUND");
}
