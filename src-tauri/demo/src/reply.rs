//! Answers in the forms of the two generations.

use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::Serialize;
use serde_json::json;

/// A refusal before it is put into a generation's envelope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    pub(crate) message: String,
    /// Set-Cookie lines that go with it.
    pub(crate) cookies: Vec<String>,
}

pub(crate) fn refusal(status: u16, message: &str) -> Refusal {
    Refusal { status, message: message.into(), cookies: Vec::new() }
}

/// JSON as the server's language writes it: `<`, `>`, `&` and two line separators are escaped.
pub(crate) fn encode(value: &impl Serialize) -> String {
    let plain = serde_json::to_string(value).unwrap_or_default();
    let mut text = String::with_capacity(plain.len());
    for character in plain.chars() {
        match character {
            '<' => text.push_str("\\u003c"),
            '>' => text.push_str("\\u003e"),
            '&' => text.push_str("\\u0026"),
            '\u{2028}' => text.push_str("\\u2028"),
            '\u{2029}' => text.push_str("\\u2029"),
            other => text.push(other),
        }
    }
    text
}

pub(crate) fn json(status: u16, value: &impl Serialize) -> Response {
    text(status, "application/json; charset=utf-8", encode(value))
}

pub(crate) fn text(status: u16, kind: &'static str, body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    *response.status_mut() = code(status);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}

pub(crate) fn empty(status: u16) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = code(status);
    response
}

pub(crate) fn page(status: u16) -> Response {
    let page =
        "<!doctype html><html><head><title>OpenScanner</title></head><body><div id=\"root\"></div></body></html>";
    text(status, "text/html; charset=utf-8", page)
}

/// The error envelope: a code and a message on v1, only a message before.
pub(crate) fn refuse(refusal: &Refusal, v1: bool) -> Response {
    let code = match refusal.status {
        401 => "invalid_credentials",
        403 => "forbidden",
        404 => "not_found",
        409 => "conflict",
        422 => "unprocessable",
        429 => "rate_limited",
        500.. => "internal_error",
        _ => "validation_failed",
    };
    let mut response = if v1 {
        json(refusal.status, &json!({"error": {"code": code, "message": refusal.message}}))
    } else {
        json(refusal.status, &json!({"error": refusal.message}))
    };
    add_cookies(&mut response, &refusal.cookies);
    response
}

pub(crate) fn add_cookies(response: &mut Response, cookies: &[String]) {
    for cookie in cookies {
        if let Ok(value) = HeaderValue::from_str(cookie) {
            response.headers_mut().append("set-cookie", value);
        }
    }
}

pub(crate) fn set(response: &mut Response, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(HeaderName::from_static(name), value);
    }
}

/// A request header as text.
pub(crate) fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

fn code(status: u16) -> StatusCode {
    StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}
