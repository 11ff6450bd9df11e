//! The program is killed in the middle of a renewal, at any point of it: the next start recovers as far as the server lets
//! it, or asks for a sign-in and says why.

use squelch_core::server::{Account, Kept, Link, SignedOut};
use squelch_core::vault::{Memory, Vault};
use squelch_demo::{Demo, RenewalFault};
use squelch_tests::adapter::{Listener, key, remembered, signed_in};

use super::storing::Gated;
use super::{Routes, SECOND, about_to_renew, generations, start};

/// What the vault holds now, apart from what the killed program's leftovers may still write in a test.
fn left(demo: &Demo, memory: &Memory) -> Memory {
    let (mut left, key) = (Memory::default(), key(&demo.address()));
    left.store(&key, &memory.peek(&key).unwrap()).unwrap();
    left
}

/// A listener killed after its renewal went wrong like this and before it was sent again; what the vault held then.
async fn killed_after(demo: &Demo, fault: RenewalFault) -> Memory {
    let memory = Memory::default();
    let (listener, call) = about_to_renew(demo, memory.clone()).await;
    demo.controls().next_renewal(fault);
    let fetch = listener.fetch_later(call);
    listener.hands.wait_for_sleeper(listener.clock.now().at + SECOND).await;
    fetch.abort();
    left(demo, &memory)
}

/// A listener killed after the server's answer and before the new credential was stored; what the vault held then.
async fn killed_before_storing(demo: &Demo) -> Memory {
    let memory = Memory::default();
    let (vault, open, mut arrivals) = Gated::new(&memory);
    let (listener, call) = about_to_renew(demo, vault).await;
    let fetch = listener.fetch_later(call);
    arrivals.recv().await.unwrap();
    let left = left(demo, &memory);
    fetch.abort();
    drop(open);
    left
}

async fn recovers(demo: &Demo, left: Memory) {
    let mut listener = Listener::open_with(&demo.address(), remembered(), left.clone());
    assert_eq!(listener.settled_account().await, signed_in(Kept::Keychain));
    listener.until_live().await;
    let call = demo.controls().announce_clip(1);
    assert!(listener.fetch(call).await.is_ok());
    assert!(!left.peek(&key(&demo.address())).unwrap().expose().contains(' '), "no mark is left behind");
}

async fn asks_and_says_why(demo: &Demo, left: Memory) {
    let mut listener = Listener::open_with(&demo.address(), remembered(), left.clone());
    let why = Some(SignedOut::LostInRenewal);
    assert_eq!(listener.settled_account().await, Account::SignedOut { why });
    listener.link(|link| *link == Link::Idle).await;
    assert_eq!(left.peek(&key(&demo.address())), None);
}

/// Only servers of 1.3.2 and newer repeat an answer.
fn has_grace(routes: Routes) -> bool {
    routes.refresh == super::CURRENT.refresh
}

#[tokio::test]
async fn killed_after_the_mark_and_before_the_server_saw_anything_the_next_start_recovers() {
    for (options, _) in generations() {
        let demo = start(options).await;
        let left = killed_after(&demo, RenewalFault::LostBeforeUse).await;
        assert!(left.peek(&key(&demo.address())).unwrap().expose().contains(' '), "it is marked");
        recovers(&demo, left).await;
    }
}

#[tokio::test]
async fn killed_between_request_and_answer_the_next_start_recovers_within_the_grace_where_there_is_one() {
    for (options, routes) in generations() {
        let demo = start(options).await;
        let left = killed_after(&demo, RenewalFault::AnswerLost).await;
        if has_grace(routes) {
            recovers(&demo, left).await;
        } else {
            asks_and_says_why(&demo, left).await;
        }
    }
}

#[tokio::test]
async fn killed_between_answer_and_storage_the_next_start_recovers_within_the_grace_where_there_is_one() {
    for (options, routes) in generations() {
        let demo = start(options).await;
        let left = killed_before_storing(&demo).await;
        if has_grace(routes) {
            recovers(&demo, left).await;
        } else {
            asks_and_says_why(&demo, left).await;
        }
    }
}

#[tokio::test]
async fn killed_in_a_renewal_a_start_after_the_grace_asks_for_sign_in_and_says_why() {
    for (options, _) in generations() {
        let demo = start(options.clone()).await;
        let left = killed_after(&demo, RenewalFault::AnswerLost).await;
        demo.controls().advance(31 * SECOND);
        asks_and_says_why(&demo, left).await;

        let demo = start(options).await;
        let left = killed_before_storing(&demo).await;
        demo.controls().advance(31 * SECOND);
        asks_and_says_why(&demo, left).await;
    }
}
