//! A server takes the sandbox's folder and its two ports before it does anything else. It names all
//! those that it cannot have at once, each with its setting.

use std::io;
use std::net::{SocketAddr, TcpListener};

use ascms_server::listening::Port;

use crate::config::{ADMIN_LISTEN, Config, Fault, Faults, LISTEN, SANDBOX_DIR, Setting, Trust};
use crate::sandbox::folder::OwnFolder;

/// Held while the server runs.
pub struct Reserved {
    pub api: Address,
    pub admin: Address,
    /// Production has none.
    pub folder: Option<OwnFolder>,
}

/// An address of this server's, on which nobody can call yet.
pub struct Address {
    setting: &'static Setting,
    address: SocketAddr,
    port: Port,
}

impl Reserved {
    pub fn take(config: &Config) -> Result<Self, Faults> {
        let mut faults = Vec::new();
        let mut or_fault =
            |taken: Result<Address, Fault>| taken.map_err(|fault| faults.push(fault)).ok();
        let api = or_fault(Address::take(&LISTEN, config.listen));
        let admin = or_fault(Address::take(&ADMIN_LISTEN, config.admin_listen));
        let folder = folder(&config.trust).map_err(|fault| faults.insert(0, fault)).ok();
        match (api, admin, folder) {
            (Some(api), Some(admin), Some(folder)) => Ok(Self { api, admin, folder }),
            _ => Err(Faults::of(faults)),
        }
    }
}

fn folder(trust: &Trust) -> Result<Option<OwnFolder>, Fault> {
    let Trust::Sandbox { directory, .. } = trust else { return Ok(None) };
    let taken = OwnFolder::take(directory);
    taken.map(Some).map_err(|error| Fault::of(&SANDBOX_DIR, directory.display(), error))
}

impl Address {
    fn take(setting: &'static Setting, address: SocketAddr) -> Result<Self, Fault> {
        match Port::take(address) {
            Ok(port) => Ok(Self { setting, address, port }),
            Err(error) => Err(unusable(setting, address, &error)),
        }
    }

    /// Lets callers in.
    pub fn open(self) -> Result<TcpListener, Faults> {
        let Self { setting, address, port } = self;
        port.open().map_err(|error| Faults::of(vec![unusable(setting, address, &error)]))
    }
}

fn unusable(setting: &Setting, address: SocketAddr, error: &io::Error) -> Fault {
    if error.kind() == io::ErrorKind::AddrInUse {
        let taken = "another program has this port: stop that one, or name another port";
        return Fault::of(setting, address, taken);
    }
    Fault::of(setting, address, format!("it cannot be used: {error}"))
}
