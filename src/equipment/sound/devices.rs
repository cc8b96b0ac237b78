//! Which sound outputs there are, by ids that stay the same from start to start.

use alsa::Direction;
use alsa::pcm::PCM;
use rodio::cpal;
use rodio::cpal::traits::{DeviceTrait, HostTrait};

use crate::equipment::sound::SoundFault;

/// An output as a person picks it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// What goes into station.yaml.
    pub id: String,
    /// What the system calls it, on one line.
    pub description: String,
}

/// What most stations play to.
pub const DEFAULT: &str = "default";

/// Names (up to the first colon) that ALSA lists and nobody can be heard on, or that only wrap another one: `null`
/// accepts everything and plays it to nowhere.
const HIDDEN: [&str; 21] = [
    "null",
    "oss",
    "jack",
    "upmix",
    "vdownmix",
    "lavrate",
    "samplerate",
    "speexrate",
    "speex",
    "usbstream",
    "dsnoop",
    "dmix",
    "surround21",
    "surround40",
    "surround41",
    "surround50",
    "surround51",
    "surround71",
    "iec958",
    "spdif",
    "modem",
];

/// From here on ALSA prints nothing on this thread: what it would tell programmers, a fault tells in our own words.
pub fn hush() {
    // Without a buffer it prints, which does no harm.
    let _ = alsa::Output::local_error_handler();
}

/// The sound outputs of this machine, `default` first.
///
/// # Errors
/// The system's sound cannot be asked at all.
pub fn devices() -> Result<Vec<Output>, SoundFault> {
    let fault = |error: cpal::Error| SoundFault::Failed { device: DEFAULT.to_owned(), detail: error.to_string() };
    let found = cpal::default_host().devices().map_err(fault)?;
    let mut outputs: Vec<Output> = found.filter_map(|device| output(&device)).collect();
    outputs.sort_by_key(|output| output.id != DEFAULT);
    outputs.dedup_by(|a, b| a.id == b.id);
    Ok(outputs)
}

fn output(device: &cpal::Device) -> Option<Output> {
    let described = device.description().ok()?;
    let id = short(&device.id().ok()?.to_string()).to_owned();
    let audible = !HIDDEN.contains(&id.split(':').next().unwrap_or_default());
    (audible && described.supports_output()).then(|| Output { id, description: one_line(&described) })
}

fn one_line(described: &cpal::DeviceDescription) -> String {
    let lines = std::iter::once(described.name()).chain(described.extended());
    let mut words: Vec<&str> = lines.flat_map(str::lines).map(str::trim).filter(|line| !line.is_empty()).collect();
    words.dedup();
    words.join(", ")
}

/// An id without the name of the sound system in front.
fn short(id: &str) -> &str {
    id.strip_prefix("alsa:").unwrap_or(id)
}

/// The card that the system's choice plays on, by an id that takes it for one program alone; none if it is a sound server.
pub fn card_behind_default() -> Option<String> {
    let choice = PCM::new(DEFAULT, Direction::Playback, true).and_then(|pcm| pcm.info()).ok()?;
    (choice.get_card() >= 0).then(|| format!("plughw:CARD={},DEV={}", choice.get_card(), choice.get_device()))
}

/// Finds the device called `id`; none if it is not there now.
pub fn find(id: &str) -> Option<cpal::Device> {
    let host = cpal::default_host();
    if id == DEFAULT {
        return host.default_output_device();
    }
    host.devices().ok()?.find(|device| device.id().is_ok_and(|found| short(&found.to_string()) == id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_as_the_system_writes_them() {
        assert_eq!(short("alsa:plughw:CARD=PCH,DEV=0"), "plughw:CARD=PCH,DEV=0");
        assert_eq!(short("default"), "default");
    }
}
