//! The part of station.yaml that switches the amplifier: `amplifier:`.

use std::fmt;

use serde::de::{SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::amplifier::{CommandLine, Settings};
use crate::time::Frames;
use crate::written::{Fault, Placed, Values};

const DEFAULT_COOL_DOWN: Frames = Frames::from_secs(10);
const DEFAULT_TIMEOUT: Frames = Frames::from_secs(10);
/// Valves want half a minute; more than this is a mistake in the unit.
const WARM_UP_MOST: Frames = Frames::from_secs(600);
const COOL_DOWN_MOST: Frames = Frames::from_secs(3_600);
/// The end of the program waits for it.
const TIMEOUT_MOST: Frames = Frames::from_secs(60);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AmplifierFile {
    on: Option<Placed<CommandFile>>,
    off: Option<Placed<CommandFile>>,
    warm_up: Option<Placed<String>>,
    cool_down: Option<Placed<String>>,
    timeout: Option<Placed<String>>,
}

/// A command as it is written: one text, or a list.
enum CommandFile {
    Text(String),
    List(Vec<String>),
}

impl AmplifierFile {
    /// None if neither command is usable: then nothing switches the amplifier.
    pub(super) fn read(file: &Placed<Self>, values: &mut Values) -> Option<Settings> {
        let written = &file.value;
        if written.on.is_none() && written.off.is_none() {
            values.fault(file.referenced, Fault::MissingKey { key: "on".to_owned() });
        }
        let command = |key, text: &Option<Placed<CommandFile>>, values: &mut Values| {
            text.as_ref().and_then(|text| CommandFile::read(key, text, values))
        };
        let (on, off) = (command("on", &written.on, values), command("off", &written.off, values));
        let mut length = |key, text: &Option<Placed<String>>, least, most| {
            text.as_ref().and_then(|text| values.length(key, text, least, most))
        };
        let warm_up = length("warm_up", &written.warm_up, Frames::ZERO, WARM_UP_MOST);
        let cool_down = length("cool_down", &written.cool_down, Frames::ZERO, COOL_DOWN_MOST);
        let timeout = length("timeout", &written.timeout, Frames::from_secs(1), TIMEOUT_MOST);
        (on.is_some() || off.is_some()).then(|| Settings {
            on,
            off,
            warm_up: warm_up.unwrap_or_default(),
            cool_down: cool_down.unwrap_or(DEFAULT_COOL_DOWN),
            timeout: timeout.unwrap_or(DEFAULT_TIMEOUT),
        })
    }
}

impl CommandFile {
    fn read(key: &'static str, written: &Placed<Self>, values: &mut Values) -> Option<CommandLine> {
        let mut words: Vec<String> = match &written.value {
            Self::Text(text) => {
                if let Some(text) = for_a_shell(text) {
                    values.fault(written.referenced, Fault::NeedsShell { text });
                    return None;
                }
                text.split_whitespace().map(str::to_owned).collect()
            }
            Self::List(words) => words.clone(),
        };
        if words.first().is_none_or(|program| program.trim().is_empty()) {
            values.fault(written.referenced, Fault::Blank { key });
            return None;
        }
        Some(CommandLine { program: words.remove(0), arguments: words })
    }
}

/// What in a text asks for a shell. Whoever writes it believes that one reads it.
fn for_a_shell(text: &str) -> Option<String> {
    const MARKS: [&str; 9] = ["|", "||", "&", "&&", ";", "<", ">", ">>", "2>&1"];
    let quotes = text.chars().find(|letter| ['\'', '"', '`'].contains(letter)).map(String::from);
    let asks = |word: &&str| MARKS.contains(word) || word.starts_with(['$', '~', '>']) || word.ends_with(';');
    quotes.or_else(|| text.split_whitespace().find(asks).map(str::to_owned))
}

impl<'de> Deserialize<'de> for CommandFile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextOrList;
        impl<'de> Visitor<'de> for TextOrList {
            type Value = CommandFile;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("[program, argument, …]")
            }

            fn visit_str<E>(self, text: &str) -> Result<CommandFile, E> {
                Ok(CommandFile::Text(text.to_owned()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<CommandFile, A::Error> {
                let mut words = Vec::new();
                while let Some(word) = list.next_element()? {
                    words.push(word);
                }
                Ok(CommandFile::List(words))
            }
        }
        deserializer.deserialize_any(TextOrList)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::station::config::read_config;
    use crate::written::{Problem, Source};

    fn read(amplifier: &str) -> Result<Option<Settings>, Vec<Problem>> {
        let text = format!("station: {{ name: A }}\namplifier:\n{amplifier}");
        read_config(&Source::new("station.yaml", text.into_bytes()).unwrap()).map(|config| config.amplifier)
    }

    fn words(command: &CommandLine) -> Vec<&str> {
        [&command.program].into_iter().chain(&command.arguments).map(String::as_str).collect()
    }

    #[test]
    fn a_command_is_a_list_or_a_text_split_at_its_blanks() {
        let settings = read("  on: [gpioset, gpiochip0, \"17=1\", 5]\n  off: curl -s  http://10.0.0.2/off?a=1&b=2\n");
        let settings = settings.unwrap().unwrap();
        assert_eq!(words(&settings.on.unwrap()), ["gpioset", "gpiochip0", "17=1", "5"]);
        assert_eq!(words(&settings.off.unwrap()), ["curl", "-s", "http://10.0.0.2/off?a=1&b=2"]);
        let secs = |frames: Frames| frames.as_secs_f64();
        assert_eq!((secs(settings.warm_up), secs(settings.cool_down), secs(settings.timeout)), (0.0, 10.0, 10.0));
    }

    #[test]
    fn one_command_is_enough_and_times_are_lengths() {
        let settings =
            read("  on: \"./loa-on\"\n  warm_up: 20s\n  cool_down: 1m30s\n  timeout: 5s\n").unwrap().unwrap();
        assert_eq!((settings.off, settings.timeout), (None, Frames::from_secs(5)));
        assert_eq!((settings.warm_up, settings.cool_down), (Frames::from_secs(20), Frames::from_secs(90)));
        assert!(
            read_config(&Source::new("a", b"station: { name: A }\n".to_vec()).unwrap()).unwrap().amplifier.is_none()
        );
    }

    #[test]
    fn mistakes_have_their_place() {
        let spots = |amplifier: &str| {
            let problems = read(amplifier).unwrap_err();
            problems.into_iter().map(|problem| (problem.spot(), problem.fault)).collect::<Vec<_>>()
        };
        let shell = |text: &str| Fault::NeedsShell { text: text.to_owned() };
        for (written, found) in [
            ("echo 1 > /dev/x", ">"),
            ("a && b", "&&"),
            ("~/on", "~/on"),
            ("curl 'x y'", "'"),
            ("a $B", "$B"),
            ("a; b", "a;"),
        ] {
            assert_eq!(spots(&format!("  on: \"{written}\"\n")), [("station.yaml:3:7".to_owned(), shell(found))]);
        }
        let blank = Fault::Blank { key: "off" };
        assert_eq!(spots("  on: a\n  off: []\n"), [("station.yaml:4:8".to_owned(), blank.clone())]);
        assert_eq!(spots("  on: a\n  off: \" \"\n"), [("station.yaml:4:8".to_owned(), blank)]);
        assert!(
            matches!(&spots("  on: a\n  timeout: 2m\n")[..], [(spot, Fault::OutOfRange { key: "timeout", .. })] if spot == "station.yaml:4:12")
        );
        assert!(matches!(&spots("  warm_up: 2s\n")[..], [(_, Fault::MissingKey { key })] if key == "on"));
        assert!(
            matches!(&spots("  on: { a: b }\n")[..], [(spot, Fault::WrongKind { .. })] if spot == "station.yaml:3:7")
        );
        assert!(matches!(&spots("  up: a\n")[..], [(_, Fault::UnknownKey { .. })]));
    }
}
