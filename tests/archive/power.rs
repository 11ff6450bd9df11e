//! The power goes: at each sync, and between, with everything, nothing or anything of what was not synced on the disk.

use super::disk::{Disk, Fate};
use super::session::{PART, check};
use super::tracing_log::{Op, record};

/// Between two syncs so many writes are enough to go wrong.
const EVERY: usize = 7;

#[test]
fn whenever_the_power_goes_the_archive_opens_whole_and_what_was_ended_in_good_order_is_there() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let ops = record(folder.path());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let (mut disk, mut certain, mut cuts) = (Disk::default(), 0, 0);
    for (index, op) in ops.iter().enumerate() {
        disk.apply(op);
        if matches!(op, Op::Ended) {
            certain += PART;
        }
        if !matches!(op, Op::Sync(_) | Op::Ended | Op::Unlink(_)) && index % EVERY != 0 {
            continue;
        }
        let fates = [
            Fate::Nothing,
            Fate::Everything,
            Fate::NamesOnly,
            Fate::BytesOnly,
            Fate::Chance(index as u64 * 2_654_435_761),
        ];
        for fate in fates {
            let after = tempfile::tempdir().expect("a folder can be made");
            disk.write(fate, folder.path(), after.path());
            println!("cut after {index} of {}, {op}, {fate:?}", ops.len(), op = name(op));
            runtime.block_on(check(after.path(), certain));
            cuts += 1;
        }
    }
    assert!(cuts > 500, "only {cuts} cuts");
    assert_eq!(certain, 2 * PART);
}

fn name(op: &Op) -> String {
    format!("{op:?}").chars().take(120).collect()
}
