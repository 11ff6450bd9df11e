//! Values that the tests of several files need.

use std::sync::Arc;
use std::time::Duration;

use crate::clock::WallTime;
use crate::directory::{System, Talkgroup};
use crate::model::{Call, CallId, SystemId, SystemNumber, TalkgroupId, TalkgroupNumber};
use crate::sound::{Clip, PEAKS};

/// A live call of system 1, talkgroup 1.
pub(crate) fn call(id: u64) -> Call {
    Call {
        id: CallId(id),
        system: Some(SystemId(1)),
        talkgroup: Some(TalkgroupId(1)),
        system_number: SystemNumber(100),
        talkgroup_number: TalkgroupNumber(5001),
        start: WallTime(1_795_414_000_000),
        frequency: None,
        duration: None,
        unit: None,
        alias: None,
        units: Vec::new(),
        errors: None,
        spikes: None,
        site: None,
        decoder: None,
        audio_type: "audio/mpeg".into(),
        labels: None,
        transcript: None,
    }
}

/// The system whose radio number calls carry.
pub(crate) fn system(id: u64) -> System {
    System { id: SystemId(id), number: SystemNumber(100), label: String::new(), color: None }
}

/// A talkgroup with a radio number and nothing else to tell.
pub(crate) fn talkgroup(id: u64, system: u64, number: u64) -> Talkgroup {
    Talkgroup {
        id: TalkgroupId(id),
        system: SystemId(system),
        number: TalkgroupNumber(number),
        label: None,
        name: None,
        group: None,
        tag: None,
        color: None,
    }
}

/// A clip of some length; its samples do not matter to the state.
pub(crate) fn clip(duration: Duration) -> Clip {
    Clip {
        samples: Arc::new(vec![0.0]),
        rate: 48_000,
        duration,
        peaks: Arc::new([0; PEAKS]),
        measure: Default::default(),
        level: None,
        mix: Default::default(),
    }
}
