//! How the service comes to its end: first it says so and goes on, so that calls are sent elsewhere,
//! then it takes no more, and in the end it ends, whatever hangs.

use std::io;
use std::process::exit;
use std::time::Duration;

use actix_web::dev::ServerHandle;
use tokio::runtime;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;
use tokio::time::sleep;

/// What the process answers when it did not come to its end in time.
pub const OVERDUE: i32 = 70;
/// What a shell reports for a program that was interrupted.
const INTERRUPTED: i32 = 130;
/// The same for one that was terminated.
const TERMINATED: i32 = 143;

/// How long the last letter, the connections to the database and the rest may take after the last call.
pub const AFTERWARDS: Duration = Duration::from_secs(10);

/// How long each part of the end may take.
#[derive(Clone, Copy, Debug)]
pub struct Stages {
    /// Calls are still taken in.
    pub lame_duck: Duration,
    /// Those that are under way come to their end.
    pub shutdown: Duration,
    /// What is behind the calls comes to its end. Whatever has not by then is broken off.
    pub afterwards: Duration,
}

struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    /// The next one, as a shell reports it.
    async fn next(&mut self) -> i32 {
        tokio::select! {
            _ = self.terminate.recv() => TERMINATED,
            _ = self.interrupt.recv() => INTERRUPTED,
        }
    }
}

/// Stops the service when a signal says so. `announce` is done at once; a second signal does not wait.
/// All of it happens on a thread of its own, which nothing else of the service can hold up.
pub fn on_signal(
    api: ServerHandle,
    stages: Stages,
    stop_work: watch::Sender<bool>,
    announce: impl FnOnce() + Send + 'static,
) -> io::Result<()> {
    let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
    let mut signals = {
        let _here = runtime.enter();
        Signals {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        }
    };
    let Stages { lame_duck, shutdown, afterwards } = stages;
    let obey = async move {
        signals.next().await;
        tracing::info!(seconds = lame_duck.as_secs(), "stopping: calls are still taken for");
        announce();
        stop_work.send_replace(true);
        let orderly = async {
            sleep(lame_duck).await;
            api.stop(true).await;
            std::future::pending::<i32>().await
        };
        let overdue = async {
            sleep(lame_duck + shutdown + afterwards).await;
            // The reader of the log may itself be what hangs.
            drop(std::thread::spawn(|| tracing::error!("the server ends though something hangs")));
            sleep(Duration::from_millis(100)).await;
            OVERDUE
        };
        tokio::select! {
            code = signals.next() => exit(code),
            code = overdue => exit(code),
            code = orderly => exit(code),
        }
    };
    let thread = std::thread::Builder::new().name("signals".to_owned());
    thread.spawn(move || runtime.block_on(obey)).map(drop)
}
