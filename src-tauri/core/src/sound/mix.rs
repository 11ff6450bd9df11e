//! Where a call is heard between left and right, and how much louder or quieter than others.

use std::iter::Sum;
use std::ops::Add;

use serde::{Deserialize, Serialize};

/// No call is made louder or quieter than by this, in decibels.
pub const MOST_OFFSET_DB: f32 = 12.0;

/// What a listener wants of a talkgroup's or a system's calls. Both add up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS), ts(export))]
#[serde(default, rename_all = "camelCase")]
pub struct Mix {
    /// From −1, the left side alone, to 1, the right side alone.
    pub balance: f32,
    /// Decibels, −12 to 12.
    pub offset_db: f32,
}

impl Mix {
    /// Within its bounds; what is no number is as usual.
    #[must_use]
    pub fn sane(self) -> Self {
        let within = |value: f32, most: f32| if value.is_finite() { value.clamp(-most, most) } else { 0.0 };
        // Plus nothing, so that there is no −0.
        Self { balance: within(self.balance, 1.0) + 0.0, offset_db: within(self.offset_db, MOST_OFFSET_DB) + 0.0 }
    }

    /// Nothing is wanted.
    pub fn is_usual(&self) -> bool {
        *self == Self::default()
    }

    /// The factors for left and right. A simple balance: in the middle a call sounds as it does without, and towards one
    /// side only the other one becomes quieter. So no side is ever louder than the call itself, and none can clip for it.
    pub fn sides(&self) -> [f32; 2] {
        [1.0 - self.balance.max(0.0), 1.0 + self.balance.min(0.0)]
    }
}

impl Add for Mix {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { balance: self.balance + other.balance, offset_db: self.offset_db + other.offset_db }.sane()
    }
}

impl Sum for Mix {
    fn sum<I: Iterator<Item = Self>>(mixes: I) -> Self {
        mixes.fold(Self::default(), Add::add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mix(balance: f32, offset_db: f32) -> Mix {
        Mix { balance, offset_db }
    }

    #[test]
    fn what_is_wanted_of_a_talkgroup_and_of_its_system_adds_up_within_the_bounds() {
        assert_eq!(mix(0.25, 3.0) + mix(-0.75, 6.0), mix(-0.5, 9.0));
        assert_eq!(mix(-1.0, 8.0) + mix(-0.5, 8.0), mix(-1.0, 12.0));
        assert_eq!(mix(2.0, -20.0).sane(), mix(1.0, -12.0));
        assert_eq!(mix(f32::NAN, f32::INFINITY).sane(), Mix::default());
    }

    #[test]
    fn a_balance_makes_only_the_other_side_quieter() {
        for (balance, sides) in [(0.0, [1.0, 1.0]), (1.0, [0.0, 1.0]), (-1.0, [1.0, 0.0]), (0.25, [0.75, 1.0])] {
            assert_eq!(mix(balance, 0.0).sides(), sides, "{balance}");
        }
    }
}
