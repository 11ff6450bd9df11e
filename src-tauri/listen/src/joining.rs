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

#[cfg(test)]
mod tests {
    use squelch_core::problem::Retry;

    use super::*;
    use crate::samples;

    const START: Wanted<'_> = Wanted { pin: None, account: true, once: false, was_live: false, kept_login: false };

    fn problem(code: Code) -> Problem {
        Problem { code, message: "why".to_owned(), retry: Retry::No }
    }

    fn ended(step: &Step) -> Option<End> {
        if let Step::End(end, _) = step { Some(*end) } else { None }
    }

    #[test]
    fn a_refused_sign_in_ends_it_at_the_start_and_with_once_but_not_later() {
        let refused = |code| ServerView {
            account: AccountView::SignedOut { problem: Some(problem(code)), user: None },
            ..samples::server()
        };
        let (wrong, nobody) = (refused(Code::WrongPassword), refused(Code::ServerUnreachable));
        assert_eq!(ended(&step(&wrong, START)), Some(End::SignIn));
        assert_eq!(ended(&step(&nobody, START)), Some(End::Server));
        assert_eq!(step(&wrong, Wanted { kept_login: true, ..START }), Step::AskPassword);
        let later = Wanted { was_live: true, ..START };
        assert_eq!(step(&wrong, later), Step::Nothing);
        assert_eq!(ended(&step(&wrong, Wanted { once: true, ..later })), Some(End::SignIn));
    }

    #[test]
    fn only_the_certificate_agreed_to_is_trusted() {
        let link = LinkView::Untrusted {
            sha256: "ab".to_owned(),
            changed: false,
            problem: problem(Code::CertificateUntrusted),
        };
        let server = ServerView { link, ..samples::server() };
        assert_eq!(step(&server, Wanted { pin: Some("ab"), ..START }), Step::Trust("ab".to_owned()));
        for pin in [None, Some("cd")] {
            assert_eq!(ended(&step(&server, Wanted { pin, ..START })), Some(End::Server));
        }
    }

    #[test]
    fn a_lost_link_ends_it_only_with_once() {
        let link = LinkView::Waiting { in_ms: 1, attempt: 1, problem: problem(Code::LinkLost) };
        let server = ServerView { link, ..samples::server() };
        for (once, was_live, end) in [(false, true, None), (true, false, None), (true, true, Some(End::LinkLost))] {
            assert_eq!(ended(&step(&server, Wanted { once, was_live, ..START })), end, "{once} {was_live}");
        }
    }
}
