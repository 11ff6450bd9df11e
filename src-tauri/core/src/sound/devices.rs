//! The devices there are, which of them was chosen, and what is done while that one is away.

use std::fmt;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Which device to play on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS), ts(export))]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum DeviceChoice {
    /// Whatever the system's default is, following it when it changes.
    #[default]
    Default,
    /// This one and no other.
    Named {
        /// What the system knows it by. Empty is any of that name.
        #[serde(default)]
        id: String,
        /// The name the system gives it.
        name: String,
    },
}

/// What to do when the device goes away.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub enum WhenLost {
    /// Go on with the system's default, and come back to a chosen one when it is there again.
    #[default]
    Move,
    /// Be silent until it is back.
    Wait,
}

/// A device that can be played on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputDevice {
    /// What the system knows it by, also after a restart.
    pub id: String,
    /// What a person knows it by.
    pub name: String,
    /// It is the system's default.
    pub is_default: bool,
}

/// Lists the devices there are now. May wait for the system, so it is called where nothing else waits.
pub type ListDevices = Arc<dyn Fn() -> Vec<OutputDevice> + Send + Sync>;

/// Where the chosen device is among these. One that was plugged in somewhere else has another id, so that its name decides
/// where it is the only one of that name.
pub fn place_of(id: &str, name: &str, devices: &[OutputDevice]) -> Option<usize> {
    let by_id = devices.iter().position(|device| !id.is_empty() && device.id == id);
    let mut named = devices.iter().enumerate().filter(|(_, device)| device.name == name).map(|(at, _)| at);
    by_id.or_else(|| named.next().filter(|_| named.next().is_none()))
}

/// Numbers those that have the name of an earlier one: “Headset”, “Headset (2)”.
pub fn told_apart(mut devices: Vec<OutputDevice>) -> Vec<OutputDevice> {
    for at in 1..devices.len() {
        let name = devices[at].name.clone();
        let is_taken = |name: &str| devices[..at].iter().any(|device| device.name == name);
        let free = (2..).map(|number| format!("{name} ({number})")).find(|name| !is_taken(name));
        if let Some(free) = free.filter(|_| is_taken(&name)) {
            devices[at].name = free;
        }
    }
    devices
}

/// The default device that went away and is waited for: nobody wants to be heard from the loudspeakers because a plug was
/// pulled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Awaited {
    /// It.
    pub device: OutputDevice,
    /// What the system has made its default since.
    instead: Option<String>,
}

impl Awaited {
    /// Waits for this one.
    pub fn new(device: OutputDevice) -> Self {
        Self { device, instead: None }
    }

    /// Whether the waiting is over: the device is the default again, or somebody has made another one the default since.
    /// Where the system names no default among its devices nothing could ever end it, so that there is no waiting.
    pub fn is_over(&mut self, devices: &[OutputDevice]) -> bool {
        let Some(default) = devices.iter().find(|device| device.is_default) else { return !devices.is_empty() };
        if default.id == self.device.id {
            return true;
        }
        match &self.instead {
            Some(before) => *before != default.id,
            None => {
                self.instead = Some(default.id.clone());
                false
            }
        }
    }
}

/// Lists devices on a thread of its own, one listing at a time: a system that hangs would take the asker with it.
pub struct Lister {
    list: Option<ListDevices>,
    under_way: Option<Receiver<Vec<OutputDevice>>>,
}

impl Lister {
    /// With the way to list them, if there is one.
    pub fn new(list: Option<ListDevices>) -> Self {
        Self { list, under_way: None }
    }

    /// Whether there is a way to list them.
    pub fn can_list(&self) -> bool {
        self.list.is_some()
    }

    /// The devices there are, if that can be told within the limit.
    pub fn now(&mut self, limit: Duration) -> Option<Vec<OutputDevice>> {
        let answer = match self.under_way.take() {
            // What it says so late may not be true any more; but it has to be over before another one begins.
            Some(answer) if answer.try_recv() == Err(mpsc::TryRecvError::Empty) => answer,
            _ => self.begin()?,
        };
        let devices = answer.recv_timeout(limit);
        if devices == Err(mpsc::RecvTimeoutError::Timeout) {
            self.under_way = Some(answer);
        }
        devices.ok()
    }

    fn begin(&self) -> Option<Receiver<Vec<OutputDevice>>> {
        let list = self.list.clone()?;
        let (tell, answer) = mpsc::channel();
        let ask = move || {
            // Nobody waits for it any more.
            let _ = tell.send(list());
        };
        thread::Builder::new().name("sound listing".to_owned()).spawn(ask).ok()?;
        Some(answer)
    }
}

impl fmt::Debug for Lister {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lister").field("is_under_way", &self.under_way.is_some()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn device(id: &str, name: &str) -> OutputDevice {
        OutputDevice { id: id.to_owned(), name: name.to_owned(), is_default: false }
    }

    fn with_default(default: &str) -> Vec<OutputDevice> {
        let devices = [device("a", "Speakers"), device("b", "Headset"), device("c", "Screen")];
        devices.into_iter().map(|device| OutputDevice { is_default: device.id == default, ..device }).collect()
    }

    #[test]
    fn a_chosen_device_is_known_by_its_id_and_in_another_socket_by_its_name() {
        let devices = [device("a", "Speakers"), device("b", "Headset"), device("c", "Screen"), device("d", "Screen")];
        let cases = [
            ("b", "Headset", Some(1)),
            // It was renamed.
            ("b", "Speakers", Some(1)),
            // It is in another socket.
            ("x", "Headset", Some(1)),
            // Which of the two cannot be told.
            ("x", "Screen", None),
            ("d", "Screen", Some(3)),
            ("x", "Y", None),
            // Settings that were written by hand.
            ("", "Speakers", Some(0)),
            ("", "", None),
        ];
        for (id, name, place) in cases {
            assert_eq!(place_of(id, name, &devices), place, "{id} {name}");
        }
    }

    #[test]
    fn devices_of_one_name_are_numbered_and_never_as_another_one_is_called() {
        let names = |names: &[&str]| {
            let devices = names.iter().map(|name| device("", name)).collect();
            told_apart(devices).into_iter().map(|device| device.name).collect::<Vec<_>>()
        };
        assert_eq!(names(&["A", "B", "A", "A"]), ["A", "B", "A (2)", "A (3)"]);
        assert_eq!(names(&["A (2)", "A", "A"]), ["A (2)", "A", "A (3)"]);
        assert!(names(&[]).is_empty());
    }

    #[test]
    fn a_default_device_is_waited_for_until_it_is_back_or_another_one_is_made_the_default() {
        /// The defaults one after the other; `-` is none among some devices, empty is no devices at all.
        type Looks<'a> = &'a [(&'a str, bool)];
        let cases: [Looks<'_>; 6] = [
            &[("b", true)],
            &[("a", false), ("a", false), ("b", true)],
            // The system's own choice is not the user's; what comes after it is.
            &[("a", false), ("c", true)],
            &[("", false), ("", false), ("b", true)],
            &[("", false), ("a", false), ("a", false), ("c", true)],
            &[("-", true)],
        ];
        for looks in cases {
            let mut awaited = Awaited::new(device("b", "Headset"));
            for (default, over) in looks {
                let devices = if default.is_empty() { Vec::new() } else { with_default(default) };
                assert_eq!(awaited.is_over(&devices), *over, "{default} of {looks:?}");
            }
        }
    }

    #[test]
    fn a_listing_that_hangs_is_not_waited_for_and_no_second_one_is_begun_beside_it() {
        let (say, words) = mpsc::channel::<Vec<OutputDevice>>();
        let (tell_begun, begun) = mpsc::channel();
        let words = std::sync::Mutex::new((words, tell_begun));
        let mut lister = Lister::new(Some(Arc::new(move || {
            let words = words.lock().unwrap();
            words.1.send(()).unwrap();
            words.0.recv().unwrap_or_default()
        })));
        for _ in 0..3 {
            assert_eq!(lister.now(Duration::from_millis(5)), None);
        }
        assert_eq!(begun.recv(), Ok(()));
        assert!(begun.try_recv().is_err(), "one of the three");
        let (late, fresh) = (vec![device("a", "Speakers")], vec![device("b", "Headset")]);
        say.send(late.clone()).unwrap();
        say.send(fresh.clone()).unwrap();
        // Whether it has answered by now is the computer's affair: then that is old, and another one is begun.
        let told = lister.now(Duration::from_secs(10));
        assert_eq!(told, Some(if begun.try_recv().is_ok() { fresh } else { late }));
        drop(say);
        while lister.now(Duration::from_secs(10)) != Some(Vec::new()) {}
        assert_eq!(Lister::new(None).now(Duration::from_secs(10)), None);
    }
}
