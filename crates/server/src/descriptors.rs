//! How many files and connections the process may have open. Many systems allow 1,024 until a process
//! asks for more, which one caller could use up.

use std::io;

use nix::sys::resource::{Resource, getrlimit, setrlimit};

/// What is kept for the database, documents, logs and whatever a library opens.
const RESERVE: usize = 256;
/// More connections than a server of this kind answers.
const ENOUGH: u64 = 65_536;
/// Fewer than this is said in the log.
const FEW: usize = 1000;

/// Raises the limit as far as the process may, and answers how many connections of clients fit.
pub fn raise() -> io::Result<usize> {
    let (soft, hard) = getrlimit(Resource::RLIMIT_NOFILE)?;
    let wanted = hard.min(ENOUGH);
    if soft < wanted {
        setrlimit(Resource::RLIMIT_NOFILE, wanted, hard)?;
    }
    let limit = usize::try_from(soft.max(wanted).min(ENOUGH)).unwrap_or(usize::MAX);
    let connections = connections(limit);
    if connections < FEW {
        tracing::warn!(limit, connections, "few open files are allowed: raise the hard limit");
    }
    Ok(connections)
}

/// How many of so many descriptors are connections of clients: at least half of them.
fn connections(limit: usize) -> usize {
    limit.saturating_sub(RESERVE).max(limit / 2)
}

#[cfg(test)]
mod tests {
    use super::connections;

    #[test]
    fn some_descriptors_are_kept_for_what_is_no_connection() {
        for (limit, fit) in [(65_536, 65_280), (1024, 768), (512, 256), (256, 128), (64, 32)] {
            assert_eq!(connections(limit), fit, "{limit}");
        }
    }
}
