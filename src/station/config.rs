//! station.yaml: who we are, where sound goes, when it has to be quiet.

use jiff::tz::TimeZone;
use serde::Deserialize;

use crate::amplifier;
use crate::library::{Level, Rules, TrustedKey};
use crate::report::{Letterhead, Round};
use crate::station::amplifier_settings::AmplifierFile;
use crate::station::keeping::ArchiveFile;
use crate::station::listening::ProofFile;
use crate::station::paperwork::{DocumentsFile, RoundFile, read_rounds};
use crate::station::zone_settings::{ZoneFile, ZoneSettings, read_zones};
use crate::time::{Frames, Window};
use crate::words::Lang;
use crate::written::{Fault, Placed, Problem, Source, TrustFault, Values};

/// The station's settings.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    pub name: String,
    pub commune: String,
    pub district: String,
    pub province: String,
    /// People in the commune: the base of "share of people reached".
    pub population: Option<u64>,
    pub tags: Vec<String>,
    pub timezone: TimeZone,
    pub lang: Lang,
    pub quiet_hours: Option<Window>,
    /// The zones, one at least, and where the sound of each goes.
    pub zones: Vec<ZoneSettings>,
    /// What switches the amplifier, if anything does.
    pub amplifier: Option<amplifier::Settings>,
    /// The id of an input that hears what the loudspeakers say; none where nothing listens.
    pub capture: Option<String>,
    pub loudness: Level,
    pub approval_required: bool,
    pub expire_after: Option<Frames>,
    /// Whose signature the manifest needs; with none it needs none.
    pub trusted_keys: Vec<TrustedKey>,
    /// How long what aired is kept after it aired last; none if nothing is kept.
    pub archive_keep: Option<Frames>,
    /// Share of a file that must have gone out to count as an airing.
    pub counts_from: f64,
    /// The response levels by name; the first is in force until `loa level` says otherwise.
    pub levels: Vec<String>,
    /// Who hands reports in, to whom.
    pub letterhead: Letterhead,
    /// The rounds of reporting that were announced.
    pub rounds: Vec<Round>,
}

impl Config {
    /// What binds the library.
    #[must_use]
    pub fn library_rules(&self) -> Rules {
        Rules {
            approval_required: self.approval_required,
            expire_after: self.expire_after,
            signatures_asked: !self.trusted_keys.is_empty(),
            tags: self.tags.clone(),
            zone: self.timezone.clone(),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ConfigFile {
    station: StationFile,
    timezone: Option<Placed<String>>,
    language: Option<Placed<String>>,
    quiet_hours: Option<Placed<String>>,
    output: Option<OutputFile>,
    zones: Option<Vec<ZoneFile>>,
    amplifier: Option<Placed<AmplifierFile>>,
    #[serde(default)]
    proof: ProofFile,
    #[serde(default)]
    archive: ArchiveFile,
    loudness: Option<LoudnessFile>,
    bulletins: Option<BulletinsFile>,
    #[serde(default)]
    trust: TrustFile,
    counts_from: Option<Placed<f64>>,
    #[serde(default)]
    levels: Vec<String>,
    documents: Option<DocumentsFile>,
    rounds: Option<Vec<RoundFile>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StationFile {
    name: Placed<String>,
    #[serde(default)]
    commune: String,
    #[serde(default)]
    district: String,
    #[serde(default)]
    province: String,
    population: Option<u64>,
    #[serde(default)]
    tags: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OutputFile {
    device: Option<Placed<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LoudnessFile {
    target_lufs: Option<Placed<f64>>,
    true_peak_dbtp: Option<Placed<f64>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BulletinsFile {
    approval: Option<Placed<String>>,
    expire_after: Option<Placed<String>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct TrustFile {
    #[serde(default)]
    keys: Vec<Placed<String>>,
}

const DEFAULT_ZONE: &str = "Asia/Ho_Chi_Minh";
/// EBU R 128 asks −23 LUFS of broadcasters; horns in the open carry better a little hotter.
const DEFAULT_TARGET_LUFS: f64 = -18.0;
const DEFAULT_TRUE_PEAK_DBTP: f64 = -1.0;
const DEFAULT_COUNTS_FROM: f64 = 0.9;

/// Reads station.yaml.
///
/// # Errors
/// Every mistake in it, with its place.
pub fn read_config(source: &Source) -> Result<Config, Vec<Problem>> {
    let written: ConfigFile = source.parse().map_err(|problem| vec![problem])?;
    let mut values = Values::of(source);
    let name = values.text("name", &written.station.name).unwrap_or_default();
    let timezone = read_timezone(written.timezone.as_ref(), &mut values);
    let languages = [("vi", Lang::Vi), ("en", Lang::En)];
    let lang = written.language.as_ref().and_then(|text| values.choice("language", text, &languages));
    let quiet_hours = written.quiet_hours.as_ref().and_then(|text| values.window(text));
    let (approval_required, expire_after) = read_bulletins(written.bulletins.as_ref(), &mut values);
    let device = written.output.as_ref().and_then(|output| output.device.as_ref());
    let device = device.and_then(|text| values.text("device", text)).unwrap_or_else(|| "default".to_owned());
    let StationFile { commune, district, .. } = &written.station;
    let letterhead = written.documents.unwrap_or_default().letterhead(Letterhead::of_station(&name, commune, district));
    let config = Config {
        name,
        letterhead,
        rounds: read_rounds(&written.rounds.unwrap_or_default(), &mut values),
        commune: written.station.commune,
        district: written.station.district,
        province: written.station.province,
        population: written.station.population,
        tags: written.station.tags,
        timezone,
        lang: lang.unwrap_or_default(),
        quiet_hours,
        zones: read_zones(written.zones.as_ref(), &device, &mut values),
        amplifier: written.amplifier.as_ref().and_then(|file| AmplifierFile::read(file, &mut values)),
        capture: written.proof.capture(&mut values),
        archive_keep: written.archive.keep(&mut values),
        loudness: read_loudness(written.loudness.as_ref(), &mut values),
        approval_required,
        expire_after,
        trusted_keys: read_keys(&written.trust.keys, &mut values),
        counts_from: (written.counts_from.as_ref())
            .and_then(|share| values.number("counts_from", share, 0.01, 1.0))
            .unwrap_or(DEFAULT_COUNTS_FROM),
        levels: written.levels,
    };
    if values.problems.is_empty() { Ok(config) } else { Err(values.problems) }
}

fn read_timezone(written: Option<&Placed<String>>, values: &mut Values) -> TimeZone {
    let name = written.map_or(DEFAULT_ZONE, |text| text.value.trim());
    TimeZone::get(name).unwrap_or_else(|_| {
        if let Some(text) = written {
            values.fault(text.referenced, Fault::UnknownZone { name: name.to_owned() });
        }
        TimeZone::UTC
    })
}

fn read_loudness(written: Option<&LoudnessFile>, values: &mut Values) -> Level {
    let target = written.and_then(|loudness| loudness.target_lufs.as_ref());
    let peak = written.and_then(|loudness| loudness.true_peak_dbtp.as_ref());
    Level {
        target_lufs: target
            .and_then(|number| values.number("target_lufs", number, -40.0, -8.0))
            .unwrap_or(DEFAULT_TARGET_LUFS),
        true_peak_dbtp: peak
            .and_then(|number| values.number("true_peak_dbtp", number, -20.0, 0.0))
            .unwrap_or(DEFAULT_TRUE_PEAK_DBTP),
    }
}

fn read_bulletins(written: Option<&BulletinsFile>, values: &mut Values) -> (bool, Option<Frames>) {
    let Some(written) = written else { return (true, None) };
    let choices = [("required", true), ("none", false)];
    let approval = written.approval.as_ref().and_then(|text| values.choice("approval", text, &choices));
    let (day, decade) = (Frames::from_secs(86_400), Frames::from_secs(86_400 * 3_653));
    let after = written.expire_after.as_ref().and_then(|text| values.length("expire_after", text, day, decade));
    (approval.unwrap_or(true), after)
}

fn read_keys(written: &[Placed<String>], values: &mut Values) -> Vec<TrustedKey> {
    let mut read = |text: &Placed<String>| {
        let key = TrustedKey::new(&text.value);
        if key.is_none() {
            values.fault(text.referenced, Fault::Trust(TrustFault::NotAKey { text: text.value.clone() }));
        }
        key
    };
    written.iter().filter_map(&mut read).collect()
}
