//! Relays on the air: what they say of themselves, and how much of what went out really came from them.

use std::collections::HashMap;
use std::sync::Arc;

use crate::equipment::{Live, News};
use crate::library::Defect;
use crate::playout::{SittingId, SoundEvent};
use crate::station::on_air::OnAir;
use crate::station::on_air::zones::{Sitting, Zone};
use crate::words::Notice;

/// A live source on its way through an output.
pub(in crate::station) struct Carried {
    pub live: Arc<Live>,
    pub of: SittingId,
    pub line: usize,
    /// Why nothing comes from it, while that is so.
    pub lost: Option<Defect>,
}

impl Zone {
    /// The event with the silence taken off that stood for a relay while nothing came from it.
    pub(super) fn without_filler(&self, event: SoundEvent) -> SoundEvent {
        let carried = |cue| self.live.get(cue).map(|carried| carried.live.filled()).unwrap_or_default();
        match event {
            SoundEvent::Reached { cue, heard } => {
                SoundEvent::Reached { cue, heard: heard.saturating_sub(carried(&cue)) }
            }
            SoundEvent::Ended { cue, heard, at } => {
                SoundEvent::Ended { cue, heard: heard.saturating_sub(carried(&cue)), at }
            }
            SoundEvent::Broke { cue, heard, defect } => {
                SoundEvent::Broke { cue, heard: heard.saturating_sub(carried(&cue)), defect }
            }
            SoundEvent::Barred { cue, heard, at } => {
                SoundEvent::Barred { cue, heard: heard.saturating_sub(carried(&cue)), at }
            }
            event @ (SoundEvent::Began { .. } | SoundEvent::Lost { .. }) => event,
        }
    }

    /// Relays that are on and from which nothing comes, by their titles.
    pub(super) fn relays_lost(&self) -> impl Iterator<Item = (String, Defect)> {
        self.live.values().filter_map(|carried| Some((title(&self.sittings, carried)?, carried.lost.clone()?)))
    }
}

/// What a relay is called in the rundown.
fn title(sittings: &HashMap<SittingId, Sitting>, carried: &Carried) -> Option<String> {
    let item = sittings.get(&carried.of)?.rundown.items.get(carried.line)?;
    Some(item.piece.title.clone())
}

impl OnAir {
    /// Tells what relays announced, and forgets those that are over.
    pub(super) fn hear_relays(&mut self, zone: usize) {
        let Zone { live, sittings, .. } = &mut self.zones[zone];
        let mut heard = Vec::new();
        for carried in live.values_mut() {
            let Some(relay) = title(sittings, carried) else { continue };
            for news in carried.live.take_news() {
                match news {
                    News::Title(title) => heard.push(Notice::RelayTitle { relay: relay.clone(), title }),
                    News::Lost(defect) => carried.lost = Some(defect),
                    News::Back => carried.lost = None,
                }
            }
        }
        live.retain(|_, carried| sittings.get(&carried.of).is_some_and(|sitting| !sitting.is_over(carried.line)));
        for notice in heard {
            self.say_once(notice);
        }
    }

    /// What a relay announced while it was carried under a line.
    pub(super) fn announced_on(&self, zone: usize, of: SittingId, line: usize) -> String {
        let mut carried = self.zones[zone].live.values().filter(|carried| (carried.of, carried.line) == (of, line));
        carried.next().map(|carried| carried.live.titles().join("; ")).unwrap_or_default()
    }
}
