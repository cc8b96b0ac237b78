//! Which faults are to befall a simulated station, as a person wrote it (`loa simulate --faults FILE`).

use serde::Deserialize;

use crate::station::simulation::fault::Kind;
use crate::written::{Placed, Problem, Source, Values};

/// What is ordered. What is left out is drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct FaultsOrdered {
    pub seed: Option<u64>,
    pub kinds: Vec<Kind>,
    /// How many a day, on average.
    pub per_day: f64,
}

impl Default for FaultsOrdered {
    fn default() -> Self {
        Self { seed: None, kinds: Kind::ALL.to_vec(), per_day: 4.0 }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FaultsFile {
    seed: Option<u64>,
    #[serde(default)]
    kinds: Vec<Placed<String>>,
    per_day: Option<Placed<f64>>,
}

/// Reads a file of ordered faults.
///
/// # Errors
/// Every mistake in it, with its place.
pub fn read_faults(source: &Source) -> Result<FaultsOrdered, Vec<Problem>> {
    let written: FaultsFile = source.parse().map_err(|problem| vec![problem])?;
    let mut values = Values::of(source);
    let known: Vec<(&str, Kind)> = Kind::ALL.iter().map(|kind| (kind.name(), *kind)).collect();
    let kinds: Vec<Kind> = written.kinds.iter().filter_map(|name| values.choice("kinds", name, &known)).collect();
    let usual = FaultsOrdered::default();
    let per_day = written.per_day.as_ref().and_then(|written| values.number("per_day", written, 0.0, 1_000.0));
    let kinds = if written.kinds.is_empty() { usual.kinds } else { kinds };
    let ordered = FaultsOrdered { seed: written.seed, kinds, per_day: per_day.unwrap_or(usual.per_day) };
    if values.problems.is_empty() { Ok(ordered) } else { Err(values.problems) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<FaultsOrdered, Vec<Problem>> {
        read_faults(&Source::new("faults.yaml", text.as_bytes().to_vec()).unwrap())
    }

    #[test]
    fn what_is_left_out_is_drawn() {
        assert_eq!(read("{}"), Ok(FaultsOrdered::default()));
        let ordered = read("seed: 7\nkinds: [power, clock_step]\nper_day: 12\n").unwrap();
        let kinds = vec![Kind::Power, Kind::ClockStep];
        assert_eq!(ordered, FaultsOrdered { seed: Some(7), kinds, per_day: 12.0 });
    }

    #[test]
    fn every_mistake_has_its_place() {
        let problems = read("kinds: [powr]\nper_day: -1\n").unwrap_err();
        let spots: Vec<_> = problems.iter().map(Problem::spot).collect();
        assert_eq!(spots, ["faults.yaml:1:9", "faults.yaml:2:10"]);
    }
}
