//! What is being done about the account. One thing at a time.

use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use super::session::Session;
use crate::server::{Login, ServerCommand};

/// What is being done about the account, if anything.
pub(super) type Doing = Option<BoxFuture<'static, ()>>;

/// Until what is being done is done; never, if that is nothing. Cancel-safe: it stays where it is.
pub(super) async fn done(doing: &mut Doing) {
    match doing {
        Some(doing) => doing.await,
        None => std::future::pending().await,
    }
}

/// Begins as whoever is to be there.
pub(super) fn begin(session: Arc<Session>, login: Login) -> BoxFuture<'static, ()> {
    async move {
        match login {
            Login::Ask => session.ask_user().await,
            Login::Anonymous => session.go_anonymous().await,
            Login::Remembered { user } => session.remember(user).await,
            Login::With(credentials) => session.sign_in(credentials).await,
        }
    }
    .boxed()
}

/// Carries out a wish that waits for its turn.
pub(super) fn carry_out(session: Arc<Session>, wish: ServerCommand) -> BoxFuture<'static, ()> {
    async move {
        match wish {
            ServerCommand::SignIn(credentials) => session.sign_in(credentials).await,
            ServerCommand::ListenAnonymously => session.go_anonymous().await,
            ServerCommand::SignOut => session.sign_out().await,
            ServerCommand::ChangePassword { current, new } => session.change_password(current, new).await,
            // These never wait for their turn.
            ServerCommand::Trust { .. }
            | ServerCommand::Reconnect
            | ServerCommand::ReadChoice { .. }
            | ServerCommand::WriteChoice { .. }
            | ServerCommand::Bookmark { .. }
            | ServerCommand::Forget
            | ServerCommand::Close => {}
        }
    }
    .boxed()
}
