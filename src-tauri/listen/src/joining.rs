//! Getting in: which server, who to be, and what stands in the way.

use squelch_core::client::Client;
use squelch_core::problem::{Code, Problem};
use squelch_core::view::{AccountView, Command, LinkView, LoginWish, ServerView};

use crate::ending::End;
use crate::output::complain;
use crate::plain;

/// What has to happen because of a server's state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    /// Nothing: wait, or go on listening.
    Nothing,
    /// Agree to this certificate, as the command line did.
    Trust(String),
    /// The login that was kept is over: a password is needed.
    AskPassword,
    /// End, for this reason.
    End(End, String),
}

/// What the command line said, as far as it matters here.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted<'a> {
    /// The certificate agreed to.
    pub(crate) pin: Option<&'a str>,
    /// Whether an account is used.
    pub(crate) account: bool,
    /// End where the link or the login is lost.
    pub(crate) once: bool,
    /// Calls have arrived before.
    pub(crate) was_live: bool,
    /// A login was kept, and no password has been used.
    pub(crate) kept_login: bool,
}

/// What to do about a server as it is now.
pub(crate) fn step(server: &ServerView, wanted: Wanted<'_>) -> Step {
    let end = |end, problem: &Problem| Step::End(end, plain::text(&problem.message));
    // Once it was good, whatever is lost may come back.
    let patient = wanted.was_live && !wanted.once;
    match &server.link {
        LinkView::Untrusted { sha256, .. } if wanted.pin == Some(sha256) => return Step::Trust(sha256.clone()),
        LinkView::Untrusted { sha256, problem, .. } => {
            let hint = format!("{} To agree to it: --pin {sha256}", plain::text(&problem.message));
            return Step::End(End::Server, hint);
        }
        LinkView::Refused { problem, .. } if !patient => return end(End::Server, problem),
        LinkView::Waiting { problem, .. } if wanted.once && wanted.was_live => return end(End::LinkLost, problem),
        _ => {}
    }
    match &server.account {
        AccountView::SignedOut { problem: Some(problem), .. } if !patient => {
            if wanted.kept_login {
                return Step::AskPassword;
            }
            let unusable = [Code::ServerUnreachable, Code::ServerError, Code::Redirected].contains(&problem.code);
            end(if unusable { End::Server } else { End::SignIn }, problem)
        }
        AccountView::SignedOut { .. } if !wanted.account && server.version.is_some() && !server.public => {
            Step::End(End::SignIn, "This server wants an account: name it with --user.".to_owned())
        }
        AccountView::PasswordChange { .. } if !patient => Step::End(
            End::SignIn,
            "The server wants this account's password changed first: in a browser, or in Squelch's window.".to_owned(),
        ),
        AccountView::Anonymous { problem: Some(problem) } if wanted.account && wanted.once => end(End::SignIn, problem),
        _ => Step::Nothing,
    }
}

/// Adds the server.
pub(crate) async fn add(client: &Client, address: &str, remember: bool, login: LoginWish) -> Result<(), End> {
    send(client, Command::AddServer { address: address.to_owned(), remember, login: Some(login) }).await
}

/// Sends a wish that has to be accepted.
pub(crate) async fn send(client: &Client, command: Command) -> Result<(), End> {
    client.send(command).await.map_err(|problem| {
        complain(&plain::text(&problem.message));
        End::Fault
    })
}
