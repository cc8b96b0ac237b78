//! The volumes of a sound card, between what this program sends and the socket.
//!
//! Only looked at: what a technician has set is his. A programme that goes out at full level into a muted mixer is heard
//! by nobody, and no counter of the output shows it.

use alsa::mixer::{Mixer as Open, Selem, SelemChannelId};

use crate::doctor::{Control, Mixer, MixerFault};

/// The card behind the output `device`, by the name under which its mixer is found.
#[must_use]
pub fn card_of(device: &str) -> &str {
    let named = device.split_once("CARD=").map(|(_, rest)| rest.split(',').next().unwrap_or(rest));
    // `hw:1,0`, as a technician may write it.
    let numbered = || device.strip_prefix("plughw:").or_else(|| device.strip_prefix("hw:"))?.split(',').next();
    named.or_else(numbered).filter(|card| !card.is_empty()).unwrap_or("default")
}

/// Reads the volumes of `card`.
#[must_use]
pub fn look(card: &str) -> Mixer {
    // What the library would print for programmers stays in a buffer of this thread.
    let _ = alsa::Output::local_error_handler();
    Mixer { card: card.to_owned(), controls: controls(card).map_err(|error| fault(error.errno())) }
}

fn fault(errno: i32) -> MixerFault {
    match errno {
        libc::ENOENT | libc::ENODEV | libc::ENXIO => MixerFault::Absent,
        errno => MixerFault::Failed { detail: std::io::Error::from_raw_os_error(errno).to_string() },
    }
}

fn controls(card: &str) -> alsa::Result<Vec<Control>> {
    let name = if card == "default" { card.to_owned() } else { format!("hw:{card}") };
    let mixer = Open::new(&name, false)?;
    let playing = |selem: &Selem| selem.has_playback_volume() || selem.has_playback_switch();
    Ok(mixer.iter().filter_map(Selem::new).filter(playing).map(|selem| control(&selem)).collect())
}

/// One control; of several channels the first stands for all.
fn control(selem: &Selem) -> Control {
    let channels = SelemChannelId::all().iter().copied();
    let channel = channels.into_iter().find(|&channel| selem.has_playback_channel(channel));
    let channel = channel.unwrap_or_else(SelemChannelId::mono);
    let has_volume = selem.has_playback_volume();
    let volume = || selem.get_playback_volume(channel).ok().filter(|_| has_volume);
    let (lowest, highest) = if has_volume { selem.get_playback_volume_range() } else { (0, 0) };
    let decibels = selem.get_playback_vol_db(channel).ok().filter(|_| has_volume);
    Control {
        name: selem.get_id().get_name().unwrap_or_default().to_owned(),
        percent: volume().and_then(|volume| percent(volume, lowest, highest)),
        decibels: decibels.map(|decibels| f64::from(decibels.to_db())),
        muted: (selem.has_playback_switch().then(|| selem.get_playback_switch(channel).ok()).flatten())
            .map(|switch| switch == 0),
    }
}

fn percent(volume: i64, lowest: i64, highest: i64) -> Option<u32> {
    let range = highest.checked_sub(lowest).filter(|range| *range > 0)?;
    u32::try_from((volume - lowest).saturating_mul(100) / range).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_is_found_by_its_output() {
        assert_eq!(card_of("plughw:CARD=PCH,DEV=0"), "PCH");
        assert_eq!(card_of("sysdefault:CARD=Device"), "Device");
        assert_eq!(card_of("hw:1,0"), "1");
        assert_eq!(card_of("default"), "default");
        assert_eq!(card_of("pulse"), "default");
    }

    #[test]
    fn percent_is_of_the_way_up() {
        assert_eq!(percent(-40, -80, 0), Some(50));
        assert_eq!(percent(87, 0, 87), Some(100));
        assert_eq!(percent(0, 0, 0), None);
    }

    #[test]
    fn a_card_that_is_not_there_is_told_and_not_fatal() {
        assert_eq!(look("KhongCo").controls, Err(MixerFault::Absent));
    }
}
