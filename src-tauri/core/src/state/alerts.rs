//! What the user wants to be told of outside of the window. Whether something is worth telling now is decided in
//! [`alerts`](crate::alerts), from what is published.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::clock::Now;
use crate::model::{ServerId, TalkgroupKey};
use crate::problem::Problem;
use crate::settings::MOST_ALERTED;
use crate::view::{AlertChoices, AlertKind, AlertedTalkgroup, Setting};

use super::State;
use super::rows::millis;
use super::selection::Until;

/// Longer than a day is not "for a while": whoever wants that switches it off.
const LONGEST_MUTE_MINUTES: u32 = 24 * 60;

/// Talkgroups that are silent for a while. They end with the program, as avoids do.
#[derive(Debug, Default)]
pub(crate) struct AlertMutes(BTreeMap<TalkgroupKey, Until>);

impl AlertMutes {
    /// Ends those that have run out. Tells whether there were any.
    pub(crate) fn expire(&mut self, now: Now) -> bool {
        let before = self.0.len();
        self.0.retain(|_, until| !until.reached(now));
        self.0.len() != before
    }

    /// When the next one runs out.
    pub(crate) fn deadline(&self) -> Option<Duration> {
        self.0.values().map(|until| until.at).min()
    }
}

impl State {
    /// Tells of a talkgroup's calls or not; either way it is not muted any more.
    pub(super) fn alert_talkgroup(&mut self, key: TalkgroupKey, on: bool) -> Result<(), Problem> {
        self.listed(key.server)?;
        let chosen = &mut self.settings.alerts.talkgroups;
        if on && !chosen.contains(&key) && chosen.len() >= MOST_ALERTED {
            let most = format!("Squelch can notify of {MOST_ALERTED} talkgroups at most. Take one away first.");
            return Err(Problem::not_possible(&most));
        }
        let changed = if on { chosen.insert(key) } else { chosen.remove(&key) };
        let unmuted = self.alert_mutes.0.remove(&key).is_some();
        self.changes.alert_choices |= changed || unmuted;
        self.changes.save |= changed;
        Ok(())
    }

    pub(super) fn mute_alerts(&mut self, key: TalkgroupKey, minutes: Option<u32>) -> Result<(), Problem> {
        self.listed(key.server)?;
        // A notification may be answered after its talkgroup was taken away.
        if self.settings.alerts.talkgroups.contains(&key) {
            match minutes.map(|minutes| minutes.min(LONGEST_MUTE_MINUTES)) {
                Some(minutes) => {
                    let until = Until::after(self.now, Duration::from_secs(u64::from(minutes) * 60));
                    self.alert_mutes.0.insert(key, until);
                }
                None => drop(self.alert_mutes.0.remove(&key)),
            }
            self.changes.alert_choices = true;
        }
        Ok(())
    }

    /// Takes one of the settings that are about alerts.
    pub(super) fn change_alerts(&mut self, setting: &Setting) {
        let before = self.settings.alerts.clone();
        let alerts = &mut self.settings.alerts;
        if let Setting::QuietHours { hours } = setting {
            alerts.quiet = hours.filter(|hours| hours.make_sense());
        }
        if let Setting::Alert { of, on } = setting {
            match of {
                AlertKind::LinkLost => alerts.link_lost = *on,
                AlertKind::SignedOut => alerts.signed_out = *on,
                AlertKind::Updates => alerts.updates = *on,
            }
        }
        self.changes.alert_choices |= *alerts != before;
    }

    /// Whether any of a server's talkgroups is told of.
    pub(super) fn alerts_of(&self, server: ServerId) -> bool {
        self.settings.alerts.talkgroups.iter().any(|key| key.server == server)
    }

    pub(super) fn forget_alerts_of(&mut self, server: ServerId) {
        self.changes.alert_choices |= self.alerts_of(server);
        self.settings.alerts.talkgroups.retain(|key| key.server != server);
        self.alert_mutes.0.retain(|key, _| key.server != server);
    }

    pub(super) fn alert_choices(&self) -> AlertChoices {
        let alerts = &self.settings.alerts;
        let talkgroups = alerts.talkgroups.iter().map(|key| AlertedTalkgroup {
            key: *key,
            name: self.talkgroup_name(key.server, key.talkgroup),
            muted_ms: self.alert_mutes.0.get(key).map(|until| millis(until.at.saturating_sub(self.now.at)).into()),
        });
        AlertChoices {
            talkgroups: talkgroups.collect(),
            link_lost: alerts.link_lost,
            signed_out: alerts.signed_out,
            updates: alerts.updates,
            quiet: alerts.quiet,
        }
    }
}
