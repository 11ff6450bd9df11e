//! Bad input: never a panic, never a hang, never a silent nothing. The row says why, and the next call plays.

#![forbid(unsafe_code)]

use std::time::Duration;

use squelch_core::problem::Code;
use squelch_core::view::{AccountView, LinkView, RowState};
use squelch_demo::{Announcement, Controls, Directory, Fault, Instead, Options};
use squelch_tests::desk::{Desk, quiet_server, registered, server, short_call};

async fn joined() -> (squelch_demo::Demo, Controls, Desk) {
    let (demo, controls) = quiet_server().await;
    let mut desk = Desk::new().await;
    desk.join(&demo).await;
    (demo, controls, desk)
}

/// Announces something that cannot be played and a call behind it; the first row says why, the second is heard.
async fn fails_with(desk: &mut Desk, controls: &Controls, bad: Announcement, code: Code) {
    let bad = controls.announce(bad);
    let good = short_call(controls);
    let failed = |state: &RowState| matches!(state, RowState::Failed { problem } if problem.code == code);
    desk.screen.row(bad, &format!("failed with {code:?}"), failed).await;
    desk.played(good).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn audio_that_cannot_be_played_says_why_and_the_next_call_plays() {
    let (_demo, controls, mut desk) = joined().await;
    let clip = || Announcement::default().clip(3);
    let bytes = |bytes: &[u8], kind: &str| Announcement::default().bytes(bytes.to_vec(), kind);
    let cases = [
        (clip().fault(Fault::Html), Code::AudioUnplayable),
        (clip().fault(Fault::Empty), Code::AudioUnplayable),
        (clip().fault(Fault::Missing), Code::AudioMissing),
        (clip().fault(Fault::Broken), Code::AudioUnreachable),
        (bytes(&[0x5a; 4_000], "audio/mpeg"), Code::AudioUnplayable),
        (bytes(b"MZ this is not sound", "application/octet-stream"), Code::AudioUnplayable),
        (bytes(b"RIFF\x24\0\0\0WAVEfmt ", "audio/wav"), Code::AudioUnplayable),
    ];
    for (bad, code) in cases {
        fails_with(&mut desk, &controls, bad, code).await;
    }
    assert_eq!(controls.requests("POST /api/v1/auth/refresh"), 0, "none of these is about the login");
}

#[tokio::test(flavor = "multi_thread")]
async fn endless_audio_is_cut_off_at_its_limit_and_the_next_call_plays() {
    let (_demo, controls, mut desk) = joined().await;
    let endless = Announcement::default().bytes(vec![0_u8; 1 << 20], "audio/wav").fault(Fault::Endless);
    fails_with(&mut desk, &controls, endless, Code::AudioUnplayable).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_of_over_ten_minutes_is_refused_and_the_next_one_plays() {
    let (_demo, controls, mut desk) = joined().await;
    // Eleven minutes of 8-bit silence at 8 kHz, 5 MB: what a stuck transmitter leaves behind.
    let frames: u32 = 11 * 60 * 8_000;
    let mut wav = Vec::new();
    wav.extend_from_slice(b"RIFF");
    wav.extend_from_slice(&(36 + frames).to_le_bytes());
    wav.extend_from_slice(b"WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x40\x1f\0\0\x01\0\x08\0data");
    wav.extend_from_slice(&frames.to_le_bytes());
    wav.resize(wav.len() + frames as usize, 0x80);
    fails_with(&mut desk, &controls, Announcement::default().bytes(wav, "audio/wav"), Code::AudioUnplayable).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn slow_short_and_wrongly_labelled_audio_is_played_all_the_same() {
    let (_demo, controls, mut desk) = joined().await;
    let clip = || Announcement::default().clip(3);
    for fault in [
        Fault::Slow { piece: 1_000, every: Duration::from_millis(5) },
        Fault::Short,
        Fault::WrongType("text/plain".to_owned()),
    ] {
        let call = controls.announce(clip().fault(fault));
        desk.played(call).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn malformed_and_unknown_frames_cost_nothing() {
    let (_demo, controls, mut desk) = joined().await;
    controls.send_malformed();
    controls.send_binary(vec![0xff, 0x00, 0x7f]);
    for frame in
        ["", "null", "[]", "{}", "{\"type\":7}", "{\"type\":\"call.new\"}", "{\"type\":\"call.new\",\"call\":[]}"]
    {
        controls.send_text(frame);
    }
    controls.send_text(r#"{"type":"call.new","call":{"id":-1,"system":1e400,"dateTime":"never"}}"#);
    controls.send_text(r#"{"type":"scanner.config","config":{"systems":"none"}}"#);
    controls.send_text(&format!("{}1{}", "[".repeat(20_000), "]".repeat(20_000)));
    let call = short_call(&controls);
    desk.played(call).await;
    assert_eq!(controls.first_messages().len(), 1, "the connection was kept");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frame_over_the_limit_ends_the_link_which_is_said_and_made_again() {
    let (_demo, controls, mut desk) = joined().await;
    controls.send_oversized(17 << 20);
    let lost = desk.screen.server("a lost link", |server| matches!(server.link, LinkView::Waiting { .. })).await;
    assert!(matches!(lost.link, LinkView::Waiting { problem, .. } if problem.message.contains("16 MiB")));
    desk.live_again().await;
    registered(&controls, 1).await;
    let call = short_call(&controls);
    desk.played(call).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_labels_arrive_as_they_were_written() {
    let (_demo, controls, mut desk) = joined().await;
    controls.configure(Directory::hostile());
    let call = short_call(&controls);
    desk.played(call).await;
    let directory = format!("{:?}", controls.directory());
    let row = desk.screen.row(call, "played", |_| true).await;
    assert!(directory.contains(&format!("{:?}", row.title)), "{} is what the server calls it", row.title);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_jumps_makes_the_link_anew_and_loses_nothing() {
    for jump in [-3_600_000_i64, 3_600_000] {
        let (_demo, controls, mut desk) = joined().await;
        let before = short_call(&controls);
        desk.played(before).await;
        desk.hands.jump_wall(jump);
        // The clocks are compared every few seconds.
        desk.screen
            .wait_while_time_passes(&desk.hands, "a second connection", |_| {
                (controls.first_messages().len() > 1).then_some(())
            })
            .await;
        desk.live_again().await;
        registered(&controls, 1).await;
        let after = short_call(&controls);
        desk.played(after).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_answers_nonsense_to_a_sign_in_is_told_apart_from_a_wrong_password() {
    let (demo, controls) = server(Options::silent()).await;
    controls.instead_once("POST /api/v1/auth/login", Instead::Page(502));
    let mut desk = Desk::new().await;
    desk.add(&demo, true).await;
    let refused = desk
        .screen
        .wait("the refusal", |shown| match &shown.servers.first()?.account {
            AccountView::SignedOut { problem: Some(problem), .. } => Some(problem.code),
            _ => None,
        })
        .await;
    assert_eq!(refused, Code::ServerError);
}
