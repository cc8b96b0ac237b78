//! The service manager that started the program, if one did: told that the station is ready, alive, and about to end.
//!
//! systemd restarts a service that has not said for long enough that it lives. What counts as life is for the station to
//! judge; here is only the way to say it.

use sd_notify::NotifyState;

/// Says `ready` once the station can air.
pub fn ready() {
    say(&[NotifyState::Ready]);
}

/// A sign of life for the watchdog.
pub fn alive() {
    say(&[NotifyState::Watchdog]);
}

/// One line that `systemctl status` shows.
pub fn status(line: &str) {
    say(&[NotifyState::Status(line)]);
}

/// The program ends by its own will.
pub fn stopping() {
    say(&[NotifyState::Stopping]);
}

/// Without a service manager nobody is told; one that does not listen restarts the program, which is all there is to do.
fn say(states: &[NotifyState<'_>]) {
    let _ = sd_notify::notify(states);
}
