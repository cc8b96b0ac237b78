//! The proof of an item: the level at which it was sent, and how much of it the capture input heard again.

use jiff::Timestamp;

use crate::equipment::capture::Capture;
use crate::equipment::sound::Sound as _;
use crate::equipment::sound::{Meter, Metered};
use crate::equipment::store::OpenRow;
use crate::playout::SittingId;
use crate::proof::{EARLY, LATE, Levels, Sent, confirmed};
use crate::station::on_air::OnAir;
use crate::time::{Frames, earlier, later};

impl OnAir {
    /// A meter for an item, or for the part of it that begins at `from`.
    pub(super) fn meter(&mut self, zone: usize, of: SittingId, line: usize, from: Frames) -> Meter {
        let meter = Meter::new(self.equipment.capture.is_some());
        if let Some(sitting) = self.zones[zone].sittings.get_mut(&of) {
            let parts = sitting.metered.entry(line).or_default();
            // What was only lined up before was never heard.
            parts.retain(|(begins, _)| *begins < from);
            parts.push((from, meter.metered()));
        }
        meter
    }

    /// What is known of an item of which so much was heard.
    pub(super) fn evidence(
        &mut self,
        zone: usize,
        of: SittingId,
        line: usize,
        open: Option<&OpenRow>,
        heard: Frames,
    ) -> (Option<Sent>, Option<Frames>) {
        let sitting = self.zones[zone].sittings.get_mut(&of);
        let parts = sitting.and_then(|sitting| sitting.metered.remove(&line)).unwrap_or_default();
        let mut levels = heard_of(&parts, heard);
        if levels.is_empty() {
            return (None, None);
        }
        let confirmed = self.equipment.capture.as_ref().zip(open).map(|(capture, open)| {
            let went_out = later(open.aired_at, self.zones[zone].sound.tail());
            confirmed_by(capture, went_out, &levels[0])
        });
        let first = levels.remove(0);
        let whole = levels.into_iter().fold(first, |mut whole, part| {
            whole.append(part);
            whole
        });
        (whole.sent(), confirmed)
    }

    /// Listens while something is on the air, and only then.
    pub(super) fn mind_the_capture(&mut self) {
        let is_idle = self.is_idle();
        let Some(capture) = &mut self.equipment.capture else { return };
        if is_idle {
            capture.close();
            return;
        }
        capture.open();
        self.deaf = capture.trouble();
    }
}

/// The levels of each part as far as it was heard; a part ends where the next begins.
fn heard_of(parts: &[(Frames, Metered)], heard: Frames) -> Vec<Levels> {
    let ends = parts.iter().skip(1).map(|(from, _)| *from).chain([heard]);
    parts.iter().zip(ends).map(|((from, metered), end)| metered.heard(end.saturating_sub(*from))).collect()
}

/// Of an item in parts only the first is held against the input: when the others began the row does not say.
fn confirmed_by(capture: &Capture, went_out: Timestamp, levels: &Levels) -> Frames {
    let length = EARLY + levels.length() + LATE;
    confirmed(&levels.envelope, &capture.envelope(earlier(went_out, EARLY), length))
}
