//! An hour of energies, each under the time of day at which it was heard.

use std::collections::VecDeque;

use jiff::Timestamp;

/// Steps in a second, and how many are kept: an hour and the two minutes around it that are asked for.
const STEPS: i64 = 100;
const KEPT: usize = 3_720 * 100;
const NANOS: i64 = 1_000_000_000 / STEPS;

/// Numbers are of steps since 1970. Where nothing was heard there is zero.
#[derive(Debug, Default)]
pub struct Tape {
    /// The number of the first value.
    start: i64,
    values: VecDeque<f32>,
    written: u64,
}

/// The step in which an instant lies, in nanoseconds since 1970.
pub const fn step_of(nanos: i64) -> i64 {
    nanos.div_euclid(NANOS)
}

impl Tape {
    /// Keeps the energy of a step. What was heard before the tape begins is forgotten already.
    pub fn write(&mut self, step: i64, energy: f32) {
        self.written += 1;
        // The first, or one behind a clock that was set by hours.
        if self.values.is_empty() || step.abs_diff(self.start) > 2 * KEPT as u64 {
            self.values.clear();
            self.start = step;
        }
        let Ok(offset) = usize::try_from(step - self.start) else { return };
        while self.values.len() <= offset {
            self.values.push_back(0.0);
        }
        self.values[offset] = energy;
        while self.values.len() > KEPT {
            self.values.pop_front();
            self.start += 1;
        }
    }

    /// So many steps from `from` on.
    pub fn read(&self, from: Timestamp, steps: usize) -> Vec<f32> {
        let first = step_of(i64::try_from(from.as_nanosecond()).unwrap_or(i64::MAX)) - self.start;
        let value = |step: usize| {
            let offset = i64::try_from(step).ok().and_then(|step| usize::try_from(first.checked_add(step)?).ok())?;
            self.values.get(offset).copied()
        };
        (0..steps).map(|step| value(step).unwrap_or(0.0)).collect()
    }

    /// Rises with every step that was heard.
    pub const fn written(&self) -> u64 {
        self.written
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(step: i64) -> Timestamp {
        Timestamp::from_nanosecond(i128::from(step * NANOS)).unwrap()
    }

    #[test]
    fn a_loss_leaves_silence_and_an_hour_is_kept() {
        let mut tape = Tape::default();
        assert_eq!(tape.read(at(5), 2), [0.0, 0.0]);
        for step in [1_000, 1_001, 1_004] {
            tape.write(step, 1.0);
        }
        assert_eq!(tape.read(at(999), 7), [0.0, 1.0, 1.0, 0.0, 0.0, 1.0, 0.0]);
        tape.write(1_002, 2.0);
        tape.write(990, 9.0);
        assert_eq!(tape.read(at(1_001), 3), [1.0, 2.0, 0.0]);
        tape.write(1_004 + i64::try_from(KEPT).unwrap(), 3.0);
        assert_eq!((tape.values.len(), tape.read(at(1_002), 3)), (KEPT, vec![0.0; 3]));
    }

    #[test]
    fn a_clock_set_by_years_begins_a_new_tape() {
        let mut tape = Tape::default();
        tape.write(1_000, 1.0);
        tape.write(i64::from(u32::MAX) * 100, 2.0);
        assert_eq!(tape.values.len(), 1);
        tape.write(500, 3.0);
        assert_eq!(tape.read(at(500), 1), [3.0], "and one that is set back as well");
    }
}
