//! Signs of life: the station lives while the outputs that should sound are asked for sound.

use jiff::{SignedDuration, Timestamp};

use crate::equipment::sound::Sound as _;
use crate::station::on_air::OnAir;

/// A program that is to be started anew ends only if nothing is due so soon: a start reads the library and opens the device.
const START_TAKES: SignedDuration = SignedDuration::from_mins(2);

impl OnAir {
    /// Whether every open output was asked for sound since this was asked last. One that is closed, or known to be lost
    /// and tried again, has nothing to answer for.
    pub fn has_pulse(&mut self) -> bool {
        let mut alive = true;
        for zone in &mut self.zones {
            let heartbeat = zone.sound.heartbeat();
            alive &= heartbeat.is_none() || heartbeat != zone.heartbeat;
            zone.heartbeat = heartbeat;
        }
        alive
    }

    /// Whether the program may end and start anew without a listener noticing.
    pub fn may_start_anew(&mut self, now: Timestamp) -> bool {
        let soon = now.checked_add(START_TAKES).unwrap_or(Timestamp::MAX);
        let due = self.alert_at().into_iter().chain(self.next_start()).min();
        self.is_idle() && due.is_none_or(|due| due > soon)
    }
}
