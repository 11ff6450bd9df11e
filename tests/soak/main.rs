//! A long time of listening in less than an hour (`make soak`): 100,000 calls, 1,000 lost links, 200 changes of the device.
//! Nothing may be missed, and nothing may grow.
//!
//! The demo server and what happens to it are in this process, the listener (the whole core) is in one of its own, with a
//! clock that is moved by hand and a device that takes sound as fast as it comes. What the listener takes of the computer
//! it reads itself from `/proc/self`: its own memory (`RssAnon`, after `malloc_trim`), its threads and its descriptors; each
//! time it is at rest. With `SQUELCH_SOAK_CALLS` in the environment there are so many calls, and of the rest in proportion.
//! Of few calls memory is compared with that after more than a tenth, because the list of calls has to be full.

#[path = "../benches/figures.rs"]
mod figures;

#[cfg(target_os = "linux")]
mod child;
#[cfg(target_os = "linux")]
mod course;
#[cfg(target_os = "linux")]
mod listener;
#[cfg(target_os = "linux")]
mod output;
#[cfg(target_os = "linux")]
mod result;
#[cfg(target_os = "linux")]
mod usage;

use std::process::ExitCode;

#[cfg(target_os = "linux")]
#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [what, data, address] = arguments.as_slice()
        && what == "listen"
    {
        listener::run(data.as_ref(), address.clone()).await;
        return ExitCode::SUCCESS;
    }
    result::soak().await
}

#[cfg(not(target_os = "linux"))]
fn main() -> ExitCode {
    println!("What a program takes of the computer is read as Linux says it; there is nothing to measure here.");
    ExitCode::SUCCESS
}
