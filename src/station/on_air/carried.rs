//! Relays on the air: what they say of themselves, and how much of what went out really came from them.

use std::sync::Arc;

use crate::equipment::{Live, News};
use crate::playout::{SittingId, SoundEvent};
use crate::station::on_air::OnAir;
use crate::station::on_air::zones::Zone;
use crate::words::Notice;

/// A live source on its way through an output.
pub(in crate::station) struct Carried {
    pub live: Arc<Live>,
    pub of: SittingId,
    pub line: usize,
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
            other => other,
        }
    }
}

impl OnAir {
    /// Tells what relays announced, and forgets those that are over.
    pub(super) fn hear_relays(&mut self, zone: usize) {
        let Zone { live, sittings, .. } = &mut self.zones[zone];
        let mut heard = Vec::new();
        for carried in live.values() {
            let sitting = sittings.get(&carried.of);
            let Some(item) = sitting.and_then(|sitting| sitting.rundown.items.get(carried.line)) else { continue };
            heard.extend(carried.live.take_news().into_iter().map(|news| notice(item.piece.title.clone(), news)));
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

fn notice(relay: String, news: News) -> Notice {
    match news {
        News::Title(title) => Notice::RelayTitle { relay, title },
        News::Lost(defect) => Notice::RelayLost { relay, defect },
        News::Back => Notice::RelayBack { relay },
    }
}
