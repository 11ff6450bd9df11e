//! What to do about newer versions: when to look, whom to offer what, when to install. Pure.

use std::time::Duration;

use semver::Version;
use squelch_core::clock::WallTime;
use squelch_core::view::{UpdateTime, Updates};

/// Between two looks.
pub(super) const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Before another look after one that failed: a laptop is often started before it has a network.
pub(super) const AFTER_FAILURE: Duration = Duration::from_secs(60 * 60);

/// The longest wait before the clock is read again. It may have been set, and while a computer sleeps no timer runs.
const LONGEST_WAIT: Duration = Duration::from_secs(15 * 60);

/// The last look of this run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Look {
    /// When, by the wall.
    pub(super) at: WallTime,
    /// Whether it came to nothing.
    pub(super) failed: bool,
}

/// How long until the next look; zero is now, none is never.
///
/// A clock that shows a time before the last look has been set back: that look says nothing any more.
pub(super) fn next_look(choice: Updates, last: Option<Look>, now: WallTime) -> Option<Duration> {
    match choice {
        Updates::Off => return None,
        Updates::Notify | Updates::Automatic => {}
    }
    let Some(last) = last else { return Some(Duration::ZERO) };
    let Ok(gone) = u64::try_from(now.0.saturating_sub(last.at.0)) else { return Some(Duration::ZERO) };
    let pause = if last.failed { AFTER_FAILURE } else { DAY };
    Some(pause.saturating_sub(Duration::from_millis(gone)).min(LONGEST_WAIT))
}

/// What the server's newest version is to us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rank {
    /// It can be offered.
    Newer,
    /// It runs already.
    Same,
    /// Somebody wants us to go back, or the server is behind.
    Older,
}

/// Compares a version with the one that runs. None: it is no version.
pub(super) fn rank(running: &Version, announced: &str) -> Option<Rank> {
    let announced: Version = announced.strip_prefix('v').unwrap_or(announced).parse().ok()?;
    // What is built differently from the same sources is the same version.
    Some(match announced.cmp_precedence(running) {
        std::cmp::Ordering::Less => Rank::Older,
        std::cmp::Ordering::Equal => Rank::Same,
        std::cmp::Ordering::Greater => Rank::Newer,
    })
}

/// What follows from having found a newer version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Offer {
    /// Say nothing.
    Nothing,
    /// Say that it is there.
    Tell,
    /// Download it, for when Squelch is quit.
    Download,
}

/// Whom a newer version is offered to. Whoever asks is told in any case, also of a version they once did not want.
pub(super) fn offer(choice: Updates, version: &str, skipped: Option<&str>, asked: bool) -> Offer {
    match choice {
        _ if asked => Offer::Tell,
        _ if skipped == Some(version) => Offer::Nothing,
        Updates::Off => Offer::Nothing,
        Updates::Notify => Offer::Tell,
        Updates::Automatic => Offer::Download,
    }
}

/// Whether to install and start anew now. A call is never cut off, unless the user does not want to wait.
pub(super) fn may_install(time: UpdateTime, sounding: bool) -> bool {
    match time {
        UpdateTime::AtOnce => true,
        UpdateTime::Quiet => !sounding,
        UpdateTime::OnQuit => false,
    }
}

/// Most characters of the notes that are shown. The manifest is not signed.
const LONGEST_NOTES: usize = 4_000;

/// Notes as text a person can read: without what would steer a terminal or turn the direction of writing around.
pub(super) fn readable(notes: &str) -> Option<String> {
    let steers = |c: char| (c.is_control() && c != '\n') || squelch_core::text::is_hidden(c);
    let text: String = notes.replace("\r\n", "\n").chars().filter(|c| !steers(*c)).take(LONGEST_NOTES).collect();
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const HOUR_MS: i64 = 60 * 60 * 1000;

    #[test]
    fn it_looks_at_the_start_then_daily_sooner_after_a_failure_and_never_when_off() {
        let fine = |ago: i64| Some(Look { at: WallTime(1_000 * HOUR_MS - ago), failed: false });
        let failed = |ago: i64| Some(Look { at: WallTime(1_000 * HOUR_MS - ago), failed: true });
        let now = Some(Duration::ZERO);
        let table = [
            (Updates::Notify, None, now),
            (Updates::Automatic, None, now),
            (Updates::Off, None, None),
            (Updates::Off, fine(48 * HOUR_MS), None),
            (Updates::Notify, fine(0), Some(LONGEST_WAIT)),
            (Updates::Notify, fine(23 * HOUR_MS), Some(LONGEST_WAIT)),
            (Updates::Notify, fine(24 * HOUR_MS - 60_000), Some(Duration::from_secs(60))),
            (Updates::Notify, fine(24 * HOUR_MS), now),
            (Updates::Automatic, fine(24 * HOUR_MS * 400), now),
            (Updates::Notify, failed(30 * 60_000), Some(LONGEST_WAIT)),
            (Updates::Notify, failed(HOUR_MS), now),
            // The clock was set back: by an hour, by years, to before 1970.
            (Updates::Notify, fine(-HOUR_MS), now),
            (Updates::Notify, failed(-1), now),
            (Updates::Notify, Some(Look { at: WallTime(i64::MAX), failed: false }), now),
        ];
        for (choice, last, next) in table {
            assert_eq!(next_look(choice, last, WallTime(1_000 * HOUR_MS)), next, "{choice:?} {last:?}");
        }
        assert_eq!(next_look(Updates::Notify, fine(0), WallTime(i64::MIN)), now);
    }

    #[test]
    fn only_a_higher_version_is_newer() {
        let table = [
            ("1.2.3", "1.2.4", Some(Rank::Newer)),
            ("1.2.3", "v1.10.0", Some(Rank::Newer)),
            ("1.2.3", "2.0.0-beta.1", Some(Rank::Newer)),
            ("1.2.3", "1.2.3", Some(Rank::Same)),
            ("1.2.3", "1.2.3+another.build", Some(Rank::Same)),
            ("1.2.3", "1.2.3-rc.1", Some(Rank::Older)),
            ("1.2.3", "1.2.2", Some(Rank::Older)),
            ("1.2.3-rc.1", "1.2.3", Some(Rank::Newer)),
            ("1.2.3", "", None),
            ("1.2.3", "newest", None),
            ("1.2.3", "1.2", None),
        ];
        for (running, announced, wanted) in table {
            assert_eq!(rank(&running.parse().unwrap(), announced), wanted, "{running} {announced}");
        }
    }

    #[test]
    fn a_version_is_offered_as_the_user_chose_and_to_whoever_asks() {
        let table = [
            (Updates::Notify, None, false, Offer::Tell),
            (Updates::Notify, Some("2.0.0"), false, Offer::Nothing),
            (Updates::Notify, Some("1.9.0"), false, Offer::Tell),
            (Updates::Notify, Some("2.0.0"), true, Offer::Tell),
            (Updates::Automatic, None, false, Offer::Download),
            (Updates::Automatic, Some("2.0.0"), false, Offer::Nothing),
            (Updates::Automatic, None, true, Offer::Tell),
            (Updates::Off, None, false, Offer::Nothing),
            (Updates::Off, None, true, Offer::Tell),
        ];
        for (choice, skipped, asked, wanted) in table {
            assert_eq!(offer(choice, "2.0.0", skipped, asked), wanted, "{choice:?} {skipped:?} {asked}");
        }
    }

    #[test]
    fn a_call_is_never_cut_off_unless_the_user_does_not_want_to_wait() {
        let table = [
            (UpdateTime::Quiet, false, true),
            (UpdateTime::Quiet, true, false),
            (UpdateTime::AtOnce, true, true),
            (UpdateTime::AtOnce, false, true),
            (UpdateTime::OnQuit, false, false),
            (UpdateTime::OnQuit, true, false),
        ];
        for (time, sounding, wanted) in table {
            assert_eq!(may_install(time, sounding), wanted, "{time:?} {sounding}");
        }
    }

    #[test]
    fn notes_are_text_of_a_bounded_length() {
        assert_eq!(
            readable("  Fewer silences.\r\n- <b>New</b>\u{1b}[31m \u{202e}x "),
            Some("Fewer silences.\n- <b>New</b>[31m x".to_owned())
        );
        assert_eq!(readable("\u{7}\n "), None);
        assert_eq!(readable(&"ä".repeat(100_000)).unwrap().chars().count(), LONGEST_NOTES);
    }
}
