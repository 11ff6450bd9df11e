//! What the system tells a program: to end, or to be suspended.

use tokio::sync::mpsc;

/// A signal that the program answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Told {
    /// To end.
    End,
    /// To be suspended, by Ctrl-Z.
    #[cfg(unix)]
    Suspend,
}

/// From now on these signals arrive here instead of ending the program.
#[cfg(unix)]
pub(crate) fn listen() -> std::io::Result<mpsc::UnboundedReceiver<Told>> {
    use rustix::process::Signal;
    use tokio::signal::unix::{SignalKind, signal};

    let (sender, receiver) = mpsc::unbounded_channel();
    let kinds = [
        (SignalKind::interrupt(), Told::End),
        (SignalKind::terminate(), Told::End),
        (SignalKind::hangup(), Told::End),
        (SignalKind::from_raw(Signal::TSTP.as_raw()), Told::Suspend),
    ];
    for (kind, told) in kinds {
        let (mut signal, sender) = (signal(kind)?, sender.clone());
        tokio::spawn(async move { while signal.recv().await.is_some() && sender.send(told).is_ok() {} });
    }
    Ok(receiver)
}

/// From now on Ctrl-C arrives here instead of ending the program.
#[cfg(not(unix))]
pub(crate) fn listen() -> std::io::Result<mpsc::UnboundedReceiver<Told>> {
    let (sender, receiver) = mpsc::unbounded_channel();
    tokio::spawn(async move { while tokio::signal::ctrl_c().await.is_ok() && sender.send(Told::End).is_ok() {} });
    Ok(receiver)
}
