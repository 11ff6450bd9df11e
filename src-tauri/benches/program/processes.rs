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

/// Megabytes of its own and its share of what it shares, of all its processes.
pub(crate) fn memory(pid: u32) -> f64 {
    let share = |pid: &u32| {
        let rollup = std::fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).unwrap_or_default();
        let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:"));
        line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<f64>().ok()).unwrap_or_default()
    };
    family(pid).iter().map(share).sum::<f64>() / 1_000.0
}

/// Processor time of all its processes, in ticks.
pub(crate) fn ticks(pid: u32) -> f64 {
    let used = |pid: &u32| {
        let number = |fields: &[String], at: usize| fields[at].parse::<f64>().unwrap_or_default();
        stat(*pid).map(|fields| number(&fields, 11) + number(&fields, 12)).unwrap_or_default()
    };
    family(pid).iter().map(used).sum()
}
