//! The built-in demo: started when first wanted, kept until Squelch ends.

use squelch_core::client::Client;
use squelch_core::problem::{Code, Problem, Retry};
use squelch_core::secret::Secret;
use squelch_core::view::{Command, LoginWish};
use squelch_demo::{Demo, Options, PASSWORD, USER};
use tokio::sync::OnceCell;

/// The demo server, if it was wanted. Dropping it stops the server.
#[derive(Default)]
pub(crate) struct TryDemo(OnceCell<Demo>);

impl TryDemo {
    /// Starts the server unless it runs, and listens to it. It is not remembered: the next start has another port.
    pub(crate) async fn listen(&self, client: &Client) -> Result<(), Problem> {
        let demo = self.0.get_or_try_init(|| squelch_demo::start(Options::default())).await.map_err(|error| {
            tracing::warn!("the demo server cannot start: {error}");
            let message = "The demo could not be started: no port is free on this computer.".to_owned();
            Problem { code: Code::NotPossible, message, retry: Retry::Now }
        })?;
        let login = LoginWish::SignIn { user: USER.to_owned(), password: Secret::new(PASSWORD), stay: false };
        client.send(Command::AddServer { address: demo.address(), remember: false, login: Some(login) }).await
    }
}
