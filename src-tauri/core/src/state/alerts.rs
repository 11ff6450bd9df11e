//! What the user wants to be told of outside of the window. Whether something is worth telling now is decided in
//! [`alerts`](crate::alerts), from what is published.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::choices::Preset;
use crate::clock::Now;
use crate::model::{CallKey, ServerId, TalkgroupKey};
use crate::problem::Problem;
use crate::settings::MOST_ALERTED;
use crate::view::{AlertChoices, AlertKind, AlertedTalkgroup, Setting};

use super::rows::millis;
use super::selection::Until;
use super::{State, presets};

/// Longer than a day is not "for a while": whoever wants that switches it off.
const LONGEST_MUTE_MINUTES: u32 = 24 * 60;

/// Talkgroups that are silent for a while. They end with the program, as avoids do.
#[derive(Debug, Default)]
pub(crate) struct AlertMutes(BTreeMap<TalkgroupKey, Until>);

/// More than this many are not muted at a time: the one that would end first gives way.
const MOST_MUTED: usize = MOST_ALERTED + 16;

impl AlertMutes {
    fn insert(&mut self, key: TalkgroupKey, until: Until) {
        let is_full = self.0.len() >= MOST_MUTED && !self.0.contains_key(&key);
        if let Some(first) = self.0.iter().min_by_key(|(_, until)| until.at).map(|(key, _)| *key).filter(|_| is_full) {
            self.0.remove(&first);
        }
        self.0.insert(key, until);
    }

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

    /// Tells of the calls that a preset would have played, or not any more.
    pub(super) fn alert_preset(&mut self, id: u32, on: bool) -> Result<(), Problem> {
        let preset = self.choices.presets.iter_mut().find(|preset| preset.id == id).ok_or_else(presets::gone)?;
        let changed = std::mem::replace(&mut preset.alerts, on) != on;
        let unmuted = self.end_mutes_of_nothing();
        self.changes.alert_choices |= changed || unmuted;
        self.changes.keep |= changed;
        Ok(())
    }

    /// Notes the preset that a new call is told of for, if there is one.
    pub(super) fn note_preset(&mut self, call: CallKey) {
        let Some(entry) = self.feed.get_mut(&call) else { return };
        let (Some(talkgroup), Some(server)) = (entry.talkgroup, self.servers.get(&call.server)) else { return };
        let tells = |preset: &&Preset| preset.alerts && preset.wants(&server.address, entry.system, talkgroup);
        entry.told_for = self.choices.presets.iter().find(tells).map(|preset| preset.id);
    }

    fn preset_alerts(&self) -> impl Iterator<Item = u32> {
        self.choices.presets.iter().filter(|preset| preset.alerts).map(|preset| preset.id)
    }

    /// Without a preset that is told of, only talkgroups that are can be muted. Tells whether others were.
    pub(super) fn end_mutes_of_nothing(&mut self) -> bool {
        if self.preset_alerts().next().is_some() {
            return false;
        }
        let (chosen, before) = (&self.settings.alerts.talkgroups, self.alert_mutes.0.len());
        self.alert_mutes.0.retain(|key, _| chosen.contains(key));
        self.alert_mutes.0.len() != before
    }

    pub(super) fn mute_alerts(&mut self, key: TalkgroupKey, minutes: Option<u32>) -> Result<(), Problem> {
        self.listed(key.server)?;
        // A notification may be answered after its talkgroup or preset was taken away.
        if self.settings.alerts.talkgroups.contains(&key) || self.preset_alerts().next().is_some() {
            match minutes.map(|minutes| minutes.min(LONGEST_MUTE_MINUTES)) {
                Some(minutes) => {
                    let until = Until::after(self.now, Duration::from_secs(u64::from(minutes) * 60));
                    self.alert_mutes.insert(key, until);
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

    /// Whether any of a server's talkgroups is silent for a while.
    pub(super) fn mutes_of(&self, server: ServerId) -> bool {
        self.alert_mutes.0.keys().any(|key| key.server == server)
    }

    pub(super) fn forget_alerts_of(&mut self, server: ServerId) {
        self.changes.alert_choices |= self.alerts_of(server) || self.mutes_of(server);
        self.settings.alerts.talkgroups.retain(|key| key.server != server);
        self.alert_mutes.0.retain(|key, _| key.server != server);
    }

    pub(super) fn alert_choices(&self) -> AlertChoices {
        let alerts = &self.settings.alerts;
        let view = |key: &TalkgroupKey| AlertedTalkgroup {
            key: *key,
            name: self.talkgroup_name(key.server, key.talkgroup),
            muted_ms: self.alert_mutes.0.get(key).map(|until| millis(until.at.saturating_sub(self.now.at)).into()),
        };
        let muted = self.alert_mutes.0.keys().filter(|key| !alerts.talkgroups.contains(key));
        AlertChoices {
            talkgroups: alerts.talkgroups.iter().map(view).collect(),
            presets: self.preset_alerts().collect(),
            muted: muted.map(view).collect(),
            link_lost: alerts.link_lost,
            signed_out: alerts.signed_out,
            updates: alerts.updates,
            quiet: alerts.quiet,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Effect, Input};
    use super::*;
    use crate::clock::WallTime;
    use crate::model::TalkgroupId;
    use crate::settings::{SavedLogin, SavedOwn, SavedServer, Settings};
    use crate::view::{Command, Event, QuietHours};

    struct Desk {
        state: State,
        now: Now,
    }

    impl Desk {
        fn new() -> Self {
            let now = Now { at: Duration::ZERO, wall: WallTime(1_800_000_000_000) };
            let address = "http://localhost".to_owned();
            let saved =
                SavedServer { id: ServerId(1), address, pin: None, login: SavedLogin::New, own: SavedOwn::default() };
            let settings = Settings { servers: vec![saved], next_server: 2, ..Settings::default() };
            Self { state: State::new(now, settings, None).0, now }
        }

        /// What is chosen after it and what is saved, where either is said anew.
        fn send(&mut self, command: Command) -> Result<(Option<AlertChoices>, Option<Settings>), Problem> {
            let (effects, result) = self.state.step(self.now, Input::Command(command));
            result.map(|()| news(effects))
        }

        fn choose(&mut self, talkgroup: u64, on: bool) -> Result<(Option<AlertChoices>, Option<Settings>), Problem> {
            self.send(Command::AlertTalkgroup { talkgroup: tg(talkgroup), on })
        }

        fn mute(&mut self, minutes: Option<u32>) -> Option<AlertChoices> {
            self.send(Command::MuteAlerts { talkgroup: tg(7), minutes }).unwrap().0
        }
    }

    fn news(effects: Vec<Effect>) -> (Option<AlertChoices>, Option<Settings>) {
        let (mut chosen, mut saved) = (None, None);
        for effect in effects {
            if let Effect::Publish(Event::AlertChoicesChanged { choices }) = &effect {
                chosen = Some(choices.clone());
            }
            if let Effect::Save(settings) = effect {
                saved = Some(settings);
            }
        }
        (chosen, saved)
    }

    fn tg(id: u64) -> TalkgroupKey {
        TalkgroupKey { server: ServerId(1), talkgroup: TalkgroupId(id) }
    }

    #[test]
    fn a_talkgroup_is_chosen_once_kept_and_taken_away() {
        let mut desk = Desk::new();
        let (chosen, saved) = desk.choose(7, true).unwrap();
        assert_eq!(chosen.unwrap().talkgroups[0].name, "Talkgroup 7");
        assert!(saved.unwrap().alerts.talkgroups.contains(&tg(7)));
        assert_eq!(desk.choose(7, true).unwrap(), (None, None), "saying it twice changes nothing");
        assert!(desk.choose(7, false).unwrap().1.unwrap().alerts.talkgroups.is_empty());
        assert_eq!(desk.choose(7, false).unwrap(), (None, None));
    }

    #[test]
    fn so_many_talkgroups_can_be_chosen_and_no_more_until_one_is_taken_away() {
        let mut desk = Desk::new();
        for talkgroup in 0..MOST_ALERTED as u64 {
            desk.choose(talkgroup, true).unwrap();
        }
        assert!(desk.choose(1_000, true).unwrap_err().message.contains("64"));
        desk.choose(0, true).unwrap();
        desk.choose(0, false).unwrap();
        desk.choose(1_000, true).unwrap();
    }

    #[test]
    fn what_a_full_list_of_long_names_says_fits_into_one_message_to_the_window() {
        let mut desk = Desk::new();
        for talkgroup in 0..MOST_ALERTED as u64 {
            desk.choose(talkgroup, true).unwrap();
        }
        let mut choices = desk.state.alert_choices();
        choices
            .talkgroups
            .iter_mut()
            .for_each(|chosen| chosen.name = "A name of forty letters, as few are long".into());
        let event = Event::AlertChoicesChanged { choices };
        assert!(serde_json::to_vec(&event).unwrap().len() < 8 * 1024 - 256);
    }

    #[test]
    fn a_mute_ends_by_itself_by_hand_and_with_the_choice() {
        let mut desk = Desk::new();
        assert_eq!(desk.mute(Some(30)), None, "nobody asked to be told of it");
        desk.choose(7, true).unwrap();
        let left = |choices: Option<AlertChoices>| choices.unwrap().talkgroups[0].muted_ms;
        assert_eq!(left(desk.mute(Some(30))), Some(1_800_000.0));
        assert_eq!(left(desk.mute(None)), None);
        desk.mute(Some(30));
        assert_eq!(left(desk.choose(7, true).unwrap().0), None);
        desk.mute(Some(u32::MAX));
        assert_eq!(desk.state.deadline(), Some(Duration::from_secs(24 * 3_600)), "a day at most");
        desk.mute(Some(30));
        desk.now.at = Duration::from_secs(30 * 60);
        let (effects, _) = desk.state.step(desk.now, Input::Deadline);
        assert_eq!(left(news(effects).0), None);
        assert_eq!(desk.state.deadline(), None);
    }

    #[test]
    fn a_server_that_is_removed_takes_its_choices_along_and_gets_no_new_ones() {
        let mut desk = Desk::new();
        desk.choose(7, true).unwrap();
        desk.mute(Some(30));
        let (chosen, saved) = desk.send(Command::RemoveServer { server: ServerId(1) }).unwrap();
        assert!(chosen.unwrap().talkgroups.is_empty() && saved.unwrap().alerts.talkgroups.is_empty());
        assert_eq!(desk.state.deadline(), None);
        assert!(desk.choose(7, true).is_err());
        assert!(desk.send(Command::MuteAlerts { talkgroup: tg(7), minutes: Some(1) }).is_err());
    }

    #[test]
    fn each_switch_and_the_quiet_hours_are_kept_and_hours_that_make_no_sense_are_none() {
        let mut desk = Desk::new();
        let mut change = |setting| desk.send(Command::Change { setting }).unwrap().0.unwrap();
        let is_on = |choices: AlertChoices| [choices.link_lost, choices.signed_out, choices.updates];
        assert_eq!(is_on(change(Setting::Alert { of: AlertKind::LinkLost, on: true })), [true, false, false]);
        assert_eq!(is_on(change(Setting::Alert { of: AlertKind::SignedOut, on: true })), [true, true, false]);
        assert_eq!(is_on(change(Setting::Alert { of: AlertKind::Updates, on: true })), [true, true, true]);
        assert_eq!(is_on(change(Setting::Alert { of: AlertKind::LinkLost, on: false })), [false, true, true]);
        let night = QuietHours { from: 1_320, to: 420 };
        assert_eq!(change(Setting::QuietHours { hours: Some(night) }).quiet, Some(night));
        let never = QuietHours { from: 60, to: 60 };
        assert_eq!(change(Setting::QuietHours { hours: Some(never) }).quiet, None);
    }
}
