//! The newest calls, for whoever wants one again.

use squelch_core::model::CallKey;
use squelch_core::view::{NotPlayed, Row, RowState};

/// How many are shown.
pub(crate) const SHOWN: usize = 5;

/// How many are kept, so that there are enough left when some go.
const KEPT: usize = 50;

/// One of them.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Recent {
    pub(super) key: CallKey,
    pub(super) start_ms: f64,
    pub(super) title: String,
    pub(super) system: String,
    order: f64,
    wanted: bool,
}

/// The newest of the feed, newest first.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Calls(Vec<Recent>);

impl Calls {
    /// Takes rows in, in place of what is known of them.
    pub(super) fn add(&mut self, rows: &[Row]) {
        for row in rows {
            self.0.retain(|known| known.key != row.key);
            let place = self.0.partition_point(|known| known.order > row.order);
            if place < KEPT {
                self.0.insert(place, Recent::of(row));
                self.0.truncate(KEPT);
            }
        }
    }

    pub(super) fn remove(&mut self, calls: &[CallKey]) {
        self.0.retain(|known| !calls.contains(&known.key));
    }

    /// Those worth offering: what the user does not want to hear is none of them.
    pub(super) fn newest(&self) -> impl Iterator<Item = &Recent> {
        self.0.iter().filter(|call| call.wanted).take(SHOWN)
    }
}

impl Recent {
    fn of(row: &Row) -> Self {
        let unwanted = matches!(
            row.state,
            RowState::NotPlayed {
                why: NotPlayed::NotHeld | NotPlayed::Avoided | NotPlayed::SwitchedOff | NotPlayed::ServerMuted
            }
        );
        Self {
            key: row.key,
            start_ms: row.start_ms,
            title: row.title.clone(),
            system: row.system.clone(),
            order: row.order,
            wanted: !unwanted,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::row;

    fn titles(calls: &Calls) -> Vec<&str> {
        calls.newest().map(|call| call.title.as_str()).collect()
    }

    fn named(numbers: impl IntoIterator<Item = u64>) -> Vec<Row> {
        numbers.into_iter().map(|number| row(number, &format!("call {number}"))).collect()
    }

    #[test]
    fn the_newest_five_are_offered_in_whatever_order_they_were_told() {
        let mut calls = Calls::default();
        calls.add(&named([3, 1, 7]));
        calls.add(&named([2, 6, 5, 4]));
        assert_eq!(titles(&calls), ["call 7", "call 6", "call 5", "call 4", "call 3"]);
    }

    #[test]
    fn a_call_that_goes_makes_room_for_the_one_before() {
        let mut calls = Calls::default();
        let rows = named(1..=6);
        calls.add(&rows);
        calls.remove(&[rows[4].key]);
        assert_eq!(titles(&calls), ["call 6", "call 4", "call 3", "call 2", "call 1"]);
    }

    #[test]
    fn what_nobody_wants_to_hear_is_not_offered_until_somebody_does() {
        let mut calls = Calls::default();
        let mut rows = named([1, 2]);
        for why in [NotPlayed::NotHeld, NotPlayed::Avoided, NotPlayed::SwitchedOff, NotPlayed::ServerMuted] {
            rows[1].state = RowState::NotPlayed { why };
            calls.add(&rows);
            assert_eq!(titles(&calls), ["call 1"], "{why:?}");
        }
        for why in [NotPlayed::LiveOff, NotPlayed::TooOld] {
            rows[1].state = RowState::NotPlayed { why };
            calls.add(&rows);
            assert_eq!(titles(&calls), ["call 2", "call 1"], "{why:?}");
        }
    }

    #[test]
    fn a_busy_day_is_not_kept() {
        let mut calls = Calls::default();
        calls.add(&named(1..=500));
        assert_eq!(calls.0.len(), KEPT);
        assert_eq!(titles(&calls)[0], "call 500");
    }
}
