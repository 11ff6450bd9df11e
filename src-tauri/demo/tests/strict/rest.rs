//! The REST routes where no recording shows them.

use std::time::Duration;

use reqwest::{Method, Response};
use serde_json::{Value, json};
use squelch_demo::{Announcement, Grant, Options, PASSWORD, USER};

use crate::client::{Client, complaint};

fn cookies(response: &Response) -> Vec<String> {
    let lines = response.headers().get_all("set-cookie").iter();
    lines.map(|line| line.to_str().expect("a cookie is text").to_owned()).collect()
}

#[tokio::test]
async fn the_third_failure_is_a_401_and_locks_login_and_renewal_for_ten_minutes() {
    let client = Client::new(Options::silent()).await;
    let tokens = client.tokens();
    for _ in 0..3 {
        assert_eq!(client.log_in("wrong").await.status(), 401);
    }
    assert_eq!(client.log_in(PASSWORD).await.status(), 429);
    assert_eq!(client.renew(&tokens).await.expect("an answer").status(), 429);
    client.controls.advance(Duration::from_secs(10 * 60));
    assert_eq!(client.log_in(PASSWORD).await.status(), 200);
    assert_eq!(client.renew(&tokens).await.expect("an answer").status(), 200);
}

#[tokio::test]
async fn a_login_not_to_be_remembered_has_no_age_until_it_is_renewed() {
    let client = Client::new(Options::silent()).await;
    let body = json!({"username": USER, "password": PASSWORD, "rememberMe": false});
    let login = client.send(Method::POST, "/api/v1/auth/login", "", body).await;
    let refresh = cookies(&login)[0].clone();
    assert!(refresh.ends_with("; Path=/api; HttpOnly; SameSite=Lax"), "{refresh}");
    let credential = refresh.split(['=', ';']).nth(1).expect("a credential").to_owned();
    let cookie = format!("refresh_token={credential}");
    let renewed = client.ask(Method::POST, "/api/v1/auth/refresh", &[("cookie", &cookie)]).await;
    assert!(cookies(&renewed)[0].ends_with("; Path=/api; Max-Age=2592000; HttpOnly; SameSite=Lax"));
}

#[tokio::test]
async fn an_older_server_scopes_its_cookie_to_the_old_routes_and_forgives_no_replay() {
    let client = Client::new(Options::silent().as_1_3_0()).await;
    let login = client.log_in(PASSWORD).await;
    assert!(cookies(&login)[0].contains("; Path=/api/auth; "));
    let tokens = client.tokens();
    assert_eq!(client.renew(&tokens).await.expect("an answer").status(), 200);
    assert_eq!(client.renew(&tokens).await.expect("an answer").status(), 401);
}

#[tokio::test]
async fn a_server_before_v1_answers_only_the_old_routes_in_the_old_words() {
    let client = Client::new(Options::silent().as_1_2()).await;
    assert_eq!(client.get("/api/v1/health", &[]).await.status(), 404);
    let refused = client.get("/api/calls/7/audio", &[]).await;
    assert_eq!(refused.headers()["link"], "</api/v1/calls/:id/audio>; rel=\"successor-version\"");
    assert_eq!(refused.json::<Value>().await.expect("JSON"), json!({"error": "authentication required"}));
    let mut line = client.connect("/ws").await;
    line.say(&json!([client.tokens().access]).to_string()).await;
    assert_eq!(line.frame().await[0], "VER");
}

#[tokio::test]
async fn a_changed_password_ends_everything_of_the_account() {
    let client = Client::new(Options::silent()).await;
    let (tokens, mut line) = (client.tokens(), client.listen().await);
    let change = |current: &str, new: &str| json!({"currentPassword": current, "newPassword": new});
    let put = |body| client.send(Method::PUT, "/api/v1/auth/password", &tokens.access, body);
    assert_eq!(complaint(put(change("wrong", "long enough")).await).await, "current password is incorrect");
    assert_eq!(put(change(PASSWORD, "short")).await.status(), 400);
    assert_eq!(put(change(PASSWORD, &"x".repeat(73))).await.status(), 500);
    assert_eq!(put(change(PASSWORD, "long enough")).await.status(), 200);
    assert_eq!(line.frame().await["type"], "session.expired");
    assert_eq!(line.close().await, Some((1000, String::new())));
    assert_eq!(complaint(put(change("long enough", PASSWORD)).await).await, "token has been revoked");
    assert_eq!(client.renew(&tokens).await.expect("an answer").status(), 401);
}

#[tokio::test]
async fn audio_answers_conditions_and_browsers_from_elsewhere() {
    let client = Client::new(Options::silent()).await;
    let (tokens, call) = (client.tokens(), client.controls.announce_clip(1));
    let whole = client.audio(call, &tokens, &[]).await;
    let modified = whole.headers()["last-modified"].to_str().expect("a date").to_owned();
    assert_eq!(client.audio(call, &tokens, &[("if-modified-since", &modified)]).await.status(), 304);
    let range = [("range", "bytes=-10"), ("if-range", modified.as_str())];
    assert_eq!(client.audio(call, &tokens, &range).await.content_length(), Some(10));
    assert_eq!(client.audio(call, &tokens, &[("sec-fetch-site", "cross-site")]).await.status(), 401);
    assert_eq!(client.audio(call, &tokens, &[("authorization", "Bearer x.y.z")]).await.status(), 401);
    client.controls.set_public(true);
    assert_eq!(client.audio(call, &tokens, &[("authorization", "Bearer x.y.z")]).await.status(), 200);
}

#[tokio::test]
async fn paths_that_are_no_route_are_answered_as_the_real_server_does() {
    let client = Client::new(Options::silent()).await;
    assert_eq!(client.ask(Method::HEAD, "/api/v1/health", &[]).await.status(), 404);
    assert_eq!(client.ask(Method::DELETE, "/api/v1/health", &[]).await.status(), 404);
    let slash = client.get("/api/v1/health/", &[]).await;
    assert_eq!((slash.status().as_u16(), &slash.headers()["location"]), (301, &"/api/v1/health".parse().unwrap()));
    assert_eq!(client.ask(Method::POST, "/api/v1/auth/login/", &[]).await.status(), 307);
    let page = client.get("/scanner/api/v1/health", &[]).await;
    assert_eq!(page.headers()["content-type"], "text/html; charset=utf-8");
    let own = client.demo.address();
    assert_eq!(client.get("/api/v1/health", &[("origin", &own)]).await.status(), 200);
    assert_eq!(client.get("/", &[("origin", "null")]).await.status(), 403);
}

#[tokio::test]
async fn search_keeps_its_quirks() {
    let client = Client::new(Options { archive: 120, ..Options::silent() }).await;
    let found = |path: &'static str| async { client.get(path, &[]).await.json::<Value>().await.expect("JSON") };
    let all = found("/api/v1/calls?limit=500").await;
    assert_eq!((all["calls"].as_array().map(Vec::len), &all["total"]), (Some(100), &json!(120)));
    let time = all["calls"][7]["dateTime"].to_string();
    let path = format!("/api/v1/calls?date_from={time}&date_to={time}");
    let within: Value = client.get(&path, &[]).await.json().await.expect("JSON");
    assert_eq!(within["calls"][0]["id"], all["calls"][7]["id"]);
    assert!(found("/api/v1/calls?transcript=ENGINE%25four").await["total"].as_u64() > Some(0));
    assert_eq!(found("/api/v1/calls?groups=Nobody").await["total"], 0);
    assert_eq!(found("/api/v1/calls?bookmarked_only=true").await["total"], 120);
    for bad in ["page=0", "limit=x", "sort=up", "date_from=today", "system_ids=1,x"] {
        assert_eq!(client.get(&format!("/api/v1/calls?{bad}"), &[]).await.status(), 400, "{bad}");
    }
    assert_eq!(client.get("/api/v1/calls", &[("authorization", "Bearer x.y.z")]).await.status(), 200);
}

#[tokio::test]
async fn the_total_of_a_restricted_search_is_made_up() {
    let client = Client::new(Options::silent()).await;
    client.controls.restrict(USER, vec![Grant { system: 1, talkgroups: Some(vec![2]) }]);
    let earlier = Announcement::on(7, 61).ago(Duration::from_secs(100));
    (0..41).for_each(|_| assert_ne!(client.controls.store(earlier.clone()), 0));
    (0..2).for_each(|_| assert_ne!(client.controls.store(Announcement::on(100, 5002)), 0));
    let bearer = format!("Bearer {}", client.tokens().access);
    for (query, rows, total) in [("limit=5", 2, 2), ("limit=5&page=2", 0, 5), ("page=99", 0, 2450)] {
        let path = format!("/api/v1/calls?{query}");
        let found: Value = client.get(&path, &[("authorization", &bearer)]).await.json().await.expect("JSON");
        assert_eq!(found["calls"].as_array().map(Vec::len), Some(rows), "rows of {query}");
        assert_eq!(found["total"], total, "total of {query}");
    }
}

#[tokio::test]
async fn links_are_limited_and_end() {
    let client = Client::new(Options::silent()).await;
    let (call, token) = (client.controls.announce_clip(1), client.tokens().access);
    let path = format!("/api/v1/calls/{call}/share");
    let made = client.send(Method::POST, &path, &token, json!(null)).await;
    assert_eq!(made.status(), 201);
    let link = made.json::<Value>().await.expect("JSON")["token"].as_str().expect("a token").to_owned();
    for _ in 0..9 {
        assert_eq!(client.send(Method::POST, &path, &token, json!(null)).await.status(), 200);
    }
    assert_eq!(client.send(Method::POST, &path, &token, json!(null)).await.status(), 429);
    let view = format!("/api/v1/shared/{link}");
    assert_eq!(client.get(&format!("{view}/audio"), &[]).await.status(), 200);
    for _ in 0..29 {
        assert_eq!(client.get(&view, &[]).await.status(), 200);
    }
    assert_eq!(client.get(&view, &[]).await.status(), 429);
    client.controls.set_share_days(1);
    client.controls.advance(Duration::from_secs(24 * 3600));
    assert_eq!(complaint(client.get(&view, &[]).await).await, "shared link has expired");
}

#[tokio::test]
async fn calls_of_one_second_change_places_from_one_answer_to_the_next() {
    let client = Client::new(Options::silent()).await;
    let now = json!(1_795_414_000);
    let call = |id: u64| json!({"id": id, "dateTime": now, "system": 1, "talkgroup": 1, "systemId": 100});
    (1..=20).for_each(|id| assert_eq!(client.controls.store_recorded(&call(id), ""), id));
    let order = || async {
        let found: Value = client.get("/api/v1/calls?limit=20", &[]).await.json().await.expect("JSON");
        found["calls"].as_array().expect("calls").iter().filter_map(|call| call["id"].as_u64()).collect::<Vec<_>>()
    };
    let steady = order().await;
    assert_eq!(order().await, steady);
    client.controls.unsettle_ties(true);
    let (one, mut other) = (order().await, order().await);
    assert_ne!(one, other);
    other.sort_unstable();
    assert_eq!(other, (1..=20).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_link_that_has_ended_is_handed_out_again_until_it_is_removed() {
    let client = Client::new(Options::silent()).await;
    let (call, token) = (client.controls.announce_clip(1), client.tokens().access);
    client.controls.set_share_days(30);
    let path = format!("/api/v1/calls/{call}/share");
    let share = || async {
        let answer = client.send(Method::POST, &path, &client.tokens().access, json!(null)).await;
        let status = answer.status().as_u16();
        (status, answer.json::<Value>().await.expect("JSON")["token"].clone())
    };
    let (first, link) = share().await;
    client.controls.advance(Duration::from_secs(30 * 24 * 3600));
    assert_eq!((first, share().await), (201, (200, link.clone())));
    let view = format!("/api/v1/shared/{}", link.as_str().expect("a token"));
    assert_eq!(client.get(&view, &[]).await.status(), 410);
    assert_eq!(client.send(Method::DELETE, &path, &token, json!(null)).await.status(), 401, "an old login");
    let token = client.tokens().access;
    assert_eq!(client.send(Method::DELETE, &path, &token, json!(null)).await.status(), 200);
    assert_eq!(client.send(Method::DELETE, &path, &token, json!(null)).await.status(), 404);
    let (again, other) = share().await;
    assert_eq!(again, 201);
    assert_ne!(other, link);
}

#[tokio::test]
async fn bookmarks_and_links_are_for_those_who_may_hear_the_call() {
    let client = Client::new(Options::silent()).await;
    let (mine, other) =
        (client.controls.store(Announcement::on(100, 5001)), client.controls.store(Announcement::on(7, 61)));
    client.controls.restrict(USER, vec![Grant { system: 1, talkgroups: None }]);
    let token = client.tokens().access;
    let toggle = |id: u64| client.send(Method::POST, "/api/v1/bookmarks", &token, json!({"callId": id}));
    assert_eq!(complaint(toggle(other).await).await, "call not found");
    assert_eq!(toggle(mine).await.json::<Value>().await.expect("JSON")["bookmarked"], true);
    assert_eq!(toggle(mine).await.json::<Value>().await.expect("JSON")["bookmarked"], false);
    let path = format!("/api/v1/calls/{other}/share");
    assert_eq!(complaint(client.send(Method::POST, &path, &token, json!(null)).await).await, "call not found");
    assert_eq!(complaint(client.get("/api/v1/bookmarks", &[]).await).await, "authorization header required");
}
