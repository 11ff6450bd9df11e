//! What a process did to its files, read from strace's log.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use super::session::process;

/// One thing done to a file or a folder, by path.
#[derive(Debug, Clone)]
pub(crate) enum Op {
    Create(PathBuf),
    Write {
        path: PathBuf,
        at: usize,
        bytes: Vec<u8>,
    },
    Truncate {
        path: PathBuf,
        length: usize,
    },
    /// Of a file or of a folder.
    Sync(PathBuf),
    Rename {
        from: PathBuf,
        to: PathBuf,
    },
    Unlink(PathBuf),
    MakeFolder(PathBuf),
    RemoveFolder(PathBuf),
    /// The thread that wrote has ended in good order.
    Ended,
}

/// Runs the script and tells what its writing threads did below the data folder.
pub(crate) fn record(data: &Path) -> Vec<Op> {
    let logs = tempfile::tempdir().expect("a folder can be made");
    let log = logs.path().join("log").to_string_lossy().into_owned();
    let trace = format!("trace=openat,close,dup,lseek,{}", super::killed::WRITES);
    let strace = ["strace", "-ff", "--seccomp-bpf", "-qq", "-ttt", "-xx", "-s", "1000000", "-o", &log, "-e", &trace];
    let status = process(&strace, "session::script", data).stdout(Stdio::null()).status().expect("strace runs");
    assert!(status.success());
    let mut threads: Vec<(f64, Vec<Op>)> = Vec::new();
    for entry in fs::read_dir(logs.path()).expect("it can be listed") {
        let text = fs::read_to_string(entry.expect("an entry").path()).expect("a log is text");
        let began = text.split_once(' ').and_then(|(time, _)| time.parse().ok()).unwrap_or(0.0);
        let mut ops = read(&text, data);
        if ops.iter().any(|op| matches!(op, Op::Write { .. })) {
            ops.push(Op::Ended);
            threads.push((began, ops));
        }
    }
    threads.sort_by(|a, b| a.0.total_cmp(&b.0));
    assert_eq!(threads.len(), 2, "one for each part of the script");
    threads.into_iter().flat_map(|(_, ops)| ops).collect()
}

/// An open file, and where the next plain write goes.
struct Open {
    path: PathBuf,
    at: usize,
}

fn read(text: &str, data: &Path) -> Vec<Op> {
    let mut open: BTreeMap<i64, Open> = BTreeMap::new();
    let mut ops = Vec::new();
    for line in text.lines() {
        let Some((name, arguments, result)) = call(line) else { continue };
        if result < 0 {
            continue;
        }
        let number = |index: usize| arguments.get(index).and_then(|text| text.trim().parse::<i64>().ok()).unwrap_or(-1);
        let path = |index: usize| arguments.get(index).map(|text| PathBuf::from(text_of(text))).unwrap_or_default();
        match name {
            "openat" if path(1).starts_with(data) => {
                if arguments.iter().any(|argument| argument.contains("O_CREAT")) {
                    ops.push(Op::Create(path(1)));
                }
                open.insert(result, Open { path: path(1), at: 0 });
            }
            "close" => drop(open.remove(&number(0))),
            "write" | "pwrite64" => {
                if let Some(file) = open.get_mut(&number(0)) {
                    let bytes = bytes_of(&arguments[1]);
                    assert_eq!(bytes.len() as i64, result, "the whole of it was logged");
                    let at = if name == "write" { file.at } else { usize::try_from(number(3)).expect("an offset") };
                    file.at += if name == "write" { bytes.len() } else { 0 };
                    ops.push(Op::Write { path: file.path.clone(), at, bytes });
                }
            }
            "ftruncate" => {
                if let Some(file) = open.get(&number(0)) {
                    let length = usize::try_from(number(1)).expect("a length");
                    ops.push(Op::Truncate { path: file.path.clone(), length });
                }
            }
            "fsync" | "fdatasync" => ops.extend(open.get(&number(0)).map(|file| Op::Sync(file.path.clone()))),
            "rename" => ops.push(Op::Rename { from: path(0), to: path(1) }),
            "renameat" | "renameat2" => ops.push(Op::Rename { from: path(1), to: path(3) }),
            "unlink" | "rmdir" => ops.push(removed(path(0), name == "rmdir")),
            "unlinkat" => ops.push(removed(path(1), arguments[2].contains("REMOVEDIR"))),
            "mkdir" => ops.push(Op::MakeFolder(path(0))),
            "mkdirat" => ops.push(Op::MakeFolder(path(1))),
            "lseek" | "dup" | "openat" => {}
            other => panic!("{other} is not understood yet: {}", line.chars().take(200).collect::<String>()),
        }
    }
    ops
}

fn removed(path: PathBuf, is_folder: bool) -> Op {
    if is_folder { Op::RemoveFolder(path) } else { Op::Unlink(path) }
}

/// `1795.5 name(a, "b", c) = 3`: its name, arguments and result. No string holds a comma: all of them are in hexadecimal.
fn call(line: &str) -> Option<(&str, Vec<String>, i64)> {
    let (_, call) = line.split_once(' ')?;
    let (call, result) = call.rsplit_once(" = ")?;
    let (name, arguments) = call.trim_end().strip_suffix(')')?.split_once('(')?;
    let result = result.split_whitespace().next()?.parse().ok()?;
    Some((name, arguments.split(", ").map(str::to_owned).collect(), result))
}

fn bytes_of(text: &str) -> Vec<u8> {
    let hex = text.trim().trim_matches('"').split("\\x").skip(1);
    hex.map(|byte| u8::from_str_radix(byte, 16).expect("a byte")).collect()
}

fn text_of(text: &str) -> String {
    String::from_utf8(bytes_of(text)).expect("a path of ours")
}
