//! The API's port. Every connection is closed that keeps us waiting: one without a call for some
//! seconds, and one whose answer is not read.

mod paced;

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use actix_http::{HttpService, Response};
use actix_server::{Server, ServerBuilder};
use actix_service::{IntoServiceFactory as _, ServiceFactoryExt as _, fn_service, map_config};
use actix_web::Error;
use actix_web::dev::AppConfig;
use actix_web::rt::net::TcpStream;
use ascms_http::AppState;
use tokio::net::TcpSocket;

use self::paced::Paced;
pub use self::paced::Patience;

/// How long a client may take to send the head of its first request.
const HEAD_TIME_LIMIT: Duration = Duration::from_secs(5);
/// How long a connection is kept for the next call.
const KEEP_ALIVE: Duration = Duration::from_secs(5);
/// How long a connection that is given up is still read from, so that a client which sends the rest
/// of a refused body can read the refusal.
const LINGER: Duration = Duration::from_secs(1);
/// How many connections may wait to be taken up.
const BACKLOG: u32 = 1024;

/// A port that is this server's. As long as it is not open a caller is refused at once, and does not
/// wait for a server that is still making ready.
#[derive(Debug)]
pub struct Port(TcpSocket);

impl Port {
    /// Fails where another program has opened the port.
    pub fn take(address: SocketAddr) -> io::Result<Self> {
        let socket = match address {
            SocketAddr::V4(_) => TcpSocket::new_v4()?,
            SocketAddr::V6(_) => TcpSocket::new_v6()?,
        };
        // Else the port of a server that just ended could not be had for a minute.
        socket.set_reuseaddr(true)?;
        socket.bind(address)?;
        Ok(Self(socket))
    }

    /// Lets callers in. Fails where another program took the port meanwhile and was faster.
    pub fn open(self) -> io::Result<TcpListener> {
        self.0.listen(BACKLOG)?.into_std()
    }
}

/// How calls are taken in.
#[derive(Clone, Copy, Debug)]
pub struct Listening {
    /// `None` is one for each core.
    pub workers: Option<usize>,
    /// How many connections there may be; further ones wait until one of them is closed.
    pub connections: usize,
    /// How long calls may still take once the server is told to stop.
    pub shutdown_seconds: u64,
    pub patience: Patience,
}

/// Takes calls in once the answer is awaited.
pub fn listen(listener: TcpListener, listening: Listening, state: AppState) -> io::Result<Server> {
    let Listening { workers, connections, shutdown_seconds, patience } = listening;
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let workers = workers.unwrap_or(cores).max(1);
    let builder = ServerBuilder::default();
    let stopping = builder.graceful_shutdown_signal();
    let builder = builder
        .workers(workers)
        .max_concurrent_connections((connections / workers).max(1))
        .disable_signals()
        .shutdown_timeout(shutdown_seconds);
    let api = builder.listen("api", listener, move || {
        let stopping = stopping.clone();
        let app = ascms_http::app(&state).into_factory();
        let app =
            app.map_err(|err: Error| Response::from(err.as_response_error().error_response()));
        let http = HttpService::build()
            .graceful_shutdown_signal(move || {
                let stopping = stopping.clone();
                async move { stopping.notified().await }
            })
            .keep_alive(KEEP_ALIVE)
            .client_request_timeout(HEAD_TIME_LIMIT)
            .client_disconnect_timeout(LINGER)
            .on_connect_ext(|io: &Paced, data| {
                data.insert(io.connection());
            })
            .h1(map_config(app, |()| AppConfig::default()));
        let accepted = fn_service(move |io: TcpStream| async move {
            let peer = io.peer_addr().ok();
            // An answer is sent as soon as it is there, in whatever pieces.
            io.set_nodelay(true).map_err(actix_http::error::DispatchError::Io)?;
            Ok((Paced::new(io, patience), peer))
        });
        accepted.and_then(http)
    })?;
    Ok(api.run())
}
