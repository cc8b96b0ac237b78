//! Emergencies: begun at once at an operator's word, repeated until they are over, cancelled or expired.

use jiff::Timestamp;

use crate::airtime::{Outcome, Reason};
use crate::equipment::sound::Sound as _;
use crate::equipment::store::SavedAlert;
use crate::playout::{Alert, AlertOrder, Input, OnAir as OnAirNow, SittingId};
use crate::rundown::Origin;
use crate::station::command::{Answer, Heard};
use crate::station::on_air::OnAir;
use crate::station::on_air::zones::Zone;
use crate::time::later;
use crate::words::Notice;

impl OnAir {
    /// Airs an emergency now, over whatever is on, and again as it says.
    pub fn alert(&mut self, order: AlertOrder) -> Answer {
        let now = self.now();
        if self.silenced {
            return Answer::Silenced;
        }
        if let Some(name) = order.zones.iter().find(|name| !self.zones.iter().any(|zone| zone.name == **name)) {
            let known = self.zones.iter().map(|zone| zone.name.clone()).collect();
            return Answer::NoSuchZone { name: name.clone(), known };
        }
        if let (Some(quiet), false) = (self.quiet_at(now), order.in_quiet_hours) {
            return Answer::Quiet { quiet };
        }
        let zones = order.zones.clone();
        let alert = Alert::new(order, now);
        let saved = self.log.store_mut().save_alert(&alert);
        let (alert_id, unwritten) = match saved {
            Ok(id) => (Some(id), None),
            Err(fault) => (None, Some(fault.to_string())),
        };
        self.alerts.push(SavedAlert { alert_id, alert });
        let waits = self.alert_is_on(&zones);
        let warm_up = self.warm_up_left();
        self.begin_alerts(now);
        let heard = match self.unheard_on(&zones) {
            _ if waits => Heard::After,
            Some(device) => Heard::DeviceBack { device },
            None if !warm_up.is_zero() => Heard::Warm { millis: warm_up.whole_millis() },
            None if self.alert_is_on(&zones) => Heard::Now,
            None => Heard::Nowhere,
        };
        Answer::Taken { heard, unwritten }
    }

    /// The device that an alert on these zones waits for, if none of them sounds.
    fn unheard_on(&self, zones: &[String]) -> Option<String> {
        let mut silent = None;
        for zone in self.meant(zones) {
            if zone.machine.on_air().is_some_and(|on_air| !on_air.device_lost) {
                return None;
            }
            silent = silent.or_else(|| zone.machine.on_air().map(|_| zone.sound.device()));
        }
        silent
    }

    /// The zones of these names; none named is all.
    fn meant(&self, names: &[String]) -> impl Iterator<Item = &Zone> {
        self.zones.iter().filter(move |zone| names.is_empty() || names.contains(&zone.name))
    }

    /// An alert was heard somewhere: zones whose device is lost do not keep the next one waiting.
    pub(super) fn stop_waiting(&mut self, of: SittingId, now: Timestamp) {
        for zone in 0..self.zones.len() {
            let waits = |on_air: OnAirNow<'_>| on_air.id == of && on_air.device_lost;
            if self.zones[zone].machine.on_air().is_some_and(waits) {
                self.tell(zone, now, Input::PassOverAlert);
            }
        }
    }

    /// No alert airs again; one that is on is taken down.
    pub fn cancel_alerts(&mut self) -> Answer {
        let now = self.now();
        self.hear_zones(now);
        let alerts = self.alerts_in_force().count();
        let unwritten = self.forget_alerts(now);
        self.tell_all(now, &Input::CancelAlert);
        Answer::Cancelled { alerts, unwritten }
    }

    /// Alerts of the last run that are not over go on.
    pub(in crate::station) fn take_up_alerts(&mut self) {
        // What cannot be read is not aired; the database says so in every other way.
        self.alerts = self.log.store().alerts().unwrap_or_default();
        // In doubt silent: a restart must not speak.
        self.silenced = self.log.store().is_silenced().unwrap_or(true);
        if self.silenced {
            let now = self.now();
            self.notices.push(Notice::Silenced);
            self.tell_all(now, &Input::Silence);
        }
    }

    /// Begins the alerts that are due, one after the other.
    pub(super) fn begin_alerts(&mut self, now: Timestamp) {
        self.drop_expired(now);
        if self.silenced {
            return;
        }
        // The one that has waited longest: one that repeats at once does not keep another off the air.
        let due = |saved: &SavedAlert| {
            let at = saved.alert.next_at().filter(|at| *at <= now)?;
            (!self.alert_is_on(&saved.alert.order.zones)).then_some(at)
        };
        let waiting = self.alerts.iter().enumerate().filter_map(|(index, saved)| Some((due(saved)?, index)));
        let Some((_, index)) = waiting.min() else { return };
        let before = self.alerts[index].alert.clone();
        let mut alert = before.clone();
        let begins_after = self.together_after().max(self.warm_up_left());
        let rundown = alert.rundown(later(now, begins_after), self.today(now));
        alert.note_turn(now);
        let turn = SavedAlert { alert: alert.clone(), ..self.alerts[index] };
        if alert.next_at().is_some() {
            self.alerts[index].alert = alert.clone();
        } else {
            self.alerts.remove(index);
        }
        match self.quiet_at(now) {
            Some(_) if !alert.order.in_quiet_hours => {
                self.note_turn(&turn);
                self.pass_over_turn(now, &before, Outcome::Blocked, Reason::QuietHours);
            }
            _ => {
                let id = self.session_began(now, rundown);
                if let Some(under_way) = self.under_way.get_mut(&id) {
                    // Written down when it is over: one that a power cut ends airs again.
                    under_way.turn = Some(turn);
                }
                self.hand_over(now, id);
            }
        }
    }

    /// What the alerts in force are called.
    pub(in crate::station) fn alerts_in_force(&self) -> impl Iterator<Item = &str> {
        let on_for_the_last_time = self.under_way.values().filter_map(|under_way| under_way.turn.as_ref());
        let on_for_the_last_time = on_for_the_last_time.filter(|turn| turn.alert.next_at().is_none());
        self.alerts.iter().chain(on_for_the_last_time).map(|saved| saved.alert.order.piece.title.as_str())
    }

    /// When an alert sounds next: a turn that falls into quiet hours does not.
    pub(super) fn alert_sounds_at(&self) -> Option<Timestamp> {
        let sounds = |saved: &&SavedAlert| {
            let order = &saved.alert.order;
            order.in_quiet_hours || saved.alert.next_at().is_none_or(|at| self.quiet_at(at).is_none())
        };
        let may_air = self.alerts.iter().filter(|saved| self.may_air(saved));
        may_air.filter(sounds).filter_map(|saved| saved.alert.next_at()).min()
    }

    /// When an alert is due next.
    pub(super) fn alert_at(&self) -> Option<Timestamp> {
        self.alerts.iter().filter(|saved| self.may_air(saved)).filter_map(|saved| saved.alert.next_at()).min()
    }

    fn may_air(&self, saved: &SavedAlert) -> bool {
        !self.silenced && !self.alert_is_on(&saved.alert.order.zones)
    }

    /// Whether an alert has the air on any of these zones.
    fn alert_is_on(&self, zones: &[String]) -> bool {
        let mut on_air = self.meant(zones).filter_map(|zone| zone.machine.on_air());
        on_air.any(|on_air| on_air.rundown.origin == Origin::Alert)
    }

    /// A turn that does not air has its row all the same.
    fn pass_over_turn(&mut self, now: Timestamp, alert: &Alert, outcome: Outcome, reason: Reason) {
        let rundown = alert.rundown(now, self.today(now));
        let zones = self.zones_of(&rundown);
        let id = self.session_began(now, rundown);
        for zone in zones {
            self.miss(zone, id, now, &[0], outcome, reason);
            self.over_on(zone, id, now);
        }
    }

    /// Writes down where an alert stands after a turn.
    pub(super) fn note_turn(&mut self, turn: &SavedAlert) {
        if let Some(id) = turn.alert_id {
            // Not written it may air once too often after a restart, which is better than once too little.
            let _ = self.log.store_mut().note_alert(id, &turn.alert);
        }
    }

    fn drop_expired(&mut self, now: Timestamp) {
        let expired: Vec<SavedAlert> = self.alerts.extract_if(.., |saved| saved.alert.has_expired(now)).collect();
        for SavedAlert { alert_id, alert } in expired {
            if let Some(alert_id) = alert_id {
                // Not written it is dropped again after the next start.
                let _ = self.log.store_mut().end_alert(alert_id);
            }
            // Another alert had the air until it was too late for this one.
            if self.is_trusted() && alert.waits(now) {
                self.pass_over_turn(now, &alert, Outcome::Missed, Reason::NoTime);
            }
        }
    }

    /// All alerts are over, and those that waited for their turn have missed it; returns why that could not be written
    /// down.
    pub(super) fn forget_alerts(&mut self, now: Timestamp) -> Option<String> {
        for SavedAlert { alert, .. } in std::mem::take(&mut self.alerts) {
            if alert.waits(now) {
                self.pass_over_turn(now, &alert, Outcome::Skipped, Reason::Operator);
            }
        }
        self.log.store_mut().end_alerts().err().map(|fault| fault.to_string())
    }

    /// Whether a session is an emergency that may sound now: one ordered for quiet hours too, or one that begins before they
    /// do; that waits for a device until they have begun, it may not.
    pub(super) fn is_emergency(&self, of: SittingId, now: Timestamp) -> bool {
        let turn = self.under_way.get(&of).and_then(|under_way| under_way.turn.as_ref());
        turn.is_some_and(|turn| turn.alert.order.in_quiet_hours || self.quiet_at(now).is_none())
    }

    /// The quiet hours, if it is their time.
    fn quiet_at(&self, now: Timestamp) -> Option<String> {
        let orders = &self.papers.orders;
        let instant = crate::time::Span::starting(now, crate::time::Frames::from_millis(1));
        let (_, met) = orders.outside_quiet_hours(instant);
        orders.quiet_hours.filter(|_| met).map(|quiet| quiet.to_string())
    }
}
