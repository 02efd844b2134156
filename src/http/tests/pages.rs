//! The pages and their files.

use actix_web::http::Method;

use super::shop::Shop;
use crate::http::assets;

#[actix_web::test]
async fn pages_have_a_strict_policy_and_load_from_the_versioned_prefix() {
    let shop = Shop::open().await;
    let prefix = assets::prefix();
    for path in assets::page_addresses() {
        let page = shop.ask(Method::GET, path).send().await;
        page_is_strict(&page);
        let html = String::from_utf8(page.body.to_vec()).expect("UTF-8");
        assert!(!html.contains("__ASSETS__") && html.contains(&prefix), "{path}");
        let known = shop.ask(Method::GET, path).header("If-None-Match", page.header("ETag")).send().await;
        assert_eq!((known.status, known.body.len()), (304, 0), "{path}");
        for file in html.split(['"', '\'']).filter(|text| text.starts_with(&prefix)) {
            let file = file.split('#').next().unwrap_or(file);
            let reply = shop.ask(Method::GET, file).send().await;
            assert_eq!(reply.status, 200, "{path} loads {file}");
            assert!(reply.header("Cache-Control").contains("immutable"), "{file}");
        }
        shop.ask(Method::POST, path).send().await.refused(405, "METHOD_NOT_ALLOWED");
        assert_eq!(shop.ask(Method::HEAD, path).send().await.status, 200);
    }
    assert!(assets::page_addresses().any(|path| path == "/"), "there is a guest page");
}

#[actix_web::test]
async fn the_api_explorer_is_there_only_when_the_program_is_built_with_it() {
    let shop = Shop::open().await;
    let status = shop.ask(Method::GET, "/api/explorer").send().await.status;
    assert_eq!(status, if cfg!(feature = "api-explorer") { 200 } else { 404 });
}

fn page_is_strict(page: &super::shop::Reply) {
    assert_eq!(page.status, 200);
    assert_eq!(page.header("Content-Type"), "text/html; charset=utf-8");
    assert_eq!(page.header("Cache-Control"), "no-cache");
    let policy = page.header("Content-Security-Policy");
    for part in [
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:;",
        "connect-src 'self';",
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "form-action 'self'",
    ] {
        assert!(policy.contains(part), "{part}");
    }
    assert!(!policy.contains("unsafe"));
}

#[actix_web::test]
async fn files_are_compressed_and_only_those_of_this_version_are_served() {
    let shop = Shop::open().await;
    let file = format!("{}guest/bundle.css", assets::prefix());
    let plain = shop.ask(Method::GET, &file).send().await;
    assert_eq!(plain.header("Content-Type"), "text/css; charset=utf-8");
    for (accept, encoding) in [("gzip", "gzip"), ("br, gzip", "gzip")] {
        let reply = shop.ask(Method::GET, &file).header("Accept-Encoding", accept).send().await;
        assert_eq!((reply.status, reply.header("Content-Encoding")), (200, encoding));
        assert!(reply.body.len() < plain.body.len());
        assert_ne!(reply.header("ETag"), plain.header("ETag"));
    }
    let prefix = assets::prefix();
    for path in [
        "/assets/000000000000/guest/bundle.css".to_owned(),
        format!("{prefix}styles/nothing.css"),
        format!("{prefix}../Cargo.toml"),
        format!("{prefix}%2e%2e/Cargo.toml"),
        format!("{prefix}..%2fCargo.toml"),
        format!("{prefix}/etc/passwd"),
        prefix.clone(),
        "/assets/".to_owned(),
    ] {
        shop.ask(Method::GET, &path).send().await.refused(404, "NOT_FOUND");
    }
}
