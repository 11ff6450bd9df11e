//! Squelch in a terminal: the same core as the window's, without a window.
//!
//! - `flags`, `keys`: what the user asks for.
//! - `happening`: from the core's messages to what is worth a line; `lines` and `json` write it.
//! - `plain`: servers' text made harmless for a terminal.
//! - `joining`: getting in, and what stands in the way.
//! - `keeping`: what outlives the program.
//! - `password`, `terminal`, `signals`, `output`, `ending`: the process.
//! - `run`: puts them together.

#![forbid(unsafe_code)]

mod ending;
mod flags;
mod happening;
mod joining;
mod json;
mod keeping;
mod keys;
mod lines;
mod output;
mod password;
mod plain;
mod run;
#[cfg(test)]
mod samples;
mod signals;
#[cfg_attr(not(unix), path = "no_terminal.rs")]
mod terminal;

use std::process::ExitCode;

use clap::Parser as _;

use crate::ending::End;

fn main() -> ExitCode {
    let flags = match flags::Flags::try_parse() {
        Ok(flags) => flags,
        Err(text) => {
            // Where there is nobody to read it, printing fails and nothing is lost.
            let _ = text.print();
            return ExitCode::from(u8::try_from(text.exit_code()).unwrap_or(2));
        }
    };
    run::log(flags.log);
    squelch_core::install_crypto();
    // Two threads: one may be busy decoding while the other answers a key.
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    match runtime {
        Ok(runtime) => {
            let end = runtime.block_on(run::run(flags)).unwrap_or_else(|end| end);
            // A thread that reads standard input or asks the keychain may never return.
            runtime.shutdown_background();
            end.into()
        }
        Err(error) => {
            output::complain(&format!("no thread can be started: {error}"));
            End::Fault.into()
        }
    }
}
