//! A narrow way to a server: of a socket only as much comes through as a test lets through, and connections can be taken
//! and left alone. Requests pass as they are.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};

use squelch_demo::Demo;
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// What may pass.
#[derive(Debug, Clone, Copy)]
struct Gate {
    /// So many bytes of sockets, after the upgrade.
    free: usize,
    /// Connections are taken, and that is all.
    mute: bool,
    /// How many were taken like that.
    muted: usize,
}

/// A running way. It ends when dropped.
#[derive(Debug)]
pub struct Narrow {
    address: String,
    gate: watch::Sender<Gate>,
    task: JoinHandle<()>,
}

impl Drop for Narrow {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Narrow {
    /// A way to this server that lets everything through at first.
    ///
    /// # Panics
    ///
    /// No port is free.
    pub async fn to(demo: &Demo) -> Self {
        let there = demo.address();
        let (scheme, port) = (there.split(':').next(), there.rsplit(':').next().and_then(|port| port.parse().ok()));
        let server = SocketAddr::from((Ipv4Addr::LOCALHOST, port.expect("its address has a port")));
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port is free");
        let here = listener.local_addr().expect("it is bound");
        let gate = watch::Sender::new(Gate { free: usize::MAX, mute: false, muted: 0 });
        let task = tokio::spawn(keep(listener, server, gate.clone()));
        Self { address: format!("{}://{here}", scheme.unwrap_or("http")), gate, task }
    }

    /// Where it begins.
    pub fn address(&self) -> String {
        self.address.clone()
    }

    /// Lets this much more of sockets through, and nothing after it.
    pub fn allow(&self, bytes: usize) {
        self.gate.send_modify(|gate| gate.free = bytes);
    }

    /// The same, and waits until it is through.
    pub async fn pass(&self, bytes: usize) {
        self.allow(bytes);
        crate::within("as much from the server", self.gate.subscribe().wait_for(|gate| gate.free == 0)).await.ok();
    }

    /// Lets everything through again.
    pub fn widen(&self) {
        self.allow(usize::MAX);
    }

    /// New connections are taken and get no answer, not even to the first byte of encryption; or no longer.
    pub fn mute(&self, mute: bool) {
        self.gate.send_modify(|gate| gate.mute = mute);
    }

    /// How many connections were taken like that.
    pub fn muted(&self) -> usize {
        self.gate.borrow().muted
    }
}

async fn keep(listener: TcpListener, server: SocketAddr, gate: watch::Sender<Gate>) {
    let mut left_alone = Vec::new();
    while let Ok((client, _)) = listener.accept().await {
        if gate.borrow().mute {
            gate.send_modify(|gate| gate.muted += 1);
            left_alone.push(client);
        } else {
            // One that goes away in the middle is nobody's error.
            tokio::spawn(serve(client, server, gate.clone()));
        }
    }
}

async fn serve(client: TcpStream, server: SocketAddr, gate: watch::Sender<Gate>) -> io::Result<()> {
    let server = TcpStream::connect(server).await?;
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    let (mut from_client, to_client) = client.into_split();
    let (from_server, mut to_server) = server.into_split();
    tokio::select! {
        up = copy(&mut from_client, &mut to_server) => up.map(drop),
        down = squeeze(from_server, to_client, &gate) => down,
    }
}

/// What the server says: whatever comes before an upgrade at once, the rest as it may.
async fn squeeze(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, gate: &watch::Sender<Gate>) -> io::Result<()> {
    let mut piece = vec![0; 16 << 10];
    let mut is_socket = false;
    loop {
        let read = from.read(&mut piece).await?;
        if read == 0 {
            return Ok(());
        }
        let mut rest = &piece[..read];
        if !is_socket {
            is_socket = rest.starts_with(b"HTTP/1.1 101");
            let head = rest.windows(4).position(|four| four == b"\r\n\r\n").filter(|_| is_socket);
            let (now, later) = rest.split_at(head.map_or(read, |end| end + 4));
            to.write_all(now).await?;
            rest = later;
        }
        let mut gates = gate.subscribe();
        while !rest.is_empty() {
            let free = gates.wait_for(|gate| gate.free > 0).await.map_or(0, |gate| gate.free);
            let (now, later) = rest.split_at(rest.len().min(free));
            to.write_all(now).await?;
            gate.send_modify(|gate| gate.free = gate.free.saturating_sub(now.len()));
            rest = later;
        }
    }
}
