//! Gives the system back what a window needed of this process: its memory is free again when it has gone, but the
//! allocator keeps it for the next one, which may not come for days.

/// By then everything that belonged to the window has been freed.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const SETTLED: std::time::Duration = std::time::Duration::from_secs(3);

/// Does it soon, beside everything else.
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
