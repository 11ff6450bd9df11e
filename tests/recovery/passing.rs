//! What makes a server look of no use and passes by itself: a portal in front of the network, a proxy without its server,
//! an administrator at work. A remembered server is looked at again without anybody's click.

use squelch_core::server::{Link, Login, ProbeError, ServerCommand};
use squelch_core::vault::Memory;
use squelch_demo::{Controls, Instead, Options};
use squelch_tests::adapter::{Listener, demo_user, remembered};

use super::{SECOND, start};

const HEALTH: &str = "GET /api/v1/health";

#[tokio::test]
async fn a_remembered_server_that_seems_to_be_something_else_is_looked_at_again() {
    type Fault = (fn(&Controls, bool), ProbeError);
    let portal: fn(&Controls, bool) = |controls, on| {
        controls.instead_always(HEALTH, on.then(|| Instead::Redirect(302, "https://portal.example.org/".into())));
    };
    let page: fn(&Controls, bool) = |controls, on| controls.instead_always(HEALTH, on.then_some(Instead::Page(200)));
    let faults: [Fault; 3] = [
        (portal, ProbeError::Redirected { to: "https://portal.example.org".into() }),
        (page, ProbeError::NotOpenScanner),
        (Controls::set_needs_setup, ProbeError::NeedsSetup),
    ];
    let demo = start(Options::silent()).await;
    let controls = demo.controls();
    let vault = Memory::default();
    Listener::open_with(&demo.address(), Login::With(demo_user(true)), vault.clone()).until_live().await;
    for (fault, expected) in faults {
        fault(&controls, true);
        let mut listener = Listener::open_with(&demo.address(), remembered(), vault.clone());
        assert_eq!(listener.link(|link| *link != Link::Probing).await, Link::Refused(expected));
        let looks = controls.requests(HEALTH);
        listener.hands.advance(40 * SECOND);
        controls.wait_for_requests(HEALTH, looks + 1).await.unwrap();
        fault(&controls, false);
        let said = listener.found_as_time_passes().await;
        assert_eq!(said, [], "what is shown stays until it has passed");
        listener.until_live().await;
    }
}

#[tokio::test]
async fn a_server_that_loses_its_set_up_while_listening_is_looked_at_again() {
    let demo = start(Options::silent()).await;
    let controls = demo.controls();
    let mut listener = Listener::live(&demo.address()).await;
    controls.set_needs_setup(true);
    controls.drop_sockets();
    listener.wait_out().await;
    let refused = Link::Refused(ProbeError::NeedsSetup);
    listener.link(|link| *link == refused).await;
    controls.set_needs_setup(false);
    // The socket's own wait may begin a moment after the refusal is shown: time goes on for it, too.
    listener.live_as_time_passes().await;
}

#[tokio::test]
async fn an_address_that_somebody_just_typed_is_not_tried_again_by_itself() {
    let demo = start(Options::silent()).await;
    let controls = demo.controls();
    controls.set_needs_setup(true);
    let mut listener = Listener::first(&demo.address());
    listener.link(|link| matches!(link, Link::Refused(_))).await;
    let looks = controls.requests(HEALTH);
    listener.hands.advance(3600 * SECOND);
    listener.wish(ServerCommand::Reconnect).await;
    listener.link(|link| matches!(link, Link::Refused(_))).await;
    assert_eq!(controls.requests(HEALTH), looks + 1, "only the click");
}
