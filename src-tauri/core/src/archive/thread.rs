//! The thread that writes: the only one with a connection that may. It takes what waits in helpings, does what is to be done
//! besides in small steps in between, and outlives every trouble with the disk.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use rusqlite::params;

use super::batch::{self, HOUR, KnownWords, Stored};
use super::database::{self, Database, Unopened};
use super::files;
use super::mailbox::{Batch, Waiting};
use super::notes::Limits;
use super::retention::{self, Retention, Totals};
use super::sweep::Sweep;
use super::trouble::{Failure, Fault, Trouble};
use super::{Shared, Standing};
use crate::clock::{Clock, Now};
use crate::model::CallKey;

/// While there is trouble it is tried again after this time.
const RETRY: Duration = Duration::from_secs(10);
/// A power cut costs at most this much of what was written. A program that is killed costs nothing.
const SYNC: Duration = Duration::from_secs(5);
/// After calls were written it is looked soon whether there are too many of them …
const SOON: Duration = Duration::from_secs(10);
/// … and otherwise now and then, because they grow older.
const NOW_AND_THEN: Duration = Duration::from_secs(60 * 60);
/// Archives that turn out damaged one after the other: it is the disk.
const MOST_SET_ASIDE: u32 = 3;

/// See the module.
pub(super) struct Writer {
    shared: Arc<Shared>,
    data: PathBuf,
    clock: Clock,
    database: Option<Database>,
    known: KnownWords,
    limits: Limits,
    retention: Retention,
    sweep: Sweep,
    /// While there is trouble: when to try again.
    retry_at: Option<Duration>,
    /// There is trouble that does not pass.
    has_given_up: bool,
    retain_at: Duration,
    synced_at: Option<Duration>,
    is_unsynced: bool,
    /// Pages were given back to the disk.
    is_shrinking: bool,
    set_aside: u32,
}

impl Writer {
    pub(super) fn new(shared: Arc<Shared>, data: PathBuf, clock: Clock, limits: Limits) -> Self {
        Self {
            shared,
            data,
            clock,
            database: None,
            known: KnownWords::default(),
            limits,
            retention: Retention::default(),
            sweep: Sweep::default(),
            retry_at: None,
            has_given_up: false,
            retain_at: Duration::ZERO,
            synced_at: None,
            is_unsynced: false,
            is_shrinking: false,
            set_aside: 0,
        }
    }

    /// Works until it is told to end, and then until nothing waits or nothing can be written.
    pub(super) fn run(mut self) {
        loop {
            let now = self.clock.now();
            let is_ending = self.shared.mailbox.is_ending();
            let has_more = (is_ending || self.retry_at.is_none_or(|at| at <= now.at)) && self.turn(now, is_ending);
            if has_more {
                continue;
            }
            if is_ending {
                break;
            }
            self.clock.park(self.deadline(), None);
        }
        self.close();
    }

    /// One piece of work; whether there is more at once.
    fn turn(&mut self, now: Now, is_ending: bool) -> bool {
        if self.has_given_up {
            return false;
        }
        if self.database.is_none() && !self.open(now) {
            return false;
        }
        if let Some(batch) = self.shared.mailbox.take() {
            return self.batch(batch, now);
        }
        let done = if is_ending { self.finish(now) } else { self.chore(now) };
        done.unwrap_or_else(|failure| self.failed(failure, now))
    }

    fn deadline(&self) -> Option<Duration> {
        if self.has_given_up {
            return None;
        }
        let sync_at = self.synced_at.filter(|_| self.is_unsynced).map(|at| at + SYNC);
        self.retry_at.or_else(|| Some(sync_at.unwrap_or(self.retain_at).min(self.retain_at)))
    }

    /// Opens the archive; whether there is one now, or another attempt may be made at once.
    fn open(&mut self, now: Now) -> bool {
        match Database::open(&self.data) {
            Ok(database) => {
                self.shared.pool.open(&database.folder);
                self.known = KnownWords::default();
                self.retention = Retention::default();
                self.retain_at = now.at;
                self.is_unsynced = false;
                self.sweep = Sweep::of(&database, &self.data).unwrap_or_else(|failure| {
                    tracing::warn!(%failure, "the archive could not be looked through");
                    Sweep::default()
                });
                self.database = Some(database);
                self.publish(|standing| standing.is_open = true);
                true
            }
            Err(Unopened::Damaged(failure)) => self.set_aside(failure, now),
            Err(Unopened::Trouble(trouble)) => self.trouble(trouble, now),
        }
    }

    /// Nobody reads or writes any more.
    fn close(&mut self) {
        self.publish(|standing| standing.is_open = false);
        self.shared.pool.close();
        self.database = None;
    }

    fn publish(&self, change: impl FnOnce(&mut Standing)) {
        let let_go = self.shared.mailbox.let_go();
        self.shared.standing.send_modify(|standing| {
            standing.let_go = let_go;
            change(standing);
        });
    }

    fn trouble(&mut self, trouble: Trouble, now: Now) -> bool {
        self.retry_at = Some(now.at + RETRY);
        if !trouble.passes() {
            self.has_given_up = true;
            self.shared.mailbox.close();
        }
        self.publish(|standing| standing.trouble = Some(trouble));
        false
    }

    /// What becomes of a failure that is not a call's own.
    fn failed(&mut self, failure: Failure, now: Now) -> bool {
        match failure.fault() {
            Fault::Damage => self.set_aside(failure, now),
            Fault::Full | Fault::Access | Fault::Refused => self.trouble(Trouble::of(failure), now),
        }
    }

    /// Puts a damaged archive where nobody writes over it; the next turn begins a new one.
    fn set_aside(&mut self, failure: Failure, now: Now) -> bool {
        tracing::warn!(cause = ?failure, "the archive is damaged");
        self.close();
        self.set_aside += 1;
        if self.set_aside > MOST_SET_ASIDE {
            return self.trouble(Trouble::Unwritable(Arc::new(failure)), now);
        }
        match database::set_aside(&self.data, "unreadable") {
            Ok(name) => {
                self.publish(|standing| standing.set_aside = Some(name));
                true
            }
            Err(error) => self.trouble(Trouble::of(error.into()), now),
        }
    }

    /// Writes one helping; whether there may be more at once.
    fn batch(&mut self, mut batch: Batch, now: Now) -> bool {
        if let Some(limits) = batch.sundry.limits {
            self.limits = limits;
            self.retain_at = now.at;
        }
        if std::mem::take(&mut batch.sundry.damaged) {
            self.shared.mailbox.give_back(batch);
            return self.set_aside(Failure::File(std::io::ErrorKind::InvalidData.into()), now);
        }
        if batch.sundry.delete_all {
            return self.delete_all(batch, now);
        }
        if !self.database.as_ref().is_some_and(Database::is_there) {
            // Somebody has deleted it, or the disk is gone.
            self.close();
            self.shared.mailbox.give_back(batch);
            return true;
        }
        if batch.sundry.kept.values().any(|keep| !keep)
            || batch.calls.iter().any(|call| call.pending.keep == Some(false))
        {
            self.retention.begin_again();
        }
        let (stored, trouble) = self.store(&batch, now);
        let up_to = batch.up_to;
        let mut written = self.write(&batch, &stored, now, batch::write);
        if let Err(failure) = &written
            && failure.fault() == Fault::Refused
        {
            tracing::warn!(cause = ?failure, "not everything can be archived");
            written = self.write(&batch, &stored, now, batch::write_without_refused);
        }
        match (written, trouble) {
            (Ok(()), None) => self.has_written(up_to, now),
            (Ok(()), Some(failure)) => {
                self.shared.mailbox.give_back(without_rows(batch, &stored));
                self.failed(failure, now)
            }
            (Err(failure), _) => {
                self.discard(stored);
                // What is refused even so would be refused for ever.
                if failure.fault() != Fault::Refused {
                    self.shared.mailbox.give_back(batch);
                    return self.failed(failure, now);
                }
                self.shared.mailbox.count_lost(batch.calls.len() as u64);
                self.has_written(up_to, now)
            }
        }
    }

    /// Writes the audio to files. The first failure ends it: what is not stored is tried again later.
    fn store(&self, batch: &Batch, now: Now) -> (BTreeMap<CallKey, Stored>, Option<Failure>) {
        let mut stored = BTreeMap::new();
        let Some(database) = &self.database else { return (stored, None) };
        let hour = now.wall.0.div_euclid(HOUR * 1_000);
        for Waiting { key, pending, .. } in &batch.calls {
            let Some(audio) = &pending.audio else { continue };
            match files::write(&database.folder, hour, &audio.bytes) {
                Ok((name, sum)) => drop(stored.insert(*key, Stored { name, sum, bytes: audio.bytes.len() })),
                Err(error) => return (stored, Some(error.into())),
            }
        }
        (stored, None)
    }

    fn write(
        &mut self,
        batch: &Batch,
        stored: &BTreeMap<CallKey, Stored>,
        now: Now,
        write: batch::Write,
    ) -> Result<(), Failure> {
        let Some(database) = &mut self.database else { return Ok(()) };
        // A damaged file goes as soon as its row does, so that must be certain.
        let is_sync_due = self.synced_at.is_none_or(|at| now.at.saturating_sub(at) >= SYNC);
        let is_synced = is_sync_due || !batch.sundry.bad_audio.is_empty();
        database.sync_commits(is_synced)?;
        let left = write(&mut database.connection, &mut self.known, batch, stored, now.wall)?;
        if is_synced {
            self.synced_at = Some(now.at);
        }
        self.is_unsynced = !is_synced;
        if let Some(id) = left.earliest {
            self.retention.goes_back_to(id);
        }
        for name in left.files {
            files::remove(&database.folder, name);
        }
        self.shared.mailbox.count_lost(left.refused);
        Ok(())
    }

    fn has_written(&mut self, up_to: u64, now: Now) -> bool {
        self.retry_at = None;
        self.retain_at = self.retain_at.min(now.at + SOON);
        self.publish(|standing| {
            standing.trouble = None;
            standing.written = standing.written.max(up_to);
        });
        true
    }

    fn discard(&self, stored: BTreeMap<CallKey, Stored>) {
        if let Some(database) = &self.database {
            stored.into_values().for_each(|stored| files::remove(&database.folder, stored.name));
        }
    }

    /// Moves everything out of the way at once, to be removed little by little, and begins anew.
    fn delete_all(&mut self, mut batch: Batch, now: Now) -> bool {
        // What is to be kept in future is a choice of the user's and no record of what was heard.
        let mut kept = self.database.as_ref().map(kept_talkgroups).transpose().ok().flatten().unwrap_or_default();
        self.close();
        let mut moved = database::set_aside(&self.data, "deleted").map(|_| ());
        for damaged in database::aside(&self.data, "unreadable") {
            let deleted = damaged.to_string_lossy().replace("-unreadable-", "-deleted-0");
            moved = moved.and(std::fs::rename(&damaged, deleted));
        }
        if let Err(error) = moved {
            self.shared.mailbox.give_back(batch);
            return self.failed(error.into(), now);
        }
        self.publish(|standing| (standing.set_aside, standing.totals) = (None, Totals::default()));
        kept.append(&mut batch.sundry.kept);
        batch.sundry.kept = kept;
        batch.sundry.delete_all = false;
        self.shared.mailbox.give_back(batch);
        true
    }

    /// Makes the last of it last.
    fn finish(&mut self, now: Now) -> Result<bool, Failure> {
        if let Some(database) = &self.database {
            batch::here(&database.connection, now.wall)?;
        }
        if self.is_unsynced {
            self.sync(now)?;
        }
        Ok(false)
    }

    fn sync(&mut self, now: Now) -> Result<(), Failure> {
        let Some(database) = &self.database else { return Ok(()) };
        database.sync_commits(true)?;
        database.connection.execute("UPDATE meta SET syncs = syncs + 1", [])?;
        database.sync_commits(false)?;
        (self.synced_at, self.is_unsynced) = (Some(now.at), false);
        Ok(())
    }

    /// One small step of what is to be done besides; whether there is more.
    fn chore(&mut self, now: Now) -> Result<bool, Failure> {
        let is_sync_due = self.synced_at.is_none_or(|at| now.at.saturating_sub(at) >= SYNC);
        if self.is_unsynced && is_sync_due {
            self.sync(now)?;
            return Ok(true);
        }
        let Some(database) = &mut self.database else { return Ok(false) };
        if self.retry_at.is_some() {
            // Nothing waits that could show that it works again.
            database.connection.execute("UPDATE meta SET syncs = syncs + 1", [])?;
            self.retry_at = None;
            self.publish(|standing| standing.trouble = None);
            return Ok(true);
        }
        if !self.sweep.is_done() {
            let swept = self.sweep.step(database)?;
            let is_done = self.sweep.is_done();
            self.publish(|standing| {
                standing.swept.files += swept.files;
                standing.swept.calls += swept.calls;
                standing.is_swept = is_done;
            });
            return Ok(true);
        }
        if now.at < self.retain_at {
            return Ok(false);
        }
        if self.retention.step(database, self.limits, now.wall)? {
            return Ok(true);
        }
        if retention::give_back(&database.connection)? {
            self.is_shrinking = true;
            return Ok(true);
        }
        if std::mem::take(&mut self.is_shrinking) {
            // The file becomes shorter when the log has been put into it.
            database.connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))?;
        }
        self.retain_at = now.at + NOW_AND_THEN;
        let totals = Totals::read(&database.connection)?;
        self.publish(|standing| {
            standing.totals = totals;
            standing.is_swept = true;
            standing.looked_at = now.at;
        });
        Ok(true)
    }
}

fn kept_talkgroups(database: &Database) -> rusqlite::Result<BTreeMap<crate::model::TalkgroupKey, bool>> {
    use crate::model::{ServerId, TalkgroupId, TalkgroupKey};
    let mut statement = database.connection.prepare("SELECT server, talkgroup FROM kept_talkgroup")?;
    let kept = statement.query_map(params![], |row| {
        let talkgroup = TalkgroupId(row.get::<_, i64>(1)?.cast_unsigned());
        Ok((TalkgroupKey { server: ServerId(row.get(0)?), talkgroup }, true))
    })?;
    kept.collect()
}

/// What is left of a helping whose rows were written and whose audio was not.
fn without_rows(batch: Batch, stored: &BTreeMap<CallKey, Stored>) -> Batch {
    let mut left = Batch { up_to: batch.up_to, ..Batch::default() };
    for mut waiting in batch.calls {
        let audio = waiting.pending.audio.take().filter(|_| !stored.contains_key(&waiting.key));
        if audio.is_some() {
            waiting.pending = super::notes::Pending { audio, ..Default::default() };
            left.calls.push(waiting);
        }
    }
    left
}
