//! What systemd knows of the station's service.

use std::io::Read as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use crate::doctor::Service;

/// The unit that the package installs.
const UNIT: &str = "loa.service";
/// Where systemd shows that it runs this computer.
const RUNNING: &str = "/run/systemd/system";
/// How long it may take to answer.
const PATIENCE: Duration = Duration::from_secs(2);
/// More than any answer.
const ANSWER_BYTES_MAX: u64 = 64 << 10;

/// What there was to see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ServiceSeen {
    Unit(Service),
    /// Something else runs this computer.
    NoSystemd,
    /// systemd did not answer.
    Mute,
}

/// Asks systemd for the unit.
#[must_use]
pub fn service() -> ServiceSeen {
    if !Path::new(RUNNING).is_dir() {
        return ServiceSeen::NoSystemd;
    }
    let mut command = Command::new("systemctl");
    command.args(["show", UNIT, "--no-pager", "--property=LoadState,UnitFileState,ActiveState,User"]);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let Ok(child) = command.spawn() else { return ServiceSeen::NoSystemd };
    answer(child).map_or(ServiceSeen::Mute, |text| ServiceSeen::Unit(read(&text)))
}

/// What it says until it ends; one that takes too long is ended.
fn answer(mut child: Child) -> Option<String> {
    let out = child.stdout.take()?;
    let (tell, told) = mpsc::channel();
    let reader = thread::Builder::new().name("systemctl".to_owned());
    let reading = reader.spawn(move || {
        let mut text = String::new();
        let read = out.take(ANSWER_BYTES_MAX).read_to_string(&mut text);
        let _ = tell.send(read.map(|_| text));
    });
    let text = reading.ok().and_then(|_| told.recv_timeout(PATIENCE).ok());
    let _ = child.kill();
    let _ = child.wait();
    text?.ok().filter(|text| !text.trim().is_empty())
}

fn read(text: &str) -> Service {
    let value = |key: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix('='));
        line.unwrap_or_default().trim().to_owned()
    };
    Service {
        load: value("LoadState"),
        file: value("UnitFileState"),
        active: value("ActiveState"),
        user: value("User"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn properties_are_read_by_name() {
        let found = read("User=loa\nLoadState=loaded\nActiveState=active\nUnitFileState=enabled\n");
        let [load, file, active, user] = ["loaded", "enabled", "active", "loa"].map(str::to_owned);
        assert_eq!(found, Service { load, file, active, user });
        assert_eq!(read("LoadState=not-found\n").file, "");
    }
}
