//! Searching the demo's archive: from the question to the first page, ready for the window.

#![forbid(unsafe_code)]

mod figures;

use std::time::{Duration, Instant};

use squelch_core::client::Client;
use squelch_core::model::{ServerId, TalkgroupId};
use squelch_core::sound::{Pace, Silent};
use squelch_core::view::SearchQuery;
use squelch_demo::Options;
use squelch_tests::desk::{joining, parts, registered, server};
use squelch_tests::screen::Screen;

const CALLS: usize = 5_000;
const TARGET: Duration = Duration::from_millis(100);
const RUNS: usize = 31;

fn everything(server: ServerId) -> SearchQuery {
    SearchQuery {
        server,
        transcript: String::new(),
        systems: Vec::new(),
        talkgroups: Vec::new(),
        groups: Vec::new(),
        tags: Vec::new(),
        from_ms: None,
        to_ms: None,
        bookmarked_only: false,
        here: false,
        unheard_only: false,
        oldest_first: false,
    }
}

async fn first_page(client: &Client, name: &str, query: &SearchQuery) {
    let mut spans = Vec::new();
    let mut rows = 0;
    for _ in 0..RUNS {
        let start = Instant::now();
        let page = client.search(query.clone(), None).await.expect("it can be searched");
        spans.push(start.elapsed());
        rows = page.rows.len();
    }
    let worst = figures::quantile(&mut spans, 1.0);
    let median = figures::quantile(&mut spans, 0.5);
    let name = format!("{name} ({rows} calls), median");
    figures::print(
        &name,
        &figures::ms(median),
        "<= 100 ms",
        median <= TARGET,
        &format!("(longest {})", figures::ms(worst)),
    );
}

fn main() {
    squelch_core::install_crypto();
    let runtime = || tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
    let (outside, inside) = (runtime().expect("a runtime"), runtime().expect("a runtime"));
    let (demo, controls) = outside.block_on(server(Options { archive: CALLS, ..Options::silent() }));
    inside.block_on(async {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let (output, _) = Silent::new(48_000, Pace::ByHand);
        let client = Client::start(parts(&folder, output));
        let mut screen = Screen::open(&client).await;
        client.send(joining(demo.address())).await.expect("it can be added");
        registered(&controls, 1).await;
        let here = screen.server("listed", |server| server.directory > 0).await.id;
        println!("search: {CALLS} calls in the demo's archive, {RUNS} runs\n");
        let all = everything(here);
        first_page(&client, "first page of everything", &all).await;
        first_page(&client, "of one talkgroup", &SearchQuery { talkgroups: vec![TalkgroupId(1)], ..all.clone() }).await;
        first_page(&client, "of some words", &SearchQuery { transcript: "engine".into(), ..all.clone() }).await;
        first_page(&client, "of words nobody said", &SearchQuery { transcript: "xyzzy".into(), ..all.clone() }).await;
        client.shutdown().await;
    });
}
