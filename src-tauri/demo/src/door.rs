//! Listening, accepting and serving connections; the only place that knows TCP and TLS.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Extension;
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};

use crate::answer;
use crate::options::Tls;
use crate::world::Shared;

/// Who is at the other end of a connection.
#[derive(Clone, Debug)]
pub(crate) struct Visitor {
    pub(crate) address: SocketAddr,
    pub(crate) secure: bool,
    /// Ends the connection at once, whatever was being answered on it.
    pub(crate) cut: Arc<Notify>,
}

pub(crate) async fn listen(port: u16) -> io::Result<TcpListener> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await
}

/// Accepts until the server stops. While the door is shut, connecting is refused.
pub(crate) async fn keep(shared: Arc<Shared>, first: TcpListener, tls: Option<TlsAcceptor>) {
    let Ok(address) = first.local_addr() else { return };
    let router = Router::new().fallback(answer::answer).with_state(Arc::clone(&shared));
    let mut listener = Some(first);
    loop {
        if let Some(open) = listener.take() {
            tokio::select! {
                () = shared.until(|world| !world.wants_open) => {}
                () = accept(&shared, &open, &router, tls.as_ref()) => {}
            }
        }
        shared.with(|world| world.is_open = false);
        shared.until(|world| world.wants_open).await;
        match listen(address.port()).await {
            Ok(open) => listener = Some(open),
            Err(error) => {
                tracing::warn!(%error, "cannot listen again");
                return;
            }
        }
        shared.with(|world| world.is_open = true);
    }
}

async fn accept(shared: &Arc<Shared>, listener: &TcpListener, router: &Router, tls: Option<&TlsAcceptor>) {
    loop {
        let Ok((stream, address)) = listener.accept().await else {
            // Out of file handles, most likely; asking again at once would only burn time.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        // Frames are small and must not wait for each other.
        let _ = stream.set_nodelay(true);
        let (cut, mut cuts) = (Arc::new(Notify::new()), shared.cuts.subscribe());
        let visitor = Visitor { address, secure: tls.is_some(), cut: Arc::clone(&cut) };
        let router = router.clone().layer(Extension(visitor));
        let tls = tls.cloned();
        shared.spawn(async move {
            tokio::select! {
                () = cut.notified() => {}
                _ = cuts.changed() => {}
                () = connect(stream, router, tls) => {}
            }
        });
    }
}

async fn connect(stream: TcpStream, router: Router, tls: Option<TlsAcceptor>) {
    match tls {
        None => serve(stream, router).await,
        Some(tls) => match tls.accept(stream).await {
            Ok(stream) => serve(stream, router).await,
            Err(error) => tracing::debug!(%error, "the TLS handshake failed"),
        },
    }
}

async fn serve(stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static, router: Router) {
    let service = TowerToHyperService::new(router);
    let connection = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    if let Err(error) = connection.with_upgrades().await {
        tracing::debug!(%error, "a connection ended early");
    }
}

/// The acceptor for a certificate. Only HTTP/1.1 is spoken.
pub(crate) fn acceptor(tls: &Tls) -> io::Result<TlsAcceptor> {
    let chain = tls.chain.iter().cloned().map(CertificateDer::from).collect();
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(tls.key.clone()));
    let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .and_then(|config| config.with_no_client_auth().with_single_cert(chain, key))
        .map_err(io::Error::other)?;
    Ok(TlsAcceptor::from(Arc::new(config)))
}
