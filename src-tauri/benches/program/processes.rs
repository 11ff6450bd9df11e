//! What a program and everything it started take of the machine.

use std::collections::BTreeMap;

/// Ticks of a process's times in a second (`man 5 proc`; 100 on every Linux there is).
pub(crate) const TICKS: f64 = 100.0;

/// The process and all its descendants.
fn family(pid: u32) -> Vec<u32> {
    let mut parents = BTreeMap::new();
    for entry in std::fs::read_dir("/proc").unwrap().flatten() {
        let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse::<u32>().ok()) else { continue };
        if let Some(parent) = stat(pid).and_then(|fields| fields[1].parse::<u32>().ok()) {
            parents.insert(pid, parent);
        }
    }
    let is_kin = |mut at: u32| {
        while at != pid {
            let Some(parent) = parents.get(&at) else { return false };
            at = *parent;
        }
        true
    };
    parents.keys().copied().filter(|at| is_kin(*at)).collect()
}

/// The fields of `/proc/<pid>/stat` after the name, which may hold spaces: state first, parent second.
fn stat(pid: u32) -> Option<Vec<String>> {
    let line = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    Some(line.rsplit_once(')')?.1.split_whitespace().map(str::to_owned).collect())
}

/// Megabytes of its own and its share of what it shares, of the program and of each kind of process that it started.
#[derive(Default)]
pub(crate) struct Memory {
    parts: BTreeMap<String, f64>,
}

impl Memory {
    pub(crate) fn of(pid: u32) -> Self {
        let mut memory = Self::default();
        for pid in family(pid) {
            let name = std::fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default();
            *memory.parts.entry(name.trim().to_owned()).or_default() += share(pid);
        }
        memory
    }

    pub(crate) fn all(&self) -> f64 {
        self.parts.values().sum()
    }
}

impl std::fmt::Display for Memory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:.1}", self.all())?;
        let parts = self.parts.iter().filter(|_| self.parts.len() > 1);
        for (at, (name, part)) in parts.enumerate() {
            write!(f, "{}{name} {part:.1}", if at == 0 { ": " } else { ", " })?;
        }
        Ok(())
    }
}

fn share(pid: u32) -> f64 {
    let rollup = std::fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).unwrap_or_default();
    let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<f64>().ok()).unwrap_or_default() / 1_000.0
}

/// Processor time of all its processes, in ticks.
pub(crate) fn ticks(pid: u32) -> f64 {
    let used = |pid: &u32| {
        let number = |fields: &[String], at: usize| fields[at].parse::<f64>().unwrap_or_default();
        stat(*pid).map(|fields| number(&fields, 11) + number(&fields, 12)).unwrap_or_default()
    };
    family(pid).iter().map(used).sum()
}
