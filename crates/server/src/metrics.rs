//! The metrics of this process, in the words of Prometheus.

use std::time::Duration;

use ascms_persistence::{Count, Store};
use metrics::gauge;
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use tokio::task::JoinHandle;

/// Bounds of the buckets of every `…_seconds` histogram. A request may take 5 s at most.
const SECONDS: &[f64] =
    &[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// How often what was recorded is put in its buckets, so that it does not pile up.
const UPKEEP: Duration = Duration::from_secs(5);

const MEMORY: &str = "process_resident_memory_bytes";
const CONNECTIONS: &str = "ascms_database_connections";
const LOG: &str = "ascms_sqlite_wal_bytes";

/// Begins to record. Once a process.
pub fn start() -> Result<PrometheusHandle, BuildError> {
    let builder = PrometheusBuilder::new();
    let builder =
        builder.set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), SECONDS)?;
    let handle = builder.install_recorder()?;
    metrics::describe_gauge!(MEMORY, metrics::Unit::Bytes, "Memory that is resident.");
    metrics::describe_gauge!(LOG, metrics::Unit::Bytes, "SQLite's write-ahead log.");
    Ok(handle)
}

/// How long SQLite's write-ahead log is.
pub fn set_log_bytes(bytes: u64) {
    if let Some(bytes) = as_float(bytes) {
        gauge!(LOG).set(bytes);
    }
}

/// Keeps the recorder tidy until the task is dropped with its runtime.
pub fn keep_up(handle: PrometheusHandle) -> JoinHandle<()> {
    tokio::spawn(async move {
        let mut ticks = tokio::time::interval(UPKEEP);
        loop {
            ticks.tick().await;
            handle.run_upkeep();
        }
    })
}

/// Everything recorded so far, and the memory and the connections in use now.
pub fn render(handle: &PrometheusHandle, store: &Store) -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    if let Some(bytes) = resident_bytes(&status) {
        gauge!(MEMORY).set(bytes);
    }
    for (pool, Count { open, used }) in store.connections() {
        for (state, count) in [("open", open), ("used", used)] {
            let count = u32::try_from(count).unwrap_or(u32::MAX);
            gauge!(CONNECTIONS, "pool" => pool, "state" => state).set(count);
        }
    }
    handle.render()
}

/// Parsed from digits, since a whole number has no lossless way to a float.
fn as_float(number: u64) -> Option<f64> {
    number.to_string().parse().ok()
}

/// The `VmRSS` line of proc(5), which is in KiB.
fn resident_bytes(status: &str) -> Option<f64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: u64 = line.split_whitespace().next()?.parse().ok()?;
    as_float(kibibytes.checked_mul(1024)?)
}

#[cfg(test)]
mod tests {
    use super::resident_bytes;

    #[test]
    fn memory_is_read_in_kibibytes() {
        let status = "Name:\tascms\nVmHWM:\t  200 kB\nVmRSS:\t  128 kB\nThreads:\t4\n";
        assert_eq!(resident_bytes(status), Some(131_072.0));
        assert_eq!(resident_bytes(""), None);
    }
}
