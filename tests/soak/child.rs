//! The listener, as whoever has started it holds it.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::{Duration, Instant};

use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use crate::listener::{Order, Word};
use crate::usage::{KEPT_OPEN, Usage};

/// Without news for this long, time passes.
const TICK: Duration = Duration::from_millis(20);
/// Without news for this long, nothing will come any more.
const PATIENCE: Duration = Duration::from_secs(60);
/// Threads that have nothing to do end after ten seconds, and connections that nobody uses are closed after ninety.
const IDLE: Duration = Duration::from_secs(100);

/// See the module.
pub(crate) struct Listener {
    child: Child,
    orders: ChildStdin,
    words: UnboundedReceiver<Word>,
    /// By their numbers: whether they are at their end.
    done: Vec<bool>,
    /// All up to this one are.
    done_up_to: u64,
    /// Calls that came to an end without having been heard.
    pub(crate) unheard: Vec<u64>,
    measured: Option<Usage>,
}

impl Listener {
    /// Starts this program anew, to listen.
    pub(crate) fn start(data: &Path, address: &str, calls: u64) -> Self {
        let mut process = Command::new(std::env::current_exe().expect("this program"));
        process.arg("listen").arg(data).arg(address).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = process.spawn().expect("it can be started");
        let (orders, output) = (child.stdin.take().expect("it is piped"), child.stdout.take().expect("it is piped"));
        let (word, words) = unbounded_channel();
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                // Who has stopped listening has ended.
                let _ = word.send(line.parse().unwrap_or_else(|()| panic!("{line} is no word")));
            }
        });
        let done = vec![false; calls as usize + 1];
        Self { child, orders, words, done, done_up_to: 0, unheard: Vec::new(), measured: None }
    }

    pub(crate) fn tell(&mut self, order: Order) {
        writeln!(self.orders, "{order}").expect("the listener is there");
    }

    fn take(&mut self, word: Word) {
        match word {
            Word::Measured(usage) => self.measured = Some(usage),
            Word::Done(call, was_heard) => {
                if let Some(done) = self.done.get_mut(call as usize)
                    && !std::mem::replace(done, true)
                    && !was_heard
                {
                    self.unheard.push(call);
                }
                while self.done.get(self.done_up_to as usize + 1) == Some(&true) {
                    self.done_up_to += 1;
                }
            }
        }
    }

    /// Takes what it says within a moment; whether that was anything.
    pub(crate) async fn listen(&mut self) -> bool {
        match tokio::time::timeout(TICK, self.words.recv()).await {
            Ok(word) => {
                self.take(word.expect("the listener is there"));
                while let Ok(word) = self.words.try_recv() {
                    self.take(word);
                }
                true
            }
            Err(_) => false,
        }
    }

    /// Waits until all calls up to this one are at their end. Time passes on all clocks while nothing happens.
    pub(crate) async fn heard_all(&mut self, last: u64, passes: impl Fn()) -> bool {
        let mut news_at = Instant::now();
        while self.done_up_to < last {
            if self.listen().await {
                news_at = Instant::now();
            } else if news_at.elapsed() > PATIENCE {
                return false;
            } else {
                passes();
                self.tell(Order::Pass(1_000));
            }
        }
        true
    }

    /// The first call that is not at its end.
    pub(crate) fn first_missing(&self) -> u64 {
        self.done_up_to + 1
    }

    /// What it takes of the computer once it is at rest; with `like`, once it has no more threads and descriptors than
    /// that, if it comes to that.
    pub(crate) async fn usage(&mut self, like: Option<Usage>) -> Usage {
        let began = Instant::now();
        let mut steady = (Usage::default(), Instant::now());
        loop {
            self.tell(Order::Measure);
            while self.measured.is_none() {
                self.listen().await;
            }
            let now = self.measured.take().expect("it was just there");
            if (now.threads, now.descriptors) != (steady.0.threads, steady.0.descriptors) {
                steady = (now, Instant::now());
            }
            let has_settled = match like {
                Some(like) => now.threads <= like.threads && now.descriptors <= like.descriptors + KEPT_OPEN,
                None => steady.1.elapsed() > IDLE / 5,
            };
            if has_settled || began.elapsed() > IDLE {
                return now;
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    }

    /// Ends it in order.
    pub(crate) async fn end(mut self) {
        self.tell(Order::End);
        while let Some(word) = self.words.recv().await {
            self.take(word);
        }
        let status = self.child.wait().expect("it was started");
        assert!(status.success(), "the listener ended with {status}");
    }
}
