//! Photos of dishes in a store's life: kept while a dish shows them, removed when none has for long.

use std::fs::{self, File};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use tableorder::domain::command::Command;
use tableorder::domain::ids::MenuItemId;
use tableorder::store::{Housekeeping, PictureRefused};

use super::shop::Shop;

fn photo() -> Bytes {
    let mut file = Vec::new();
    let encoder = jpeg_encoder::Encoder::new(&mut file, 90);
    encoder.encode(&[100, 150, 200].repeat(40 * 30), 40, 30, jpeg_encoder::ColorType::Rgb).expect("encoded");
    file.into()
}

fn changed(file: &Path) -> SystemTime {
    fs::metadata(file).and_then(|metadata| metadata.modified()).expect("there")
}

#[actix_web::test]
async fn the_house_removes_only_pictures_that_no_dish_has_shown_for_long() {
    let shop = Shop::open().await;
    let image = shop.store.take_picture(photo()).await.expect("taken");
    shop.run(Command::SetMenuImage(MenuItemId::new(1), Some(image))).await;
    let uploads = shop.folder.path().join(".uploads").join("shop");
    let file = |name: &str| uploads.join(format!("{name}.jpg"));
    let (shown, unwanted) = (file(&image.small.to_string()), file(&"0".repeat(64)));
    fs::write(&unwanted, b"of a dish of long ago").expect("written");
    let long_ago = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
    for file in [&shown, &unwanted] {
        File::open(file).and_then(|file| file.set_modified(long_ago)).expect("set");
    }
    actix_web::rt::spawn(Housekeeping { hour: 4, view_factor: 4 }.keep(Arc::clone(&shop.directory)));
    while unwanted.exists() || changed(&shown) == long_ago {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    for picture in image.pictures() {
        assert!(shop.store.picture(picture).await.expect("read").is_some());
    }
}

#[actix_web::test]
async fn a_picture_that_cannot_be_kept_is_not_taken() {
    let shop = Shop::open().await;
    fs::write(shop.folder.path().join(".uploads"), b"in the way").expect("written");
    let refused = shop.store.take_picture(photo()).await;
    assert!(matches!(&refused, Err(PictureRefused::Failed(why)) if why.contains("cannot be kept")), "{refused:?}");
    assert!(matches!(shop.store.take_picture(Bytes::from_static(b"text")).await, Err(PictureRefused::AnotherKind)));
}
