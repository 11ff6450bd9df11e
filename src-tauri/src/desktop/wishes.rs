//! Wishes on their way to the core, one after the other: who mutes just after having turned the volume up is not to be heard
//! by everybody because the second wish was the faster one.

use squelch_core::view::Command;
use tauri::{AppHandle, Manager, Runtime};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::{Desktop, seen};

/// Where wishes go in.
#[derive(Debug)]
pub(super) struct Wishes(UnboundedSender<Vec<Command>>);

/// Where they come out.
pub(super) type Sent = UnboundedReceiver<Vec<Command>>;

pub(super) fn channel() -> (Wishes, Sent) {
    let (wishes, sent) = unbounded_channel();
    (Wishes(wishes), sent)
}

impl Wishes {
    #[cfg(test)]
    pub(super) fn to_nobody() -> Self {
        channel().0
    }

    pub(super) fn send(&self, commands: Vec<Command>) {
        // At the end of the program nobody follows any more.
        let _ = self.0.send(commands);
    }
}

/// Hands them to the core. A refusal is logged: the tray has no place for words, and the window shows problems by itself.
pub(super) fn follow<R: Runtime>(app: &AppHandle<R>, mut sent: Sent) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        while let Some(commands) = sent.recv().await {
            let desktop = app.state::<Desktop<R>>();
            for command in commands {
                if let Err(problem) = desktop.client.send(command).await {
                    tracing::warn!("refused: {}", problem.message);
                }
            }
            // By now it is done, and the core is about to say so.
            desktop.wished.notify_one();
            seen::refresh(&app);
        }
    });
}
