//! Any number of channels into one or two: mono stays mono, more than two are mixed to the sides they stand on.

use symphonia::core::audio::{Channels, Position};

/// A fixed mix, one pair of factors (left, right) for each channel of the file.
#[derive(Debug, Default, PartialEq)]
pub struct Downmix {
    factors: Vec<(f32, f32)>,
}

/// Half the power: what a centre or surround channel gives to a side.
const HALF: f32 = std::f32::consts::FRAC_1_SQRT_2;

impl Downmix {
    /// The mix for a file's channels (ITU-R BS.775: the low-frequency channel is left out, surround and centre come
    /// 3 dB down), scaled so that nothing full scale can exceed it.
    pub fn of(channels: &Channels) -> Self {
        let count = channels.count();
        let factors: Vec<_> = match channels {
            _ if count <= 2 => Vec::new(),
            Channels::Positioned(places) => places.iter().map(side).collect(),
            _ => (0..count).map(|index| if index % 2 == 0 { (1.0, 0.0) } else { (0.0, 1.0) }).collect(),
        };
        let sum = |pick: fn(&(f32, f32)) -> f32| factors.iter().map(pick).sum::<f32>();
        let most = sum(|pair| pair.0).max(sum(|pair| pair.1)).max(1.0);
        Self { factors: factors.into_iter().map(|(left, right)| (left / most, right / most)).collect() }
    }

    /// Channels of what comes out, for `channels` that go in.
    pub fn lanes(channels: usize) -> usize {
        channels.min(2)
    }

    /// Mixes interleaved samples down in place; one or two channels stay as they are.
    pub fn apply(&self, samples: &mut Vec<f32>) {
        if self.factors.is_empty() {
            return;
        }
        let mixed = samples.chunks_exact(self.factors.len()).flat_map(|frame| self.mix(frame)).collect();
        *samples = mixed;
    }

    fn mix(&self, frame: &[f32]) -> [f32; 2] {
        frame
            .iter()
            .zip(&self.factors)
            .fold([0.0; 2], |[left, right], (sample, factor)| [left + sample * factor.0, right + sample * factor.1])
    }
}

fn side(place: Position) -> (f32, f32) {
    let left = Position::FRONT_LEFT | Position::FRONT_LEFT_CENTER | Position::FRONT_LEFT_WIDE;
    let right = Position::FRONT_RIGHT | Position::FRONT_RIGHT_CENTER | Position::FRONT_RIGHT_WIDE;
    let lefts = Position::SIDE_LEFT | Position::REAR_LEFT | Position::TOP_FRONT_LEFT | Position::TOP_REAR_LEFT;
    let rights = Position::SIDE_RIGHT | Position::REAR_RIGHT | Position::TOP_FRONT_RIGHT | Position::TOP_REAR_RIGHT;
    match place {
        _ if left.contains(place) => (1.0, 0.0),
        _ if right.contains(place) => (0.0, 1.0),
        _ if lefts.contains(place) => (HALF, 0.0),
        _ if rights.contains(place) => (0.0, HALF),
        Position::LFE1 | Position::LFE2 => (0.0, 0.0),
        _ => (HALF, HALF),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn surround_goes_to_its_side_and_never_over_full_scale() {
        let places = Position::FRONT_LEFT
            | Position::FRONT_RIGHT
            | Position::FRONT_CENTER
            | Position::LFE1
            | Position::REAR_LEFT
            | Position::REAR_RIGHT;
        let mix = Downmix::of(&Channels::Positioned(places));
        let mut full = vec![1.0; 6];
        mix.apply(&mut full);
        assert!(full.iter().all(|sample| (sample - 1.0).abs() < 1e-6), "{full:?}");
        let mut left_only = vec![1.0, 0.0, 0.0, 0.0, 1.0, 0.0];
        mix.apply(&mut left_only);
        assert!(left_only[0] > 0.7 && left_only[1] == 0.0);
    }

    #[test]
    fn one_and_two_channels_stay_as_they_are() {
        for count in [1, 2] {
            let mut samples = vec![0.1, 0.2, 0.3, 0.4];
            Downmix::of(&Channels::Discrete(count)).apply(&mut samples);
            assert_eq!(samples, [0.1, 0.2, 0.3, 0.4]);
        }
    }
}
