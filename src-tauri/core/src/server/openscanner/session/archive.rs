//! Stored calls: found, read, bookmarked and shared with the login there is.
//!
//! The search is the one route that never refuses a login: whoever comes with a stale one is answered as a stranger, who
//! is shown more than a restricted account and has no bookmarks. So the age of the login is looked at before each search,
//! and an answer about bookmarks that holds anything else is taken for the refusal it is.

use std::sync::Arc;

use super::{Cause, RenewError, Session, Standing, Who};
use crate::model::{Call, CallId, Transcript};
use crate::secret::Secret;
use crate::server::openscanner::http::{Answer, Question};
use crate::server::openscanner::wire;
use crate::server::{ArchiveError, Bookmarked, SearchAnswer, SearchRequest, ServerEvent, SharedCall};

impl Session {
    /// One stretch of what a search finds.
    pub(in crate::server::openscanner) async fn search(
        self: Arc<Self>,
        request: SearchRequest,
    ) -> Result<SearchAnswer, ArchiveError> {
        let question = Question::Search(wire::query(&request));
        let mut seen = None;
        loop {
            let bearer = self.searcher(request.filter.bookmarked).await?;
            let answer = self.ask_once(bearer.as_ref().map(|(bearer, _)| bearer), &question).await?;
            let found = wire::found(&good(answer)?.body).map_err(|_| ArchiveError::NotUnderstood)?;
            let Some((_, renewal)) = bearer.filter(|_| request.filter.bookmarked && !found.all_bookmarked) else {
                return Ok(found.answer);
            };
            // What a stranger sees.
            if seen.replace(renewal).is_some() {
                self.renewal_was_futile();
                return Err(ArchiveError::NotAuthorised);
            }
            self.renew(renewal, Cause::Refusal).await?;
        }
    }

    /// With what to search: the login if there is one, nothing where anybody may.
    async fn searcher(self: &Arc<Self>, bookmarked: bool) -> Result<Option<(Secret, u64)>, ArchiveError> {
        let fresh = self.keep_fresh().await;
        if fresh.is_ok()
            && let Some(bearer) = self.user().and_then(|user| self.bearer_of(&user))
        {
            return Ok(Some(bearer));
        }
        if !bookmarked && self.may_be_anybody() {
            return Ok(None);
        }
        Err(fresh.err().map_or(ArchiveError::SignedOut, ArchiveError::from))
    }

    /// Whether a stranger may ask as well.
    fn may_be_anybody(&self) -> bool {
        self.standing() != Standing::Nobody && self.lock().public
    }

    /// The newest calls, oldest first. On a refusal the login is renewed once and the question asked once more.
    pub(in crate::server::openscanner) async fn earlier(
        self: &Arc<Self>,
        limit: u32,
    ) -> Result<Vec<Call>, ArchiveError> {
        let question = Question::Search(format!("sort=desc&limit={limit}"));
        let mut bearer = self.searcher(false).await?;
        let mut answer = self.search_known(bearer.as_ref(), &question).await?;
        if answer.status == 401
            && let Some((_, seen)) = bearer
        {
            bearer = match self.renew(seen, Cause::Refusal).await {
                Ok(_) => self.searcher(false).await?,
                // The login can wait.
                Err(_) if self.may_be_anybody() => None,
                Err(error) => return Err(error.into()),
            };
            // A second refusal is final for this question, and no reason to leave calls alone that wait for a renewal.
            answer = self.search_known(bearer.as_ref(), &question).await?;
        }
        let mut calls = wire::found(&good(answer)?.body).map_err(|_| ArchiveError::NotUnderstood)?.answer.calls;
        calls.reverse();
        // The server's order is by second only; numbers are given as calls come in.
        calls.sort_by_key(|call| (call.start, call.id));
        Ok(calls)
    }

    /// A search whose answer is for this login, or the refusal that the search itself never gives: a login that was pushed
    /// out is as young as a good one. It is looked at afterwards, as none becomes good again.
    async fn search_known(&self, bearer: Option<&(Secret, u64)>, question: &Question) -> Result<Answer, ArchiveError> {
        let bearer = bearer.map(|(bearer, _)| bearer);
        let answer = self.ask_once(bearer, question).await?;
        if bearer.is_none() || answer.status != 200 {
            return Ok(answer);
        }
        let known = self.ask_once(bearer, &Question::WhoAmI).await?;
        Ok(if known.status == 401 { known } else { answer })
    }

    /// What was said in a call; nothing if nobody has written it down.
    pub(in crate::server::openscanner) async fn words(
        self: Arc<Self>,
        call: CallId,
    ) -> Result<Option<Transcript>, ArchiveError> {
        let question = Question::Transcript(call);
        let is_anybody = self.standing() == Standing::Anonymous;
        let answer =
            if is_anybody { self.ask_once(None, &question).await? } else { self.ask_archive(&question).await? };
        match answer.status {
            404 if self.words_of(&answer).is_some() => Ok(None),
            401 if is_anybody => Err(ArchiveError::SignedOut),
            _ => wire::words(&good(answer)?.body).map(Some).map_err(|_| ArchiveError::NotUnderstood),
        }
    }

    /// What the account has bookmarked.
    pub(in crate::server::openscanner) async fn bookmarked(self: Arc<Self>) -> Result<Bookmarked, ArchiveError> {
        let user = self.user().ok_or(ArchiveError::SignedOut)?;
        let ids = self.bookmark_ids(&user).await?;
        let answer = good(self.ask_as(&user, &Question::BookmarkedCalls).await?)?;
        let found = wire::found(&answer.body).map_err(|_| ArchiveError::NotUnderstood)?;
        Ok(Bookmarked { ids, calls: found.answer.calls })
    }

    async fn bookmark_ids(self: &Arc<Self>, user: &str) -> Result<Vec<CallId>, ArchiveError> {
        let answer = good(self.ask_as(user, &Question::Bookmarks).await?)?;
        wire::bookmarks(&answer.body).map_err(|_| ArchiveError::NotUnderstood)
    }

    /// Reads this user's bookmarks, having seen to the wish; the answer is said.
    pub(in crate::server::openscanner) async fn bookmark(
        self: Arc<Self>,
        ask: u32,
        user: String,
        wish: Option<(CallId, bool)>,
    ) {
        let result = match wish {
            Some((call, on)) => self.see_to_bookmark(&user, call, on).await,
            None => self.bookmark_ids(&user).await,
        };
        // Nobody left to tell: the program ends.
        let _ = self.events.send((self.id, ServerEvent::Bookmarks { ask, result })).await;
    }

    /// The server can only turn a bookmark round. So it is read first and turned once at most: whether a request without
    /// an answer was carried out shows the list.
    async fn see_to_bookmark(
        self: &Arc<Self>,
        user: &str,
        call: CallId,
        on: bool,
    ) -> Result<Vec<CallId>, ArchiveError> {
        let mut ids = self.bookmark_ids(user).await?;
        if ids.contains(&call) == on {
            return Ok(ids);
        }
        let turned = match self.ask_as(user, &Question::ToggleBookmark(wire::toggle(call))).await {
            Ok(answer) if answer.status == 404 => return Err(self.missing(&answer)),
            Ok(answer) => {
                good(answer).and_then(|answer| wire::toggled(&answer.body).map_err(|_| ArchiveError::NotUnderstood))
            }
            Err(error) => Err(error),
        };
        match turned {
            Ok(is_on) if is_on == on => {
                ids.retain(|id| *id != call);
                if on {
                    ids.insert(0, call);
                }
                Ok(ids)
            }
            unclear => {
                let ids = self.bookmark_ids(user).await?;
                if ids.contains(&call) == on { Ok(ids) } else { Err(unclear.err().unwrap_or(ArchiveError::Crossed)) }
            }
        }
    }

    /// A link to a call. The server hands out one that has expired again and again until it is removed.
    pub(in crate::server::openscanner) async fn share(
        self: Arc<Self>,
        call: CallId,
    ) -> Result<SharedCall, ArchiveError> {
        let (token, is_new) = self.make_link(call).await?;
        if is_new || !self.has_expired(&token).await {
            return Ok(self.shared_call(&token, is_new));
        }
        match self.take_back(call).await {
            Err(ArchiveError::NotYours) => return Err(ArchiveError::Expired),
            other => other?,
        }
        let (token, _) = self.make_link(call).await?;
        Ok(self.shared_call(&token, true))
    }

    async fn make_link(self: &Arc<Self>, call: CallId) -> Result<(String, bool), ArchiveError> {
        let answer = self.ask_archive(&Question::Share(call)).await?;
        let is_new = match answer.status {
            200 => false,
            201 => true,
            403 => return Err(ArchiveError::SharingOff),
            404 => return Err(self.missing(&answer)),
            429 => return Err(ArchiveError::Limited),
            _ => return Err(bad(&answer)),
        };
        let token = wire::link(&answer.body).map_err(|_| ArchiveError::NotUnderstood)?;
        Ok((token, is_new))
    }

    /// Only the server's own word for it counts; whoever cannot ask goes on with what there is.
    async fn has_expired(&self, token: &str) -> bool {
        self.http().shared_page(self.generation(), token).await.is_ok_and(|answer| answer.status == 410)
    }

    fn shared_call(&self, token: &str, is_new: bool) -> SharedCall {
        SharedCall { url: self.http().call_page(token).into(), is_new }
    }

    /// The link there is; one that has expired is none.
    pub(in crate::server::openscanner) async fn shared(
        self: Arc<Self>,
        call: CallId,
    ) -> Result<Option<SharedCall>, ArchiveError> {
        let answer = self.ask_archive(&Question::Shared(call)).await?;
        if answer.status == 404 && self.words_of(&answer).is_some() {
            return Ok(None);
        }
        let token = wire::link(&good(answer)?.body).map_err(|_| ArchiveError::NotUnderstood)?;
        Ok(if self.has_expired(&token).await { None } else { Some(self.shared_call(&token, false)) })
    }

    /// Takes the link back; there being none is as good.
    pub(in crate::server::openscanner) async fn unshare(self: Arc<Self>, call: CallId) -> Result<(), ArchiveError> {
        self.take_back(call).await
    }

    async fn take_back(self: &Arc<Self>, call: CallId) -> Result<(), ArchiveError> {
        let answer = self.ask_archive(&Question::Unshare(call)).await?;
        match answer.status {
            200 => Ok(()),
            403 => Err(ArchiveError::NotYours),
            404 if self.words_of(&answer).is_some() => Ok(()),
            _ => Err(bad(&answer)),
        }
    }

    fn user(&self) -> Option<String> {
        match &self.lock().who {
            Who::Somebody(person) => Some(person.user.clone()),
            Who::Nobody | Who::Anonymous => None,
        }
    }

    /// One request with the login there is.
    async fn ask_archive(self: &Arc<Self>, question: &Question) -> Result<Answer, ArchiveError> {
        let user = self.user().ok_or(ArchiveError::SignedOut)?;
        self.ask_as(&user, question).await
    }

    /// One request with this user's login. On a refusal it is renewed once and the request sent once more, unless somebody
    /// else is signed in by then: whoever is refused has changed nothing.
    async fn ask_as(self: &Arc<Self>, user: &str, question: &Question) -> Result<Answer, ArchiveError> {
        self.keep_fresh().await?;
        let (bearer, seen) = self.bearer_of(user).ok_or(ArchiveError::SignedOut)?;
        let answer = self.ask_once(Some(&bearer), question).await?;
        if answer.status != 401 {
            return Ok(answer);
        }
        self.renew(seen, Cause::Refusal).await?;
        let (bearer, _) = self.bearer_of(user).ok_or(ArchiveError::SignedOut)?;
        let answer = self.ask_once(Some(&bearer), question).await?;
        if answer.status == 401 {
            self.renewal_was_futile();
        }
        Ok(answer)
    }

    async fn ask_once(&self, bearer: Option<&Secret>, question: &Question) -> Result<Answer, ArchiveError> {
        let answer = self.http().ask(self.generation(), bearer, question).await;
        answer.map_err(|failure| ArchiveError::Network(failure.into()))
    }

    /// A 404 in the words of the server's own route is about the call; any other one is about the route.
    fn missing(&self, answer: &Answer) -> ArchiveError {
        if self.words_of(answer).is_some() { ArchiveError::NotFound } else { ArchiveError::NotOffered }
    }

    fn words_of(&self, answer: &Answer) -> Option<String> {
        wire::error(&answer.body, self.generation().errors())
    }
}

fn good(answer: Answer) -> Result<Answer, ArchiveError> {
    if answer.status == 200 { Ok(answer) } else { Err(bad(&answer)) }
}

fn bad(answer: &Answer) -> ArchiveError {
    match answer.status {
        401 => ArchiveError::NotAuthorised,
        404 | 405 => ArchiveError::NotOffered,
        status => ArchiveError::Status(status),
    }
}

impl From<RenewError> for ArchiveError {
    fn from(error: RenewError) -> Self {
        match error {
            RenewError::Ended => Self::SignedOut,
            RenewError::Futile => Self::NotAuthorised,
            RenewError::Unreachable(error) => Self::Network(error),
        }
    }
}
