//! What the allocator keeps of the system's memory.

use squelch_core::view::{DeviceView, Event, Message};

/// Threads take what they need from so many heaps. The allocator would make as many as eight for each core, and each
/// keeps what is free in it for itself: with twenty threads that hardly do anything that was two megabytes of a program
/// that waits in the tray (`make bench`). Two, so that whoever decodes is not in the way of everybody else.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const HEAPS: std::ffi::c_int = 2;

/// To be called before anything else is started. Whoever sets `MALLOC_ARENA_MAX` decides.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[allow(unsafe_code)]
pub(crate) fn share() {
    if std::env::var_os("MALLOC_ARENA_MAX").is_none() {
        // SAFETY: it takes no pointer. Only the first call of anything here must not meet others, and `run` begins with it.
        unsafe { libc::mallopt(libc::M_ARENA_MAX, HEAPS) };
    }
}

#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub(crate) fn share() {}

/// By then everything that belonged to the window, or to what sounded last, has been freed.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const SETTLED: std::time::Duration = std::time::Duration::from_secs(3);

/// When the device has been released, nothing has sounded for a minute: what fetching and decoding took is free, and may not
/// be needed for a night.
pub(super) fn hear(message: &Message) {
    if begins_to_rest(message) {
        give_back_soon();
    }
}

fn begins_to_rest(message: &Message) -> bool {
    let rests = |event: &Event| matches!(event, Event::DeviceChanged { device: DeviceView::Resting });
    match message {
        Message::Snapshot { .. } => false,
        Message::Update { update } => update.events.iter().any(rests),
    }
}

/// Gives the system back what was needed of this process: the memory of a window, or of sound, is free again when it has
/// gone, but the allocator keeps it for the next one, which may not come for days. Does it soon, beside everything else.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
pub(super) fn give_back_soon() {
    tauri::async_runtime::spawn(async {
        tokio::time::sleep(SETTLED).await;
        // Nobody waits for it: it walks through all that is free, which takes some milliseconds.
        tauri::async_runtime::spawn_blocking(give_back);
    });
}

#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[allow(unsafe_code)]
fn give_back() {
    // SAFETY: it takes no pointer, and may be called by any thread at any time (malloc_trim(3): MT-Safe).
    let something = unsafe { libc::malloc_trim(0) } == 1;
    tracing::debug!(something, "memory was given back to the system");
}

#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub(super) fn give_back_soon() {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{snapshot, update};

    #[test]
    fn memory_is_given_back_once_the_device_is_released_and_not_for_all_that_is_told() {
        let open = || DeviceView::Open { name: "Speakers".into(), instead_of: None };
        let told = |device| Event::DeviceChanged { device };
        assert!(begins_to_rest(&update(1, [told(open()), told(DeviceView::Resting)])));
        assert!(!begins_to_rest(&update(1, [told(open())])));
        assert!(!begins_to_rest(&update(1, [])));
        assert!(!begins_to_rest(&snapshot(1)), "it rests at the start, too");
    }
}
