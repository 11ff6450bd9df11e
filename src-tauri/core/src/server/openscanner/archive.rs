//! The questions about stored calls, put to whatever session there is.

use std::sync::Arc;

use futures_util::FutureExt;

use super::session::Session;
use super::{Slot, nobody};
use crate::server::{Archive, ArchiveError, AskFn};

pub(super) fn archive_by(session: &Slot) -> Archive {
    Archive {
        search: ask_by(session, Session::search),
        transcript: ask_by(session, Session::words),
        bookmarked: ask_by(session, |session, ()| session.bookmarked()),
        share: ask_by(session, Session::share),
        unshare: ask_by(session, Session::unshare),
        shared: ask_by(session, Session::shared),
    }
}

fn ask_by<Q, A, F>(session: &Slot, ask: impl Fn(Arc<Session>, Q) -> F + Send + Sync + 'static) -> AskFn<Q, A>
where
    Q: Send + 'static,
    A: Send + 'static,
    F: Future<Output = Result<A, ArchiveError>> + Send + 'static,
{
    let session = session.clone();
    Arc::new(move |question| match session.get() {
        Some(session) => ask(session, question).boxed(),
        None => std::future::ready(Err(ArchiveError::Network(nobody()))).boxed(),
    })
}
