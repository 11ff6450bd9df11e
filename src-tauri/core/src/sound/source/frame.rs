//! One moment of sound, and which of a device's channels gets what of it.

/// One moment of sound.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Frame {
    /// For a device with one channel, which knows no sides.
    pub mono: f32,
    /// For the left side.
    pub left: f32,
    /// For the right side.
    pub right: f32,
}

/// What a channel of a device gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// It is the only one.
    Only,
    /// It is on the left.
    Left,
    /// It is on the right.
    Right,
    /// It is in the middle of others.
    Middle,
}

impl Frame {
    /// What a channel gets.
    pub fn on(self, side: Side) -> f32 {
        match side {
            Side::Only => self.mono,
            Side::Left => self.left,
            Side::Right => self.right,
            Side::Middle => (self.left + self.right) / 2.0,
        }
    }

    /// Whether nothing is heard.
    pub fn is_silent(self) -> bool {
        self == Self::default()
    }

    #[inline]
    pub(super) fn times(self, factor: f32) -> Self {
        Self { mono: self.mono * factor, left: self.left * factor, right: self.right * factor }
    }

    /// So far on the way to another one: 0 is here, 1 is there.
    #[inline]
    pub(super) fn towards(self, other: Self, part: f32) -> Self {
        let between = |here: f32, there: f32| here + (there - here) * part;
        Self {
            mono: between(self.mono, other.mono),
            left: between(self.left, other.left),
            right: between(self.right, other.right),
        }
    }
}

impl Side {
    /// What the channels of a device get that says no more than how many it has: front, then middle and bass, then back.
    pub fn of_all(channels: usize) -> Vec<Self> {
        let side = |at: usize| match (channels, at) {
            (1, _) => Self::Only,
            (3, 2) | (5.., 2 | 3) => Self::Middle,
            _ if at.is_multiple_of(2) => Self::Left,
            _ => Self::Right,
        };
        (0..channels).map(side).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_channel_gets_what_belongs_to_its_side() {
        use Side::{Left, Middle, Only, Right};
        let table: [(usize, &[Side]); 5] = [
            (1, &[Only]),
            (2, &[Left, Right]),
            (3, &[Left, Right, Middle]),
            (4, &[Left, Right, Left, Right]),
            (6, &[Left, Right, Middle, Middle, Left, Right]),
        ];
        for (channels, sides) in table {
            assert_eq!(Side::of_all(channels), sides, "{channels}");
        }
        let frame = Frame { mono: 0.5, left: 0.5, right: 0.25 };
        assert_eq!([Only, Left, Right, Middle].map(|side| frame.on(side)), [0.5, 0.5, 0.25, 0.375]);
    }
}
