//! A way to a server that is as long as one likes: what goes through is handed on only after a while.

use std::{io, time::Duration};

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::mpsc,
    time::{Instant, sleep_until},
};
use url::Url;

/// `url` by way of a port that takes `delay` for each direction.
pub async fn delayed(url: &str, delay: Duration) -> io::Result<String> {
    let mut url = Url::parse(url).map_err(io::Error::other)?;
    let server = url.socket_addrs(|| None)?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let port = listener.local_addr()?.port();
    url.set_port(Some(port))
        .map_err(|()| io::Error::other("the URL has no place for a port"))?;
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let Ok(server) = TcpStream::connect(&*server).await else {
                continue;
            };
            for socket in [&client, &server] {
                socket.set_nodelay(true).ok();
            }
            let (from_client, to_client) = client.into_split();
            let (from_server, to_server) = server.into_split();
            tokio::spawn(hand_on(from_client, to_server, delay));
            tokio::spawn(hand_on(from_server, to_client, delay));
        }
    });
    Ok(url.into())
}

async fn hand_on(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin + Send + 'static,
    delay: Duration,
) {
    let (sender, mut receiver) = mpsc::unbounded_channel::<(Instant, Vec<u8>)>();
    tokio::spawn(async move {
        while let Some((when, bytes)) = receiver.recv().await {
            sleep_until(when).await;
            if to.write_all(&bytes).await.is_err() {
                return;
            }
        }
        to.shutdown().await.ok();
    });
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(length @ 1..) = from.read(&mut buffer).await {
        let bytes = buffer[..length].to_vec();
        if sender.send((Instant::now() + delay, bytes)).is_err() {
            return;
        }
    }
}
