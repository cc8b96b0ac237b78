//! For how many seconds of an item a microphone, or a wire from the amplifier, heard it.
//!
//! A second counts if what was captured around it runs like what was sent, and is not far quieter than in the seconds
//! beside it. Only the course of energy is compared, so a bad microphone, an echo and a street do no harm; they make it
//! less sure, and what is not sure does not count.

use crate::proof::STEP;
use crate::proof::tracking::{Course, Line, line};
use crate::time::Frames;

/// How long before an item left the recording has to begin: clocks are read to some tens of milliseconds.
pub const EARLY: Frames = Frames::from_millis(200);
/// How long after an item ended the recording has to go on: its sound may come from 600 m away.
pub const LATE: Frames = Frames::from_millis(2_000);

/// In steps: the delays that are tried, the stretch that is compared, a second.
pub(in crate::proof) const LAGS: usize = ((EARLY.0 + LATE.0) / STEP.0) as usize;
pub(in crate::proof) const WINDOW: usize = 500;
const SECOND: usize = 100;
/// The stretch by which one second is judged.
const AROUND: usize = 3 * SECOND;
/// A word or two have no course of their own yet.
const SHORTEST: usize = 2 * SECOND;

/// How well the chunks of an item have to fit together. Another speaker's reached 0.5, the right one's behind a strong echo
/// 0.55 with a single chunk and 1.2 with four.
const SURE: f32 = 0.6;
/// Likeness from which on a second was heard; of 5 s of another speaker one in a thousand reached 0.34.
const ALIKE: f32 = 0.4;
/// How far the delay of one moment may lie off the line, in steps: the echo's loudest moment is not always the first.
const OFF: usize = 3;
/// What is this much below the other seconds was not heard: 15 dB, on the scale of a [`Course`].
const FAINT: f32 = 0.35;
/// What moves less than this, as a share of its mean, has no course: silence and steady tones.
const STEADY: f32 = 0.02;

/// How much of `sent` was heard in `captured`: the energy of each [`STEP`] of an item as far as it went out, and of what
/// the input heard from [`EARLY`] before the item's first frame until [`LATE`] after its last, as far as it has come by
/// then. Where nothing was captured there is zero energy.
///
/// Never more than was sent. Silence inside an item proves nothing by itself; it counts where the seconds around it were
/// heard and the input was no louder meanwhile. A steady tone from beginning to end cannot be told from any other, and
/// an item under two seconds has no course to follow: neither is ever confirmed.
#[must_use]
pub fn confirmed(sent: &[f32], captured: &[f32]) -> Frames {
    if sent.len() < SHORTEST {
        return Frames::ZERO;
    }
    let silence = std::iter::repeat(0.0);
    let captured = Course::new(captured.iter().copied().chain(silence).take(sent.len() + LAGS));
    let sent = Course::new(sent.iter().copied());
    let (line, fit) = line(&sent, &captured);
    if fit < SURE {
        return Frames::ZERO;
    }
    let seconds: Vec<Second> =
        (0..sent.len()).step_by(SECOND).map(|from| Second::of(from, &sent, &captured, line)).collect();
    Hearing::of(&seconds).map_or(Frames::ZERO, |hearing| hearing.heard())
}

/// One second of an item, and what was captured of it.
#[derive(Clone, Copy, Debug)]
struct Second {
    /// In steps: less than a hundred at the end of an item.
    length: usize,
    /// How alike the stretch around it runs; none where what was sent runs nowhere.
    likeness: Option<f32>,
    /// The mean of what was sent and captured, on the scale of a [`Course`].
    sent: f32,
    captured: f32,
}

impl Second {
    fn of(from: usize, sent: &Course, captured: &Course, line: Line) -> Self {
        let length = SECOND.min(sent.len() - from);
        let window = AROUND.min(sent.len());
        let start = (from + SECOND / 2).saturating_sub(window / 2).min(sent.len() - window);
        let lag = line.at(start + window / 2);
        let lags = lag.saturating_sub(OFF)..=(lag + OFF).min(LAGS);
        let likenesses = lags.map(|lag| sent.likeness(start, window, captured, start + lag));
        Self {
            length,
            likeness: sent.moves(start, window, STEADY).then(|| likenesses.fold(0.0, f32::max)),
            sent: sent.mean_and_spread(from, length).0,
            captured: captured.mean_and_spread(from + lag, length).0,
        }
    }

    /// What was captured for what was sent.
    fn gain(&self) -> Option<f32> {
        (self.sent > 0.0).then(|| self.captured / self.sent)
    }
}

/// All seconds of an item, and what their level has to be.
struct Hearing<'a> {
    seconds: &'a [Second],
    /// The gain in the middle of those that are alike, and the most that was captured in one of them.
    usual: f32,
    loudest: f32,
}

impl<'a> Hearing<'a> {
    /// None where no second is alike.
    fn of(seconds: &'a [Second]) -> Option<Self> {
        let alike = seconds.iter().filter(|second| second.likeness.is_some_and(|likeness| likeness >= ALIKE));
        let loudest = alike.clone().map(|second| second.captured).fold(0.0, f32::max);
        let mut gains: Vec<f32> = alike.filter_map(Second::gain).collect();
        gains.sort_by(f32::total_cmp);
        let usual = *gains.get(gains.len() / 2)?;
        Some(Self { seconds, usual, loudest })
    }

    fn heard(&self) -> Frames {
        let counted = (0..self.seconds.len()).filter(|nth| self.counts(*nth));
        counted.map(|nth| STEP * self.seconds[nth].length as u64).sum()
    }

    /// A second counts by its own course, or by those beside it where it has none.
    fn counts(&self, nth: usize) -> bool {
        self.verdict(&self.seconds[nth]).unwrap_or_else(|| {
            let (before, after) = self.seconds.split_at(nth);
            let before = before.iter().rev().find_map(|second| self.verdict(second));
            let after = after.iter().find_map(|second| self.verdict(second));
            let quiet = self.seconds[nth].captured <= self.loudest;
            before != Some(false) && after != Some(false) && quiet && !self.is_faint(&self.seconds[nth])
        })
    }

    /// Whether it was heard by its own course; none where it has none.
    fn verdict(&self, second: &Second) -> Option<bool> {
        second.likeness.map(|likeness| likeness >= ALIKE && !self.is_faint(second))
    }

    fn is_faint(&self, second: &Second) -> bool {
        second.captured < second.sent * self.usual * FAINT
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Energies as of somebody who reads aloud: syllables, now and then a pause.
    fn speech(seed: u64, seconds: usize) -> Vec<f32> {
        let mut random = fastrand::Rng::with_seed(seed);
        let mut energies = Vec::new();
        while energies.len() < seconds * SECOND {
            let (loud, steps) = (random.f32(), random.usize(8..25));
            let energy = if random.u8(..8) == 0 { 1e-7 } else { 0.05 * loud * loud };
            energies.extend((0..steps).map(|_| energy * (0.6 + 0.8 * random.f32())));
        }
        energies.truncate(seconds * SECOND);
        energies
    }

    /// What is heard of it after so many steps, `gain` as energy, among noise of so much energy.
    fn captured(sent: &[f32], delay: usize, gain: f32, noise: f32) -> Vec<f32> {
        let mut random = fastrand::Rng::with_seed(7);
        let before = std::iter::repeat_n(0.0, delay + 20);
        let sound = before.chain(sent.iter().map(|energy| energy * gain)).chain(std::iter::repeat_n(0.0, 200 - delay));
        sound.map(|energy| energy + noise * (0.7 + 0.6 * random.f32())).collect()
    }

    fn seconds(sent: &[f32], captured: &[f32]) -> f64 {
        confirmed(sent, captured).as_secs_f64()
    }

    #[expect(clippy::cast_precision_loss, reason = "an hour has 360,000 steps")]
    fn mean(energies: &[f32]) -> f32 {
        energies.iter().sum::<f32>() / energies.len() as f32
    }

    #[test]
    fn a_wire_confirms_all_of_it_at_any_delay_and_gain() {
        for (length, delay, gain) in [(4, 0, 1.0), (30, 3, 1e-6), (61, 170, 50.0)] {
            let sent = speech(1, length);
            assert_eq!(confirmed(&sent, &captured(&sent, delay, gain, 0.0)), Frames::from_secs(length as u64));
        }
    }

    #[test]
    fn as_much_noise_as_voice_hides_little() {
        for seed in 0..20 {
            let sent = speech(seed, 60);
            let noise = mean(&sent) * 0.01;
            assert!(seconds(&sent, &captured(&sent, 60, 0.01, noise)) >= 57.0, "{seed}");
        }
    }

    #[test]
    fn a_dead_input_noise_and_another_voice_confirm_nothing() {
        for (seed, length) in (0..60).zip([3, 5, 8, 20, 60].into_iter().cycle()) {
            let (sent, other) = (speech(seed, length), speech(seed + 1_000, length));
            assert_eq!(confirmed(&sent, &[]), Frames::ZERO);
            assert_eq!(confirmed(&sent, &vec![0.0; sent.len() + LAGS]), Frames::ZERO);
            assert_eq!(confirmed(&sent, &captured(&sent, 0, 0.0, 0.01)), Frames::ZERO, "noise, {seed}");
            assert_eq!(confirmed(&sent, &captured(&other, 0, 1.0, 0.0)), Frames::ZERO, "another voice, {seed}");
        }
    }

    #[test]
    fn a_half_that_was_muted_is_not_confirmed() {
        let sent = speech(3, 40);
        for noise in [0.0, mean(&sent)] {
            for muted in [20 * SECOND..40 * SECOND, 0..20 * SECOND] {
                let mut heard = sent.clone();
                heard[muted].fill(0.0);
                let confirmed = seconds(&sent, &captured(&heard, 50, 1.0, noise));
                assert!((confirmed - 20.0).abs() <= 2.0, "{confirmed}");
            }
        }
    }

    #[test]
    fn an_amplifier_that_fell_by_30_db_is_noticed() {
        let sent = speech(4, 60);
        let mut heard = sent.clone();
        heard[40 * SECOND..].iter_mut().for_each(|energy| *energy *= 1e-3);
        let confirmed = seconds(&sent, &captured(&heard, 50, 1.0, 0.0));
        assert!((confirmed - 40.0).abs() <= 2.0, "{confirmed}");
    }

    #[test]
    fn clocks_that_drift_apart_for_an_hour_are_followed() {
        let sent = speech(5, 3_600);
        // One step in 5,000 is lost: 200 ppm.
        let drifted: Vec<f32> =
            sent.iter().enumerate().filter(|(step, _)| step % 5_000 != 4_999).map(|(_, energy)| *energy).collect();
        let mut captured = captured(&drifted, 100, 1.0, mean(&sent));
        captured.resize(sent.len() + LAGS, 0.0);
        let confirmed = seconds(&sent, &captured);
        assert!(confirmed >= 3_550.0, "{confirmed}");
    }

    #[test]
    fn silence_inside_an_item_counts_only_between_seconds_that_were_heard() {
        let mut sent = speech(6, 40);
        sent[15 * SECOND..27 * SECOND].fill(0.0);
        let whole = captured(&sent, 30, 1.0, 0.0);
        assert_eq!(confirmed(&sent, &whole), Frames::from_secs(40));
        let mut shouted = whole.clone();
        shouted[19 * SECOND..23 * SECOND].fill(3.0);
        let confirmed = seconds(&sent, &shouted);
        assert!((30.0..=37.0).contains(&confirmed), "somebody else was heard meanwhile: {confirmed}");
        let mut broken = sent.clone();
        broken[27 * SECOND..].fill(0.0);
        let confirmed = seconds(&sent, &captured(&broken, 30, 1.0, 0.0));
        assert!((13.0..=18.0).contains(&confirmed), "the wire broke meanwhile: {confirmed}");
    }

    #[test]
    fn silence_alone_and_a_steady_tone_are_never_confirmed() {
        for energy in [0.0, 0.1] {
            assert_eq!(confirmed(&vec![energy; 4_000], &vec![energy; 4_200]), Frames::ZERO, "{energy}");
        }
    }

    proptest! {
        #[test]
        fn never_more_than_was_sent(
            sent in proptest::collection::vec(0.0..1.0_f32, 0..1_500),
            heard in proptest::collection::vec(0.0..1.0_f32, 0..2_000),
            delay in 0..230_usize,
        ) {
            let length = STEP * sent.len() as u64;
            let echo = [vec![0.0; delay], sent.clone()].concat();
            prop_assert!(confirmed(&sent, &heard) <= length);
            prop_assert!(confirmed(&sent, &echo) <= length);
        }
    }
}
