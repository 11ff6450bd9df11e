//! Deadlines, limits and closes of the socket.

use std::time::Duration;

use futures_util::SinkExt as _;
use serde_json::json;
use squelch_demo::{Announcement, Content, Options, Role, Routes, Timing, Transcript, USER};
use tokio_tungstenite::tungstenite::Message;

use crate::client::{Client, quick};

#[tokio::test]
async fn without_a_first_message_the_connection_ends_without_a_close_frame() {
    let client = Client::new(quick()).await;
    let mut line = client.connect("/api/v1/ws/listener").await;
    assert_eq!(line.close().await, None);
}

#[tokio::test]
async fn a_binary_first_message_is_refused_in_its_own_words() {
    let client = Client::new(Options::silent()).await;
    let mut line = client.connect("/api/v1/ws/listener").await;
    line.0.send(Message::binary(vec![1, 2, 3])).await.expect("the socket is open");
    assert_eq!(line.close().await, Some((1008, "expected text message".into())));
}

#[tokio::test]
async fn a_message_of_4096_bytes_is_taken_and_one_byte_more_closes() {
    let client = Client::new(Options::silent()).await;
    let mut line = client.listen().await;
    let frame = json!({"feedMap": "", "type": "listener.feedMap.update"}).to_string();
    let padded = |size: usize| frame.replace("\"\"", &format!("\"{}\"", "x".repeat(size - frame.len())));
    line.say(&padded(4096)).await;
    assert_eq!(line.frame().await["type"], "listener.feedMap.snapshot");
    line.say(&padded(4097)).await;
    assert_eq!(line.close().await, Some((1009, "read limited at 4097 bytes".into())));
}

#[tokio::test]
async fn a_ping_without_a_pong_closes_with_1000() {
    let short = Duration::from_millis(40);
    let timing = Timing { ping: short, pong: short, ..Timing::default() };
    let client = Client::new(Options { timing, ..Options::silent() }).await;
    let mut line = client.listen().await;
    // Nobody reads here, so nobody answers the ping.
    client.controls.wait_for_sockets(0).await.expect("the socket is given up");
    assert_eq!(line.close().await, Some((1000, String::new())));
}

#[tokio::test]
async fn a_listener_who_does_not_read_loses_messages_but_not_the_connection() {
    let client = Client::new(Options::silent()).await;
    let _line = client.listen().await;
    let text = "x".repeat(64 * 1024);
    // More than any socket buffer and 256 queued messages hold.
    (0..1_000).for_each(|_| client.controls.send_text(&text));
    assert!(client.controls.dropped() > 0);
    assert_eq!(client.controls.sockets(), 1);
}

#[tokio::test]
async fn a_frozen_socket_sends_nothing_until_it_thaws() {
    let client = Client::new(Options::silent()).await;
    let mut line = client.listen().await;
    assert_eq!(client.controls.freeze_sockets(), 1);
    let call = client.controls.announce(Announcement::default());
    assert!(client.controls.written(call).is_empty());
    client.controls.thaw_sockets();
    assert_eq!(line.frame().await["call"]["id"], call);
    client.controls.wait_for_written(call).await.expect("a note of the writing");
}

#[tokio::test]
async fn a_disabled_account_is_found_at_the_five_minute_check() {
    let client = Client::new(Options::silent()).await;
    let mut line = client.listen().await;
    client.controls.alter_user(USER, |user| user.disabled = true);
    client.controls.advance(Duration::from_secs(5 * 60));
    assert_eq!(line.frame().await["type"], "session.expired");
    assert_eq!(line.close().await, Some((1008, "auth failed".into())));
}

#[tokio::test]
async fn a_socket_outlives_its_token() {
    let client = Client::new(Options::silent()).await;
    let mut line = client.listen().await;
    client.controls.revoke_access(USER);
    client.controls.advance(Duration::from_secs(24 * 3600));
    let call = client.controls.announce_clip(3);
    assert_eq!(line.frame().await["call"]["id"], call);
}

#[tokio::test]
async fn an_edited_account_loses_its_sockets_and_tokens_but_may_renew() {
    let client = Client::new(Options::silent()).await;
    let (tokens, mut line) = (client.tokens(), client.listen().await);
    client.controls.edit_user(USER, |user| user.role = Role::Admin);
    assert_eq!(line.frame().await["type"], "session.expired");
    assert_eq!(line.close().await, Some((1000, String::new())));
    assert_eq!(client.audio(1, &tokens, &[]).await.status(), 401);
    assert!(client.controls.other_renewal(&tokens).is_some());
}

#[tokio::test]
async fn a_server_that_went_down_refuses_and_comes_back_on_the_same_port() {
    let client = Client::new(Options::silent()).await;
    let (tokens, mut line) = (client.tokens(), client.listen().await);
    client.controls.go_down().await;
    assert_eq!(line.close().await, None);
    assert!(client.renew(&tokens).await.is_err());
    client.controls.come_up().await;
    assert_eq!(client.renew(&tokens).await.expect("an answer").status(), 200);
}

#[tokio::test]
async fn transcripts_may_have_no_segments_and_belong_to_no_call() {
    let client = Client::new(Options { routes: Routes::Both, ..Options::silent() }).await;
    let mut line = client.listen().await;
    client.controls.transcribe(77, Transcript { text: "<a>".into(), segments: None });
    let Some(Message::Text(text)) = line.message().await else { panic!("a transcript comes") };
    let frame = r#"{"callId":77,"segments":null,"text":"\u003ca\u003e","type":"call.transcript"}"#;
    assert_eq!(text.as_str(), frame);
}

#[tokio::test]
async fn the_town_speaks_as_soon_as_somebody_listens() {
    let client = Client::new(Options { content: Content::Town, archive: 300, ..Options::silent() }).await;
    let mut line = client.listen().await;
    let frame = line.frame().await;
    assert_eq!((&frame["type"], &frame["call"]["id"]), (&json!("call.new"), &json!(301)));
    while line.frame().await["callId"] != 301 {}
    let audio = client.audio(301, &client.tokens(), &[]).await;
    assert_eq!(audio.headers()["content-type"], "audio/mpeg");
}

#[tokio::test]
async fn a_plain_request_is_told_to_upgrade() {
    let client = Client::new(Options::silent()).await;
    let answer = client.get("/api/v1/ws/listener", &[]).await;
    assert_eq!(answer.status(), 426);
    assert_eq!(client.get("/api/v1/ws/listener", &[("origin", "null")]).await.status(), 403);
}
