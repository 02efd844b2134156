//! One client of the program: asks, logs in anew when its token counts no more, and never takes silence for an answer.

use std::sync::atomic::Ordering;
use std::time::Duration;

use serde_json::{Value, json};

use super::program::Port;

/// A page gives up waiting for an answer by then and asks again by key.
const PATIENCE: Duration = Duration::from_secs(8);

/// Who a client is.
#[derive(Debug, Clone)]
pub enum Login {
    Staff,
    Table(u64),
}

impl Login {
    /// What it sends to log in.
    fn ask(&self) -> (&'static str, Value) {
        match self {
            Self::Staff => {
                let body = json!({"store": "shop", "username": "owner", "password": "correct horse"});
                ("/api/auth/admin/login", body)
            }
            Self::Table(number) => {
                let body = json!({"store": "shop", "table_number": number, "password": "table pass"});
                ("/api/auth/table/login", body)
            }
        }
    }
}

/// A status and a body; null if it was no JSON.
pub type Answer = (u16, Value);

#[derive(Clone)]
pub struct Client {
    pub port: Port,
    pub login: Login,
    pub token: String,
    /// Seconds that the last answer asked to wait.
    pub retry_after_s: Option<u64>,
    agent: ureq::Agent,
}

impl Client {
    pub fn new(port: Port, login: Login, token: String) -> Self {
        let config = ureq::Agent::config_builder().timeout_global(Some(PATIENCE)).http_status_as_error(false).build();
        Self { port, login, token, retry_after_s: None, agent: config.into() }
    }

    pub fn get(&mut self, path: &str) -> Option<Answer> {
        self.ask("GET", path, None, None)
    }

    /// Asks once; nothing when there was no whole answer. A 401 is answered by one more login.
    pub fn ask(&mut self, method: &str, path: &str, key: Option<&str>, body: Option<&Value>) -> Option<Answer> {
        let answer = self.send(method, path, key, body)?;
        if answer.0 != 401 || !self.log_in() {
            return Some(answer);
        }
        self.send(method, path, key, body)
    }

    /// Asks once, without a token and without a login of its own.
    pub fn ask_as_nobody(&mut self, method: &str, path: &str, body: &Value) -> Option<Answer> {
        self.token.clear();
        self.send(method, path, None, Some(body))
    }

    /// Takes a fresh token.
    pub fn log_in(&mut self) -> bool {
        let (path, body) = self.login.ask();
        let Some((200, answer)) = self.send("POST", path, None, Some(&body)) else { return false };
        answer["token"].as_str().expect("a token").clone_into(&mut self.token);
        true
    }

    fn send(&mut self, method: &str, path: &str, key: Option<&str>, body: Option<&Value>) -> Option<Answer> {
        let url = format!("http://127.0.0.1:{}{path}", self.port.load(Ordering::Relaxed));
        let mut request = ureq::http::Request::builder().method(method).uri(url);
        if !self.token.is_empty() {
            request = request.header("authorization", format!("Bearer {}", self.token));
        }
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        let answer = match body {
            Some(body) => {
                let request = request.header("content-type", "application/json");
                self.agent.run(request.body(body.to_string()).expect("a request"))
            }
            None => self.agent.run(request.body(()).expect("a request")),
        };
        let mut answer = answer.ok()?;
        let status = answer.status().as_u16();
        let retry_after = answer.headers().get("retry-after").and_then(|value| value.to_str().ok()?.parse().ok());
        self.retry_after_s = retry_after;
        let text = answer.body_mut().with_config().limit(256 << 20).read_to_string().ok()?;
        Some((status, serde_json::from_str(&text).unwrap_or(Value::Null)))
    }
}
