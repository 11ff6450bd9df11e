//! What a process takes of the computer, from what the system says of it in `/proc`.

use std::fs;

/// So many connections may be kept open for the next request, more or fewer at any time. A leak of one with each lost link
/// or changed device would be hundreds.
pub(crate) const KEPT_OPEN: u64 = 8;

/// See the module.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Usage {
    /// Memory of its own, in kilobytes: heap and stacks, without files, after what is free in the heap was given back.
    pub(crate) memory: u64,
    pub(crate) threads: u64,
    /// Files, sockets and pipes.
    pub(crate) descriptors: u64,
}

impl Usage {
    /// That of this process.
    pub(crate) fn of_this() -> Self {
        give_back();
        let status = fs::read_to_string("/proc/self/status").expect("Linux has it");
        let number = |name: &str| {
            let value = status.lines().find_map(|line| line.strip_prefix(name));
            value.and_then(|value| value.split_whitespace().next()?.parse().ok()).expect("Linux says it")
        };
        // Reading the list takes one of them.
        let descriptors = fs::read_dir("/proc/self/fd").expect("Linux has it").count() as u64 - 1;
        Self { memory: number("RssAnon:"), threads: number("Threads:"), descriptors }
    }
}

/// What was freed and is kept for later is no leak, and looks like one.
#[cfg(target_env = "gnu")]
#[allow(unsafe_code)]
fn give_back() {
    // SAFETY: it takes no pointer, and may be called by any thread at any time (malloc_trim(3): MT-Safe).
    unsafe { libc::malloc_trim(0) };
}

#[cfg(not(target_env = "gnu"))]
fn give_back() {}
