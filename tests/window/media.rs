//! What the desktop's media keys are there for, as long as there is anything.

use futures_util::StreamExt as _;
use squelch_demo::Options;
use squelch_tests::desk::{server, short_call};
use squelch_tests::within;
use zbus::fdo::{DBusProxy, NameOwnerChangedStream};

use super::place::Place;
use super::{click, named, row, signed_in};

const PLAYER: &str = "org.mpris.MediaPlayer2.squelch";

/// Waits until somebody has the player's name, or nobody has it any more.
async fn player(changes: &mut NameOwnerChangedStream, is_there: bool) {
    loop {
        let change = within("news of the player", changes.next()).await.expect("the bus is there");
        if change.args().expect("it says who").new_owner().is_some() == is_there {
            return;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_removed_takes_its_call_away_from_the_media_keys() {
    let (demo, controls) = server(Options::silent()).await;
    let place = Place::new().await;
    let names = DBusProxy::new(&place.connect().await).await.expect("the bus answers");
    let mut changes = names.receive_name_owner_changed_with_args(&[(0, PLAYER)]).await.expect("it tells of names");
    let window = signed_in(&place, &demo, &controls).await;
    row(&window, short_call(&controls), "played").await;
    player(&mut changes, true).await;
    click(&window, "servers").await;
    click(&window, "remove-server").await;
    click(&window, "remove-server").await;
    player(&mut changes, false).await;
    named(&window, "address").await;
    window.close().await.expect("the window closes");
}
