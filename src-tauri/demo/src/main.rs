//! The demo server on its own, for benchmarks that need it in another process and for trying things by hand.
//!
//! The first line it prints is its address. Then it reads one order a line and prints one line for each.

#![forbid(unsafe_code)]

use std::io::{self, BufRead as _, Write as _};
use std::process::ExitCode;
use std::time::UNIX_EPOCH;

use squelch_demo::{Announcement, Content, Controls, Options, Routes, USER};
use tokio::sync::mpsc;

const USAGE: &str =
    "usage: squelch-demo [--port PORT] [--routes v1|legacy|both] [--public] [--rhythm | --silent] [--archive CALLS]

orders on standard input:
  announce [CLIP]   announce a call on Fire Dispatch; prints `call ID`
  written ID        wait until that call's frame was written; prints `written ID NANOSECONDS` since the Unix epoch
  revoke            deny every access token of the demo account
  expire            make them look past their end
  push-out          make twenty newer ones
  drop | freeze | thaw | down | up
  count ROUTE       print how often a route was asked, as `count POST /api/v1/auth/refresh`
  quit";

fn main() -> ExitCode {
    let options = match options(std::env::args().skip(1)) {
        Ok(options) => options,
        Err(complaint) => {
            eprintln!("{complaint}\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    match run(options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("squelch-demo: {error}");
            ExitCode::FAILURE
        }
    }
}

fn options(mut arguments: impl Iterator<Item = String>) -> Result<Options, String> {
    let mut options = Options::default();
    while let Some(argument) = arguments.next() {
        let mut number = |name: &str| {
            let text = arguments.next().ok_or_else(|| format!("{name} needs a number"))?;
            text.parse::<u16>().map_err(|_| format!("not a number for {name}: {text}"))
        };
        match argument.as_str() {
            "--routes" => options = routes(options, &arguments.next().unwrap_or_default())?,
            "--port" => options.port = number("--port")?,
            "--archive" => options.archive = number("--archive")?.into(),
            "--public" => options.public = true,
            "--rhythm" => options.content = Content::Town,
            "--silent" => options.content = Content::Silent,
            "--help" => return Err(String::new()),
            other => return Err(format!("unknown option {other}")),
        }
    }
    Ok(options)
}

/// The server as it was when these were all its routes.
fn routes(options: Options, which: &str) -> Result<Options, String> {
    Ok(match which {
        "v1" => Options { routes: Routes::V1, ..options },
        "legacy" => options.as_1_2(),
        "both" => Options { routes: Routes::Both, ..options },
        other => return Err(format!("--routes needs v1, legacy or both, not {other:?}")),
    })
}

fn run(options: Options) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        let demo = squelch_demo::start(options).await?;
        say(&demo.address())?;
        obey(&demo.controls(), &mut orders()).await?;
        demo.stop().await;
        Ok(())
    })
}

/// Lines of standard input. Read by a thread of their own, because such a read cannot be given up.
fn orders() -> mpsc::UnboundedReceiver<String> {
    let (sender, receiver) = mpsc::unbounded_channel();
    std::thread::spawn(move || {
        for line in io::stdin().lock().lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    receiver
}

async fn obey(controls: &Controls, orders: &mut mpsc::UnboundedReceiver<String>) -> io::Result<()> {
    while let Some(order) = orders.recv().await {
        let (word, rest) = order.trim().split_once(' ').unwrap_or((order.trim(), ""));
        match word {
            "announce" => say(&format!("call {}", announce(controls, rest)))?,
            "written" => say(&written(controls, rest).await)?,
            "count" => say(&format!("count {}", controls.requests(rest)))?,
            "quit" => return Ok(()),
            _ => say(act(controls, word).await)?,
        }
    }
    Ok(())
}

async fn act(controls: &Controls, word: &str) -> &'static str {
    match word {
        "revoke" => controls.revoke_access(USER),
        "expire" => controls.expire_access(USER),
        "push-out" => controls.push_access_token_out(USER),
        "drop" => drop(controls.drop_sockets()),
        "freeze" => drop(controls.freeze_sockets()),
        "thaw" => drop(controls.thaw_sockets()),
        "down" => controls.go_down().await,
        "up" => controls.come_up().await,
        _ => return "unknown order",
    }
    "done"
}

fn announce(controls: &Controls, clip: &str) -> u64 {
    clip.parse().map_or_else(|_| controls.announce(Announcement::default()), |clip| controls.announce_clip(clip))
}

async fn written(controls: &Controls, call: &str) -> String {
    let Ok(call) = call.parse() else { return "not a call".into() };
    match controls.wait_for_written(call).await {
        Ok(note) => {
            let since = note.wall.duration_since(UNIX_EPOCH).unwrap_or_default();
            format!("written {call} {}", since.as_nanos())
        }
        Err(late) => late.to_string(),
    }
}

/// Flushed at once: whoever started this waits for the line.
fn say(line: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_can_be_started_with_either_generation_of_routes_or_both() {
        let routes = |line: &str| options(line.split(' ').map(str::to_owned)).map(|options| options.routes);
        assert_eq!(routes("--silent"), Ok(Routes::Both));
        assert_eq!(routes("--routes v1"), Ok(Routes::V1));
        assert_eq!(routes("--public --routes legacy"), Ok(Routes::Legacy));
        assert_eq!(routes("--routes both --silent"), Ok(Routes::Both));
        assert!(routes("--routes v2").is_err() && routes("--routes").is_err());
    }
}
