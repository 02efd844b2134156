//! A shop under test: one store with an owner, two tables and a small menu, in a folder of its own.

use std::cell::Cell;
use std::future::poll_fn;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::Service;
use actix_web::http::header::HeaderMap;
use actix_web::http::{Method, StatusCode};
use actix_web::test::{TestRequest, init_service};
use actix_web::web;
use bytes::Bytes;
use futures_core::future::LocalBoxFuture;
use serde_json::{Value, json};

use crate::clock;
use crate::config::Settings;
use crate::domain::access::{Principal, Role};
use crate::domain::command::{Command, NewStore, NewTable, NewUser};
use crate::domain::event::Event;
use crate::domain::ids::{TableId, TableNumber, TabletId, UserId};
use crate::domain::text::{Label, StoreName, StoreSlug, Username};
use crate::http::identity::tablet_secret::TabletSecret;
use crate::http::identity::tokens::Subject;
use crate::http::{
    AppState, HealthCheck, HttpSettings, PageAddresses, SetupClaim, SetupCodes, SetupRefused, StreamLimits, TokenKeys,
    app, hash_password,
};
use crate::store::{OrderGate, StoreDirectory, StoreHandle, StoreSettings, StreamSettings};

/// The owner's password.
pub(super) const OWNER_PASSWORD: &str = "owner password";
/// Every table's password.
pub(super) const TABLE_PASSWORD: &str = "1234";

/// Folder of the pictures, beside the stores' and under a name that no store can have.
pub(super) const UPLOADS: &str = ".uploads";

type Serve = Rc<dyn Fn(TestRequest) -> LocalBoxFuture<'static, (StatusCode, HeaderMap, BoxBody)>>;

/// A shop under test.
pub(super) struct Shop {
    pub(super) folder: Rc<tempfile::TempDir>,
    pub(super) state: web::Data<AppState>,
    pub(super) store: StoreHandle,
    pub(super) owner: String,
    pub(super) tables: Vec<String>,
    pub(super) tablets: Vec<TabletId>,
    serve: Serve,
    keys_used: Cell<u64>,
}

/// What was answered.
#[derive(Debug, Clone)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
    /// Whether the body has no end of its own; it is not read then.
    pub(super) streams: bool,
}

impl Reply {
    pub(super) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }

    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("visible ASCII"))
    }

    /// The JSON of an answer with that status.
    #[track_caller]
    pub(super) fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", String::from_utf8_lossy(&self.body));
        if self.body.is_empty() { Value::Null } else { self.json() }
    }

    /// Checks that it is a refusal with that code and gives its document.
    #[track_caller]
    pub(super) fn refused(&self, status: u16, code: &str) -> Value {
        assert_eq!(self.status, status, "{}", String::from_utf8_lossy(&self.body));
        assert_eq!(self.header("Content-Type"), "application/problem+json");
        let problem = self.json();
        assert_eq!((problem["error_code"].as_str(), problem["status"].as_u64()), (Some(code), Some(u64::from(status))));
        for member in ["type", "title", "detail"] {
            assert!(problem[member].as_str().is_some_and(|text| !text.is_empty()), "{member} is missing");
        }
        problem
    }

    /// Checks that one field is refused.
    #[track_caller]
    pub(super) fn refused_field(&self, field: &str) {
        let problem = self.refused(400, "VALIDATION_ERROR");
        assert_eq!(problem["errors"][0]["field"], field, "{problem}");
        assert!(problem["errors"][0]["message"].as_str().is_some_and(|words| !words.is_empty()));
    }

    pub(super) fn cookies(&self) -> Vec<String> {
        self.headers.get_all("Set-Cookie").map(|value| value.to_str().expect("ASCII").to_owned()).collect()
    }
}

/// A request being made.
pub(super) struct Ask {
    serve: Serve,
    request: TestRequest,
}

impl Ask {
    pub(super) fn header(mut self, name: &str, value: &str) -> Self {
        self.request = self.request.append_header((name, value));
        self
    }

    /// Replaces a header.
    pub(super) fn set(mut self, name: &str, value: &str) -> Self {
        self.request = self.request.insert_header((name, value));
        self
    }

    pub(super) fn bearer(self, token: &str) -> Self {
        self.header("Authorization", &format!("Bearer {token}"))
    }

    pub(super) fn cookie(self, name: &str, value: &str) -> Self {
        self.header("Cookie", &format!("{name}={value}"))
    }

    pub(super) fn key(self, key: &str) -> Self {
        self.header("Idempotency-Key", key)
    }

    pub(super) fn body(mut self, bytes: impl Into<Bytes>) -> Self {
        let bytes = bytes.into();
        let length = bytes.len().to_string();
        self.request = self.request.set_payload(bytes).insert_header(("Content-Length", length));
        self
    }

    /// A body without `Content-Length`.
    pub(super) fn unannounced(mut self, bytes: impl Into<Bytes>) -> Self {
        self.request = self.request.set_payload(bytes).insert_header(("Transfer-Encoding", "chunked"));
        self
    }

    pub(super) fn json(self, body: &Value) -> Self {
        self.header("Content-Type", "application/json").body(body.to_string())
    }

    pub(super) async fn send(self) -> Reply {
        let (status, headers, body) = (self.serve)(self.request).await;
        let streams = body.size() == BodySize::Stream;
        let body = if streams { Bytes::new() } else { actix_web::body::to_bytes(body).await.expect("a body") };
        Reply { status: status.as_u16(), headers, body, streams }
    }

    /// Opens a stream.
    pub(super) async fn open(self) -> Frames {
        let (status, headers, body) = (self.serve)(self.request).await;
        assert_eq!((status, body.size()), (StatusCode::OK, BodySize::Stream));
        Frames { headers, body, text: String::new() }
    }
}

/// A stream being read.
pub(super) struct Frames {
    pub(super) headers: HeaderMap,
    body: BoxBody,
    text: String,
}

impl Frames {
    /// The next frame; nothing at the end of the stream.
    pub(super) async fn next(&mut self) -> Option<String> {
        loop {
            if let Some((frame, rest)) = self.text.split_once("\n\n") {
                let (frame, rest) = (frame.to_owned(), rest.to_owned());
                self.text = rest;
                return Some(frame);
            }
            let piece = poll_fn(|context| Pin::new(&mut self.body).poll_next(context));
            let piece = tokio::time::timeout(Duration::from_secs(20), piece).await.expect("a frame in time")?;
            self.text.push_str(std::str::from_utf8(&piece.expect("bytes")).expect("UTF-8"));
        }
    }

    /// The next frame of that type.
    pub(super) async fn next_of(&mut self, kind: &str) -> String {
        loop {
            let frame = self.next().await.expect("the stream goes on");
            if frame.lines().any(|line| line == format!("event: {kind}")) {
                return frame;
            }
        }
    }
}

/// One-time codes in memory.
#[derive(Default)]
pub(super) struct CodesInMemory {
    codes: Arc<Mutex<Vec<String>>>,
}

struct ClaimInMemory {
    code: String,
    codes: Arc<Mutex<Vec<String>>>,
}

impl SetupCodes for CodesInMemory {
    fn claim(&self, code: &str) -> Result<Box<dyn SetupClaim>, SetupRefused> {
        let mut codes = self.codes.lock().expect("a lock");
        let place = codes.iter().position(|known| known == code).ok_or(SetupRefused::NotValid)?;
        Ok(Box::new(ClaimInMemory { code: codes.remove(place), codes: Arc::clone(&self.codes) }))
    }
}

impl SetupClaim for ClaimInMemory {
    fn finish(self: Box<Self>) {}

    fn give_back(self: Box<Self>) {
        self.codes.lock().expect("a lock").push(self.code);
    }
}

pub(super) fn settings() -> HttpSettings {
    HttpSettings {
        hosts: vec!["tableorder.local".to_owned()],
        table_requests_per_minute: 0,
        staff_requests_per_minute: 0,
        streams: StreamLimits { per_table: 8, per_staff_login: 0, total: 12_000 },
        currency: "KRW".to_owned(),
        time_zone: "Asia/Seoul".to_owned(),
        day_cutoff_hour: 5,
        guest_page: Settings::default().guest_page,
    }
}

/// Where the shop is in its network.
struct OnTheShelf;

impl PageAddresses for OnTheShelf {
    fn in_the_network(&self) -> Option<String> {
        Some("http://192.168.0.10:8080".to_owned())
    }

    fn qr_svg(&self, text: &str) -> String {
        format!("<svg>{text}</svg>")
    }
}

fn hashed(password: &str) -> Box<str> {
    static HASHES: OnceLock<[Box<str>; 2]> = OnceLock::new();
    let hashes = HASHES
        .get_or_init(|| [OWNER_PASSWORD, TABLE_PASSWORD].map(|password| hash_password(password).expect("a hash")));
    hashes[usize::from(password == TABLE_PASSWORD)].clone()
}

pub(super) fn open_directory(folder: &std::path::Path) -> Arc<StoreDirectory> {
    let stream = StreamSettings { ping: Duration::from_secs(15), life: Duration::from_mins(5), retry_ms: 1_000 };
    let settings = StoreSettings {
        segment_bytes: 1 << 20,
        mirror: None,
        stream,
        uploads: folder.join(UPLOADS),
        orders: OrderGate::default(),
    };
    Arc::new(StoreDirectory::open(folder, settings).expect("the stores open"))
}

fn slug() -> StoreSlug {
    StoreSlug::parse("moon").expect("a slug")
}

fn user(name: &str, role: Role) -> NewUser {
    NewUser { username: Username::parse(name).expect("a name"), role, password_hash: hashed(OWNER_PASSWORD) }
}

impl Shop {
    /// A shop without limits.
    pub(super) async fn open() -> Self {
        Self::with(settings()).await
    }

    /// A shop with those settings: two tables and the menu of [`Shop::fill_menu`].
    pub(super) async fn with(settings: HttpSettings) -> Self {
        Self::with_checks(settings, Vec::new()).await
    }

    /// A shop with those settings and health checks.
    pub(super) async fn with_checks(settings: HttpSettings, checks: Vec<HealthCheck>) -> Self {
        let folder = Rc::new(tempfile::tempdir().expect("a folder"));
        let directory = open_directory(folder.path());
        let new = NewStore {
            slug: slug(),
            name: StoreName::parse("달빛식당").expect("a name"),
            owner: user("owner", Role::Owner),
            currency: Label::parse("KRW").expect("a currency"),
            time_zone: Label::parse("Asia/Seoul").expect("a zone"),
            day_cutoff_hour: 5,
        };
        directory.create(new).await.expect("a store");
        let mut shop = Self::serve(folder, directory, settings, checks).await;
        for number in [1, 2] {
            shop.add_table(number).await;
        }
        shop.fill_menu().await;
        shop
    }

    async fn serve(
        folder: Rc<tempfile::TempDir>,
        directory: Arc<StoreDirectory>,
        settings: HttpSettings,
        checks: Vec<HealthCheck>,
    ) -> Self {
        let codes = CodesInMemory { codes: Arc::new(Mutex::new(vec!["CODE-1".to_owned(), "CODE-2".to_owned()])) };
        let keys = TokenKeys::new(&[7; 32]);
        let store = directory.get("moon").expect("the store");
        let state =
            web::Data::new(AppState::new(directory, settings, keys, Box::new(codes), Box::new(OnTheShelf), checks));
        let service = Rc::new(init_service(app(&state)).await);
        let serve: Serve = Rc::new(move |request| {
            let service = Rc::clone(&service);
            Box::pin(async move {
                let answer = service.call(request.to_request()).await.expect("the app answers everything");
                (answer.status(), answer.headers().clone(), answer.into_body().boxed())
            })
        });
        let subject = Subject::User { user: UserId::new(1), generation: 0 };
        let owner = state.keys.sign(&slug(), subject, clock::now()).expect("a token");
        Self { folder, state, store, owner, tables: Vec::new(), tablets: Vec::new(), serve, keys_used: Cell::new(0) }
    }

    /// Stops the program and starts it again on the same folder. Tokens stay as they were.
    pub(super) async fn restart(self) -> Self {
        let Self { folder, state, owner, tables, tablets, keys_used, store, serve } = self;
        let settings = state.settings.clone();
        state.directory.stop().await;
        drop((store, serve, state));
        let directory = open_directory(folder.path());
        let shop = Self::serve(folder, directory, settings, Vec::new()).await;
        Self { owner, tables, tablets, keys_used, ..shop }
    }

    /// Adds a table and logs a tablet in there; its id is its number here.
    pub(super) async fn add_table(&mut self, number: u64) {
        let new = NewTable {
            number: TableNumber::parse(number).expect("a number"),
            label: None,
            seats: Some(4),
            password_hash: hashed(TABLE_PASSWORD),
        };
        let added = self.store.execute(Principal::System, None, Command::AddTable(new)).await.expect("a table");
        let Some(Event::TableChanged(table)) = added.commit.as_ref().map(|commit| &commit.events[0]) else {
            panic!("no table in {added:?}");
        };
        let (token, tablet) = self.pair(table.id).await;
        self.tables.push(token);
        self.tablets.push(tablet);
    }

    /// Pairs one more tablet.
    pub(super) async fn pair(&self, table: TableId) -> (String, TabletId) {
        let secret = TabletSecret::random(&slug()).expect("random").hash();
        let pairing = Command::PairTablet { table, secret };
        let paired = self.store.execute(Principal::System, None, pairing).await.expect("a tablet");
        let events = &paired.commit.expect("a commit").events;
        let Some(Event::TabletPaired(tablet)) = events.last() else { panic!("no tablet") };
        let subject = Subject::Tablet { table, tablet: tablet.id };
        (self.state.keys.sign(&slug(), subject, clock::now()).expect("a token"), tablet.id)
    }

    /// Adds a staff user and logs in.
    pub(super) async fn log_in_as(&self, name: &str, role: Role) -> String {
        let added =
            self.store.execute(Principal::System, None, Command::AddUser(user(name, role))).await.expect("a user");
        let events = &added.commit.expect("a commit").events;
        let Some(Event::UserAdded(user)) = events.first() else { panic!("no user") };
        let subject = Subject::User { user: user.id, generation: 0 };
        self.state.keys.sign(&slug(), subject, clock::now()).expect("a token")
    }

    /// Category 1 with: 1 stew; 2 rice cakes with a required group (options 1, 2) and a free one of 0 to 2 (options
    /// 3, 4, and 5 sold out); 3 sold out; 4 of which three portions are left.
    async fn fill_menu(&self) {
        let option = |name: &str, delta: i64| json!({"name": name, "price_delta": delta});
        self.staff(Method::POST, "/api/admin/categories").json(&json!({"name": "찌개"})).send().await.expect(201);
        let sold_out_option = json!({"name": "치즈", "price_delta": 500, "available": false});
        for item in [
            json!({"name": "김치찌개", "price": 9000, "category_id": 1, "names": {"en": "Kimchi stew"}}),
            json!({"name": "떡볶이", "price": 8000, "category_id": 1, "option_groups": [
                {"name": "맵기", "min": 1, "max": 1, "options": [option("순한맛", 0), option("매운맛", 500)]},
                {"name": "추가", "min": 0, "max": 2, "options": [option("계란", 1000), option("튀김", 2000), sold_out_option]},
            ]}),
            json!({"name": "품절된 것", "price": 1000, "category_id": 1}),
            json!({"name": "세 그릇", "price": 5000, "category_id": 1}),
        ] {
            self.staff(Method::POST, "/api/admin/menus").json(&item).send().await.expect(201);
        }
        let availability = [(3, json!({"available": false})), (4, json!({"available": true, "remaining": 3}))];
        for (id, body) in availability {
            let path = format!("/api/admin/menus/{id}/availability");
            self.staff(Method::PUT, &path).json(&body).send().await.expect(200);
        }
    }

    pub(super) fn ask(&self, method: Method, path: &str) -> Ask {
        let request = TestRequest::with_uri(path).method(method).insert_header(("Host", "127.0.0.1:8080"));
        Ask { serve: Rc::clone(&self.serve), request }
    }

    /// A request of the owner.
    pub(super) fn staff(&self, method: Method, path: &str) -> Ask {
        self.ask(method, path).bearer(&self.owner)
    }

    /// A request of the tablet at table 1.
    pub(super) fn table(&self, method: Method, path: &str) -> Ask {
        self.ask(method, path).bearer(&self.tables[0])
    }

    /// A request of the tablet at that table.
    pub(super) fn at(&self, table: usize, method: Method, path: &str) -> Ask {
        self.ask(method, path).bearer(&self.tables[table - 1])
    }

    pub(super) fn fresh_key(&self) -> String {
        self.keys_used.set(self.keys_used.get() + 1);
        format!("key-{}", self.keys_used.get())
    }

    /// Orders one stew at a table.
    pub(super) async fn order_stew(&self, table: usize) -> Value {
        let body = json!({"items": [{"menu_id": 1, "quantity": 1, "options": []}]});
        let key = self.fresh_key();
        self.at(table, Method::POST, "/api/orders").key(&key).json(&body).send().await.expect(201)
    }
}
