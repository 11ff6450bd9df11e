//! How one server's talkgroups are heard: kept here and in no account, for the protocol knows nothing of it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::model::{SystemId, TalkgroupId};
use crate::sound::Mix;
use crate::view::Priority;

/// What is not as usual at one server, whoever listens there.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Hearing {
    /// Talkgroups whose calls go before others, or after them; none of them is normal.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub priorities: BTreeMap<TalkgroupId, Priority>,
    /// Talkgroups heard elsewhere than in the middle, or louder or quieter.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub talkgroups: BTreeMap<TalkgroupId, Mix>,
    /// The same of systems.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub systems: BTreeMap<SystemId, Mix>,
}

impl Hearing {
    /// Without what somebody wrote by hand and means nothing.
    pub(crate) fn sane(mut self) -> Self {
        self.priorities.retain(|_, priority| *priority != Priority::Normal);
        let keep = |mix: &mut Mix| {
            *mix = mix.sane();
            !mix.is_usual()
        };
        self.talkgroups.retain(|_, mix| keep(mix));
        self.systems.retain(|_, mix| keep(mix));
        self
    }

    pub(crate) fn is_usual(&self) -> bool {
        *self == Self::default()
    }
}
