//! Questions to D-Bus and what it says by itself, for `host` and `power`. Nothing asked here ever starts a program.

use std::time::Duration;

use futures_util::StreamExt;
use tokio::time::timeout;
use zbus::proxy::{CacheProperties, MethodFlags};
use zbus::zvariant::OwnedValue;
use zbus::{Connection, MatchRule, MessageStream, Proxy, message};

/// An owner that has not told a property's value by then is not asked again before something changes.
const PATIENCE: Duration = Duration::from_secs(2);

/// A property somebody may have on a bus, and all that may change it.
pub(super) struct Property {
    /// The name of its owner on the bus.
    pub(super) owner: &'static str,
    /// Its object.
    pub(super) path: &'static str,
    /// The interface it belongs to.
    pub(super) interface: &'static str,
    /// Its name.
    pub(super) name: &'static str,
}

/// Which signals say that a property may have changed.
pub(super) struct Changes {
    owner: MessageStream,
    signals: MessageStream,
}

impl Property {
    /// Begins to listen. To be called before the first question, so that no change falls between the two.
    pub(super) async fn changes(&self, bus: &Connection, interface: &'static str) -> zbus::Result<Changes> {
        let owner = signals("org.freedesktop.DBus")?
            .sender("org.freedesktop.DBus")?
            .member("NameOwnerChanged")?
            .arg(0, self.owner)?
            .build();
        let signals = signals(interface)?.path(self.path)?.build();
        Ok(Changes {
            owner: MessageStream::for_match_rule(owner, bus, None).await?,
            signals: MessageStream::for_match_rule(signals, bus, None).await?,
        })
    }

    /// Its value; none where it has no owner, and where the owner does not answer.
    pub(super) async fn value(&self, bus: &Connection) -> Option<OwnedValue> {
        let proxy: Proxy<'_> = zbus::proxy::Builder::new(bus)
            .destination(self.owner)
            .and_then(|proxy| proxy.path(self.path))
            .and_then(|proxy| proxy.interface("org.freedesktop.DBus.Properties"))
            .ok()?
            .cache_properties(CacheProperties::No)
            .build()
            .await
            .ok()?;
        let question = (self.interface, self.name);
        let value = proxy.call_with_flags("Get", MethodFlags::NoAutoStart.into(), &question);
        timeout(PATIENCE, value).await.ok()?.ok().flatten()
    }
}

fn signals(interface: &'static str) -> zbus::Result<zbus::match_rule::Builder<'static>> {
    MatchRule::builder().msg_type(message::Type::Signal).interface(interface)
}

impl Changes {
    /// Waits for the next one. False once the bus has ended.
    pub(super) async fn next(&mut self) -> bool {
        // Both are streams of a queue that keeps what is not taken, so the branch not taken loses nothing.
        tokio::select! {
            change = self.owner.next() => change.is_some(),
            change = self.signals.next() => change.is_some(),
        }
    }
}
