//! The failures a test can order, as a client meets them.

use std::time::Duration;

use reqwest::Response;
use squelch_demo::{Announcement, Fault, Instead, Options, RenewalFault, Tls};

use crate::client::{Client, LIMIT, complaint};

async fn faulty(client: &Client, fault: Fault) -> Response {
    let call = client.controls.announce(Announcement::default().clip(3).fault(fault));
    client.audio(call, &client.tokens(), &[]).await
}

#[tokio::test]
async fn audio_can_be_wrong_in_every_way() {
    let client = Client::new(Options::silent()).await;
    let whole = faulty(&client, Fault::None).await.bytes().await.expect("a whole file").len();
    let short = faulty(&client, Fault::Short).await;
    assert_eq!(short.bytes().await.expect("a short file").len(), whole / 2);
    let truncated = faulty(&client, Fault::Truncated).await;
    assert_eq!(truncated.content_length(), Some(whole as u64));
    assert!(truncated.bytes().await.is_err());
    let slow = Fault::Slow { piece: 4096, every: Duration::from_millis(1) };
    assert_eq!(faulty(&client, slow).await.bytes().await.expect("a slow file").len(), whole);
    assert_eq!(faulty(&client, Fault::Empty).await.content_length(), Some(0));
    assert_eq!(faulty(&client, Fault::Html).await.headers()["content-type"], "text/html; charset=utf-8");
    let wrong = faulty(&client, Fault::WrongType("video/x".into())).await;
    assert_eq!(wrong.headers()["content-type"], "video/x");
    assert_eq!(complaint(faulty(&client, Fault::Missing).await).await, "audio file not found");
    assert_eq!(faulty(&client, Fault::Broken).await.status(), 500);
    assert_eq!(faulty(&client, Fault::Refused).await.status(), 401);
}

#[tokio::test]
async fn endless_audio_goes_on_until_the_listener_hangs_up() {
    let client = Client::new(Options::silent()).await;
    let mut audio = faulty(&client, Fault::Endless).await;
    let mut got = 0;
    while got < 4 * 1024 * 1024 {
        got += audio.chunk().await.expect("more").expect("no end").len();
    }
}

#[tokio::test]
async fn a_lost_answer_is_there_again_within_the_grace() {
    let client = Client::new(Options::silent()).await;
    let tokens = client.tokens();
    for fault in [RenewalFault::AnswerLost, RenewalFault::GatewayAfterUse, RenewalFault::GatewayBeforeUse] {
        client.controls.next_renewal(fault);
        assert!(
            client.renew(&tokens).await.is_ok_and(|answer| answer.status() != 200) || fault == RenewalFault::AnswerLost
        );
    }
    assert_eq!(client.renew(&tokens).await.expect("an answer").status(), 200);
    assert_eq!(client.controls.requests("POST /api/v1/auth/refresh"), 4);
}

#[tokio::test]
async fn a_broken_renewal_has_cost_the_login() {
    let client = Client::new(Options::silent()).await;
    let tokens = client.tokens();
    client.controls.next_renewal(RenewalFault::BrokenAfterUse);
    let broken = client.renew(&tokens).await.expect("an answer");
    assert_eq!(broken.status(), 500);
    assert!(broken.headers().get("set-cookie").is_none());
    assert_eq!(complaint(broken).await, "failed to generate token");
    assert_eq!(client.renew(&tokens).await.expect("an answer").status(), 401);
}

#[tokio::test]
async fn a_held_renewal_waits_for_its_release() {
    let client = Client::new(Options::silent()).await;
    for fault in [RenewalFault::HeldBeforeUse, RenewalFault::AnswerHeld] {
        let tokens = client.tokens();
        client.controls.next_renewal(fault);
        let before = client.controls.requests("POST /api/v1/auth/refresh");
        let release = async {
            client.controls.wait_for_requests("POST /api/v1/auth/refresh", before + 1).await.expect("a request");
            // Released again and again, for the request may not have come to its waiting yet.
            loop {
                client.controls.release_renewals();
                tokio::task::yield_now().await;
            }
        };
        let answer = tokio::select! {
            answer = client.renew(&tokens) => answer,
            () = release => unreachable!("the release does not end"),
        };
        assert_eq!(answer.expect("an answer").status(), 200);
    }
}

#[tokio::test]
async fn any_route_can_be_made_to_answer_something_else() {
    let client = Client::new(Options::silent()).await;
    client.controls.instead_once("GET /api/v1/health", Instead::Page(502));
    client.controls.instead_once("GET /api/v1/health", Instead::Drop);
    assert_eq!(client.get("/api/v1/health", &[]).await.status(), 502);
    let address = format!("{}/api/v1/health", client.demo.address());
    assert!(reqwest::get(address).await.is_err());
    assert_eq!(client.get("/api/v1/health", &[]).await.status(), 200);
}

#[tokio::test]
async fn a_stopped_server_frees_its_port() {
    let client = Client::new(Options::silent()).await;
    let port = client.demo.address().rsplit(':').next().and_then(|port| port.parse().ok()).expect("a port");
    let line = client.listen().await;
    tokio::time::timeout(LIMIT, client.demo.stop()).await.expect("it stops");
    drop(line);
    squelch_demo::start(Options { port, ..Options::silent() }).await.expect("the port is free again");
}

#[tokio::test]
async fn an_untrusted_certificate_is_served_to_those_who_do_not_mind() {
    let client = Client::new(Options { tls: Some(Tls::untrusted()), ..Options::silent() }).await;
    let address = format!("{}/api/v1/health", client.demo.address());
    assert!(address.starts_with("https://127.0.0.1:"));
    assert!(reqwest::get(&address).await.is_err());
    let careless = reqwest::Client::builder().no_proxy().tls_danger_accept_invalid_certs(true);
    let careless = careless.build().expect("a client");
    assert_eq!(careless.get(&address).send().await.expect("an answer").status(), 200);
}
