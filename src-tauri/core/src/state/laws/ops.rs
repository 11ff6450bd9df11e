//! What may happen, and how often compared with the rest.

use proptest::prelude::*;

use crate::view::{CatchUpChoices, CatchUpMode, MissedChoice, Priority, Setting, WhileAway, Yielding};

#[derive(Debug, Clone)]
pub(super) enum Op {
    /// `listed` calls name their talkgroup by its database id, others by radio numbers that the directory joins.
    Call {
        server: usize,
        id: u64,
        talkgroup: u64,
        listed: bool,
    },
    Earlier {
        server: usize,
        id: u64,
    },
    Found {
        server: usize,
        id: u64,
        talkgroup: u64,
    },
    Answer {
        pick: usize,
        how: u8,
    },
    /// A server says what was missed, or does not.
    AnswerMissed {
        pick: usize,
        how: u64,
    },
    Missed(MissedChoice),
    SoundAnswers,
    ClipEnds,
    Player(Player),
    Selection {
        server: usize,
        wish: Selection,
    },
    /// Whichever preset is at this place.
    Preset(Preset),
    Prioritise {
        server: usize,
        talkgroup: u64,
        priority: Priority,
    },
    /// Of a talkgroup, or of a whole system.
    Mix {
        server: usize,
        id: u64,
        whole_system: bool,
        balance: f32,
        offset_db: f32,
    },
    Change(Setting),
    CatchUp(bool),
    /// The directory comes anew, with its numbers on other talkgroups.
    Relabel {
        server: usize,
        shift: u64,
    },
    AddServer,
    /// One that is there, or was, at its address.
    AddAgain {
        server: usize,
    },
    RemoveServer {
        server: usize,
    },
    SignedOut {
        server: usize,
    },
    SignedIn {
        server: usize,
    },
    LinkLost {
        server: usize,
    },
    DeviceLost,
    DeviceBack,
    DeviceChanged,
    DeviceRests,
    /// Another program takes the microphone, or lets go of it.
    Microphone(bool),
    Yielding(Yielding),
    KeepCall {
        server: usize,
        id: u64,
        on: bool,
    },
    DeleteArchive,
    /// The account answers a question about the choice it keeps, or another device changes that.
    Account(Account),
    /// Not long enough for anything but the microphone.
    Moment {
        ms: u64,
    },
    Wait {
        seconds: u64,
    },
}

#[derive(Debug, Clone)]
pub(super) enum Account {
    Answers,
    Fails,
    /// It stores what is sent, and nobody hears of it.
    StoresThenFails,
    /// It switches a talkgroup off or on.
    OtherDevice {
        server: usize,
        talkgroup: u64,
    },
}

#[derive(Debug, Clone)]
pub(super) enum Player {
    Listen(bool),
    Pause(bool),
    Skip,
    SkipOld,
    Play {
        server: usize,
        id: u64,
    },
    PlayFrom {
        server: usize,
        id: u64,
        at_ms: u32,
    },
    /// The same of the call that sounds.
    PlayFromHere {
        at_ms: u32,
    },
    Enqueue {
        server: usize,
        id: u64,
    },
    /// To what sounded last, and at once no more.
    Rewind {
        seconds: u32,
        is_left: bool,
    },
    EndRewind,
    /// On from a place in a call of the archive, with those after it.
    PlayOn {
        server: usize,
        id: u64,
        at_ms: u32,
    },
}

#[derive(Debug, Clone)]
pub(super) enum Selection {
    HoldSystem(Option<u64>),
    HoldTalkgroup(Option<u64>),
    Avoid(u64),
    Unavoid(u64),
    Switch(Vec<u64>, bool),
    Alert(u64, bool),
    MuteAlerts(u64, bool),
}

#[derive(Debug, Clone)]
pub(super) enum Preset {
    /// Under one of a few names.
    Save(u8),
    Apply(usize),
    Alert(usize, bool),
    Rename(usize, u8),
    Remove(usize),
}

/// New calls, and those that a world with a full queue has or had.
fn id() -> impl Strategy<Value = u64> {
    prop_oneof![4 => 1..60u64, 1 => 1_000..1_600u64]
}

/// Counted from the newest one back; one that was removed counts, too.
fn server() -> impl Strategy<Value = usize> {
    0..3usize
}

pub(super) fn op() -> impl Strategy<Value = Op> {
    let microphone = prop_oneof![
        4 => any::<bool>().prop_map(Op::Microphone),
        1 => choice().prop_map(Op::Yielding),
        5 => (1..900u64).prop_map(|ms| Op::Moment { ms }),
    ];
    let selection = (server(), selected()).prop_map(|(server, wish)| Op::Selection { server, wish });
    let account = prop_oneof![
        4 => Just(Account::Answers),
        1 => Just(Account::Fails),
        1 => Just(Account::StoresThenFails),
        1 => (server(), 1..4u64).prop_map(|(server, talkgroup)| Account::OtherDevice { server, talkgroup }),
    ];
    prop_oneof![
        24 => heard(),
        12 => wished().prop_map(Op::Player),
        5 => selection,
        2 => preset().prop_map(Op::Preset),
        4 => ordered(),
        10 => underneath(),
        6 => microphone,
        5 => account.prop_map(Op::Account),
        1 => kept(),
    ]
}

fn choice() -> impl Strategy<Value = Yielding> {
    prop_oneof![Just(Yielding::Off), Just(Yielding::Quieter), Just(Yielding::Pause)]
}

fn heard() -> impl Strategy<Value = Op> {
    prop_oneof![
        6 => (server(), id(), 1..4u64, any::<bool>())
            .prop_map(|(server, id, talkgroup, listed)| Op::Call { server, id, talkgroup, listed }),
        1 => (server(), id()).prop_map(|(server, id)| Op::Earlier { server, id }),
        2 => (server(), id(), 1..4u64).prop_map(|(server, id, talkgroup)| Op::Found { server, id, talkgroup }),
        6 => (0..3usize, 0..10u8).prop_map(|(pick, how)| Op::Answer { pick, how }),
        3 => (0..3usize, 0..70u64).prop_map(|(pick, how)| Op::AnswerMissed { pick, how }),
        1 => while_away(),
        6 => Just(Op::SoundAnswers),
        4 => Just(Op::ClipEnds),
    ]
}

fn while_away() -> impl Strategy<Value = Op> {
    prop_oneof![
        Just(Op::Missed(MissedChoice::Play)),
        Just(Op::Missed(MissedChoice::Skim)),
        Just(Op::Missed(MissedChoice::Drop)),
        Just(Op::Change(Setting::WhileAway { choice: WhileAway::Ask })),
        Just(Op::Change(Setting::WhileAway { choice: WhileAway::Play })),
    ]
}

fn kept() -> impl Strategy<Value = Op> {
    prop_oneof![
        4 => (server(), id(), any::<bool>()).prop_map(|(server, id, on)| Op::KeepCall { server, id, on }),
        1 => Just(Op::DeleteArchive),
    ]
}

fn wished() -> impl Strategy<Value = Player> {
    prop_oneof![
        1 => any::<bool>().prop_map(Player::Listen),
        3 => any::<bool>().prop_map(Player::Pause),
        2 => Just(Player::Skip),
        1 => Just(Player::SkipOld),
        3 => (server(), id()).prop_map(|(server, id)| Player::Play { server, id }),
        2 => (server(), id(), place()).prop_map(|(server, id, at_ms)| Player::PlayFrom { server, id, at_ms }),
        2 => place().prop_map(|at_ms| Player::PlayFromHere { at_ms }),
        2 => (server(), id()).prop_map(|(server, id)| Player::Enqueue { server, id }),
        3 => (0..400u32, any::<bool>()).prop_map(|(seconds, is_left)| Player::Rewind { seconds, is_left }),
        1 => Just(Player::EndRewind),
        1 => (server(), id(), place()).prop_map(|(server, id, at_ms)| Player::PlayOn { server, id, at_ms }),
    ]
}

/// In a call, at its end, or beyond it.
fn place() -> impl Strategy<Value = u32> {
    prop_oneof![6 => 0..9_000u32, 1 => Just(0), 1 => Just(u32::MAX)]
}

fn selected() -> impl Strategy<Value = Selection> {
    prop_oneof![
        proptest::option::of(1..4u64).prop_map(Selection::HoldSystem),
        proptest::option::of(1..4u64).prop_map(Selection::HoldTalkgroup),
        (1..4u64).prop_map(Selection::Avoid),
        (1..4u64).prop_map(Selection::Unavoid),
        (proptest::collection::vec(1..4u64, 0..4), any::<bool>())
            .prop_map(|(talkgroups, on)| Selection::Switch(talkgroups, on)),
        (1..4u64, any::<bool>()).prop_map(|(talkgroup, on)| Selection::Alert(talkgroup, on)),
        (1..4u64, any::<bool>()).prop_map(|(talkgroup, on)| Selection::MuteAlerts(talkgroup, on)),
    ]
}

fn ordered() -> impl Strategy<Value = Op> {
    let priority = prop_oneof![Just(Priority::Low), Just(Priority::Normal), Just(Priority::High)];
    prop_oneof![
        2 => (server(), 1..4u64, priority)
            .prop_map(|(server, talkgroup, priority)| Op::Prioritise { server, talkgroup, priority }),
        1 => (server(), 1..4u64, any::<bool>(), prop_oneof![Just(0.0), -2.0..2.0f32], -20.0..20.0f32).prop_map(
            |(server, id, whole_system, balance, offset_db)| Op::Mix { server, id, whole_system, balance, offset_db }
        ),
        1 => prop_oneof![Just(0), 1..40u32].prop_map(|seconds| Op::Change(Setting::Follow { seconds })),
        2 => catching_up(),
    ]
}

fn catching_up() -> impl Strategy<Value = Op> {
    let mode =
        prop_oneof![1 => Just(CatchUpMode::Off), 1 => Just(CatchUpMode::Offered), 2 => Just(CatchUpMode::Automatic)];
    prop_oneof![
        any::<bool>().prop_map(Op::CatchUp),
        (mode, 0..40u32, proptest::option::of(0..6u32)).prop_map(|(mode, after_seconds, most_minutes)| {
            let choices = CatchUpChoices { mode, after_seconds, most_minutes };
            Op::Change(Setting::CatchUp { choices })
        }),
    ]
}

fn preset() -> impl Strategy<Value = Preset> {
    prop_oneof![
        3 => (0..3u8).prop_map(Preset::Save),
        4 => (0..3usize).prop_map(Preset::Apply),
        1 => (0..3usize, 0..3u8).prop_map(|(at, name)| Preset::Rename(at, name)),
        1 => (0..3usize).prop_map(Preset::Remove),
        2 => (0..3usize, any::<bool>()).prop_map(|(at, on)| Preset::Alert(at, on)),
    ]
}

fn underneath() -> impl Strategy<Value = Op> {
    prop_oneof![
        2 => (server(), 0..3u64).prop_map(|(server, shift)| Op::Relabel { server, shift }),
        1 => Just(Op::AddServer),
        1 => server().prop_map(|server| Op::AddAgain { server }),
        1 => server().prop_map(|server| Op::RemoveServer { server }),
        1 => server().prop_map(|server| Op::SignedOut { server }),
        2 => server().prop_map(|server| Op::SignedIn { server }),
        1 => server().prop_map(|server| Op::LinkLost { server }),
        1 => Just(Op::DeviceLost),
        2 => Just(Op::DeviceBack),
        1 => Just(Op::DeviceChanged),
        2 => Just(Op::DeviceRests),
        2 => (1..400u64).prop_map(|seconds| Op::Wait { seconds }),
    ]
}
