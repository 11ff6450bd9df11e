//! A forward proxy on loopback, as in front of an office's network: it takes whole addresses for `http` and tunnels for
//! `https`, and speaks SOCKS 5. Whatever name is asked for, it goes to loopback, so that tests can use names that exist nowhere.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// A running proxy. It ends when dropped.
#[derive(Debug)]
pub struct Proxy {
    address: String,
    asked: Arc<Mutex<Vec<String>>>,
    task: JoinHandle<()>,
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Proxy {
    /// Starts one. With a password it lets nobody through who does not bring it (as `user:password` in base 64).
    ///
    /// # Panics
    ///
    /// No port is free.
    pub async fn start(password: Option<&'static str>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let address = listener.local_addr().expect("it is bound").to_string();
        let asked = Arc::<Mutex<Vec<String>>>::default();
        let noted = asked.clone();
        let task = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                // A client that goes away in the middle is nobody's error.
                tokio::spawn(serve(client, password, noted.clone()));
            }
        });
        Self { address, asked, task }
    }

    /// Host and port.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The request lines so far.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

async fn serve(client: TcpStream, password: Option<&str>, asked: Arc<Mutex<Vec<String>>>) -> std::io::Result<()> {
    let mut client = BufReader::new(client);
    if client.fill_buf().await?.first() == Some(&5) {
        return socks(client, &asked).await;
    }
    // Each request of a kept connection may be for another server; here the next one has to begin a new connection.
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        if (&mut client).take(64 << 10).read_until(b'\n', &mut head).await? == 0 {
            return Ok(());
        }
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let line = head.lines().next().unwrap_or_default().to_owned();
    asked.lock().unwrap_or_else(PoisonError::into_inner).push(line.clone());
    let allowed = password.is_none_or(|password| {
        head.lines()
            .any(|line| line.to_ascii_lowercase().starts_with("proxy-authorization:") && line.ends_with(password))
    });
    if !allowed {
        let refusal = b"HTTP/1.1 407 Proxy Authentication Required\r\nproxy-authenticate: Basic\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
        return client.write_all(refusal).await;
    }
    let mut words = line.split(' ');
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let (authority, path) = match target.strip_prefix("http://") {
        Some(rest) => rest.split_at(rest.find('/').unwrap_or(rest.len())),
        None => (target, ""),
    };
    let port: u16 = authority.rsplit(':').next().and_then(|port| port.parse().ok()).unwrap_or(80);
    let mut server = TcpStream::connect(("127.0.0.1", port)).await?;
    if method == "CONNECT" {
        client.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await?;
    } else {
        let upgrades = head.lines().any(|line| line.to_ascii_lowercase().starts_with("upgrade:"));
        let others = head.lines().skip(1).filter(|line| {
            let line = line.to_ascii_lowercase();
            !line.is_empty() && !line.starts_with("proxy-") && (upgrades || !line.starts_with("connection:"))
        });
        let mut own = format!("{method} {path} HTTP/1.1\r\n");
        others.for_each(|line| own.extend([line, "\r\n"]));
        if !upgrades {
            own.push_str("connection: close\r\n");
        }
        own.push_str("\r\n");
        server.write_all(own.as_bytes()).await?;
    }
    copy_bidirectional(&mut client, &mut server).await.map(drop)
}

/// SOCKS 5 without a password, to a server that is named and not numbered.
async fn socks(mut client: BufReader<TcpStream>, asked: &Mutex<Vec<String>>) -> std::io::Result<()> {
    let mut greeting = [0; 2];
    client.read_exact(&mut greeting).await?;
    client.read_exact(&mut vec![0; greeting[1].into()]).await?;
    client.write_all(&[5, 0]).await?;
    let mut question = [0; 5];
    client.read_exact(&mut question).await?;
    let mut name = vec![0; question[4].into()];
    client.read_exact(&mut name).await?;
    let port = client.read_u16().await?;
    let name = String::from_utf8_lossy(&name).into_owned();
    asked.lock().unwrap_or_else(PoisonError::into_inner).push(format!("SOCKS {name}:{port}"));
    let mut server = TcpStream::connect(("127.0.0.1", port)).await?;
    client.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]).await?;
    copy_bidirectional(&mut client, &mut server).await.map(drop)
}
