//! A stream without a device: what goes into its blocks, frame by frame.

use super::*;
use crate::equipment::Pcm;
use crate::equipment::sound::lane::{Hand, Lane};
use crate::equipment::sound::programme::{self, Item};
use crate::equipment::sound::sequence::{Counted, Progress};
use crate::equipment::sound::{Cue, CueId, Start};
use crate::library::Defect;
use crate::time::Frames;

/// Counts up from one in tiny steps, so that a lost or doubled frame shows.
struct Ladder(u32, u32);

impl Pcm for Ladder {
    #[expect(clippy::cast_precision_loss, reason = "small numbers")]
    fn read(&mut self, block: &mut [f32]) -> Result<usize, Defect> {
        let mut count = 0;
        for frame in block.chunks_exact_mut(2).take(self.1 as usize) {
            self.0 += 1;
            frame.fill(self.0 as f32 / 1_000_000.0);
            count += 2;
        }
        self.1 -= u32::try_from(count / 2).unwrap();
        Ok(count)
    }
}

/// A stream without a device, in its own time.
struct Bench {
    desk: Desk,
    lane: Arc<Lane>,
    hand: Hand,
    origin: i64,
}

impl Bench {
    fn new() -> Self {
        let (lane, feed, hand) = Lane::new();
        let air = Arc::new(Air::new(StationTime::of_the_computer()));
        let origin = 1_600_000_000_000_000_000;
        air.set_origin(origin);
        let feeds = vec![(feed, Channels::Pair(0, 1))];
        let desk = Desk { air, feeds, origin: Origin::new(), callbacks: 0, frame: 0, feed: Vec::new() };
        Self { desk, lane, hand, origin }
    }

    fn cue(&mut self, start: Start, from: u32, frames: u32) -> Arc<programme::Counts> {
        self.play(start, Box::new(Ladder(from, frames)), frames)
    }

    fn play(&mut self, start: Start, pcm: Box<dyn Pcm>, frames: u32) -> Arc<programme::Counts> {
        let length = Frames(u64::from(frames));
        let cue = Cue { id: CueId(0), start, length, gain: 1.0, ceiling: 1.0, pcm, meter: None };
        let (item, counts) = programme::start(cue, self.lane.epoch_ahead());
        item.wait_until_decoded();
        self.hand.over(item);
        counts
    }

    /// Left samples of so many frames, as whole millionths.
    fn run(&mut self, frames: usize) -> Vec<i64> {
        let mut block = vec![0.0; frames * 2];
        self.desk.feeds[0].0.fill(&mut block, self.desk.frame, &self.desk.air);
        self.desk.frame += frames as u64;
        #[expect(clippy::cast_possible_truncation, reason = "small numbers")]
        block.iter().step_by(2).map(|sample| (sample * 1_000_000.0).round() as i64).collect()
    }

    fn at(&self, frame: u64) -> jiff::Timestamp {
        jiff::Timestamp::from_nanosecond(i128::from(self.origin + nanos(frame))).unwrap()
    }
}

fn ladder(from: i64, to: i64) -> Vec<i64> {
    (from..=to).collect()
}

#[test]
fn a_cue_begins_on_its_frame_and_the_next_follows_it() {
    let mut bench = Bench::new();
    let first = bench.cue(Start::At(bench.at(1_000)), 0, 3_000);
    let second = bench.cue(Start::Following, 3_000, 500);
    let heard: Vec<i64> = [700, 700, 3_000, 600].into_iter().flat_map(|frames| bench.run(frames)).collect();
    assert!(heard[..1_000].iter().all(|sample| *sample == 0));
    assert_eq!(heard[1_000..4_500], ladder(1, 3_500));
    assert!(heard[4_500..].iter().all(|sample| *sample == 0));
    let whole = |first, handed, last| Progress { first: Some(first), handed, last, over: true, defect: None };
    assert_eq!(first.progress(), whole(1_000, 3_000, 4_000));
    assert_eq!(second.progress(), whole(4_000, 500, 4_500));
}

#[test]
fn a_cut_ramps_down_and_forgets_what_was_lined_up_before_it() {
    let mut bench = Bench::new();
    let on = bench.cue(Start::Following, 100_000, 48_000);
    let waiting = bench.cue(Start::Following, 0, 48_000);
    bench.run(1_000);
    let epoch = bench.lane.cut();
    let next = bench.cue(Start::Following, 0, 10);
    let heard = bench.run(1_000);
    assert!(heard[..240].windows(2).all(|pair| pair[0] > pair[1]) && heard[0] > 99_000 && heard[239] > 0);
    assert_eq!(heard[240..250], ladder(1, 10), "what was lined up after it follows the ramp");
    assert!(heard[250..].iter().all(|sample| *sample == 0));
    assert_eq!((bench.lane.epoch(), bench.lane.epoch_frame()), (epoch, 1_240));
    assert!(on.progress().over && waiting.progress().over);
    assert!(on.progress().handed == 1_240 && waiting.progress().first.is_none());
    assert_eq!(next.progress().handed, 10);
}

#[test]
fn a_hard_end_is_silent_on_its_frame() {
    for block in [100, 480, 2_048] {
        let mut bench = Bench::new();
        bench.cue(Start::Following, 100_000, 48_000);
        bench.lane.set_silence(Some(bench.at(5_000)));
        let heard: Vec<i64> = (0..12_000 / block).flat_map(|_| bench.run(block)).collect();
        assert!(heard[4_000..4_615].iter().all(|sample| *sample > 100_000), "{block}");
        assert!(heard[4_999] > 0 && heard[5_000..].iter().all(|sample| *sample == 0), "{block}");
    }
}

/// A new stream's clock is still being read when its first closing is placed: read anew, the hard end lies 3 ms before
/// the closing's own end, or 3 ms after it.
#[test]
fn a_closing_that_ends_with_the_session_is_heard_to_its_last_frame() {
    for (moved, block) in [-144, 0, 144].into_iter().flat_map(|moved| [100, 2_048].map(|block| (moved, block))) {
        let mut bench = Bench::new();
        let closing = bench.cue(Start::At(bench.at(1_000)), 100_000, 4_000);
        bench.cue(Start::Following, 0, 48_000);
        bench.lane.set_silence(Some(bench.at(5_000)));
        let begins: Vec<i64> = bench.run(1_200);
        bench.desk.air.set_origin(bench.origin + moved * 20_833);
        let heard: Vec<i64> = (0..12_000 / block).flat_map(|_| bench.run(block)).collect();
        assert_eq!((begins[1_000], &heard[..3_800]), (100_001, &ladder(100_201, 104_000)[..]), "{moved} {block}");
        assert!(heard[3_800..].iter().all(|sample| *sample == 0), "{moved} {block}");
        assert_eq!((closing.progress().handed, closing.progress().last), (4_000, 5_000), "{moved} {block}");
    }
}

#[test]
fn a_withdrawn_cue_is_passed_over_without_a_gap() {
    let mut bench = Bench::new();
    let first = bench.cue(Start::Following, 0, 1_500);
    let second = bench.cue(Start::At(bench.at(9_000)), 100_000, 1_500);
    bench.cue(Start::Following, 1_500, 500);
    bench.run(1_000);
    assert!(!first.withdraw() && second.withdraw() && !second.withdraw());
    assert_eq!(bench.run(1_100)[..1_001], [ladder(1_001, 2_000), vec![0]].concat());
    let progress = second.progress();
    assert_eq!((progress.first, progress.handed, progress.over), (None, 0, true));
}

/// A file that breaks in the middle of a block: what was good before is heard, and the defect is told.
#[test]
fn what_breaks_is_heard_up_to_there_and_named() {
    struct Breaking(Ladder);

    impl Pcm for Breaking {
        fn read(&mut self, block: &mut [f32]) -> Result<usize, Defect> {
            self.0.read(block).and_then(|count| if count == 0 { Err(Defect::NotAudio) } else { Ok(count) })
        }
    }

    let mut bench = Bench::new();
    let counts = bench.play(Start::Following, Box::new(Breaking(Ladder(0, 700))), 48_000);
    assert_eq!(bench.run(1_000)[..701], [ladder(1, 700), vec![0]].concat());
    let progress = counts.progress();
    assert_eq!((progress.handed, progress.over, progress.defect), (700, true, Some(Defect::NotAudio)));
}

#[test]
fn an_empty_ring_is_silence_and_loses_nothing() {
    let mut bench = Bench::new();
    let (item, counts, mut ring) = Item::starved();
    bench.hand.over(item);
    let before = bench.run(1_000);
    ring.push_entire_slice(&[0.5; 200]).unwrap();
    let after = bench.run(1_000);
    assert!(before.iter().all(|sample| *sample == 0));
    assert_eq!(after.iter().filter(|sample| **sample == 500_000).count(), 100);
    assert_eq!(counts.progress().handed, 100);
    assert!(bench.lane.starved.load(Relaxed) >= 1_800);
}

#[test]
fn zones_play_on_their_channels() {
    let stereo = [0.5, 0.25, 0.5, 0.25];
    let laid = |on, channels| {
        let mut mix = vec![0.0; 2 * channels];
        lay(&stereo, on, &mut mix, channels);
        mix[..channels].to_vec()
    };
    assert_eq!(laid(Channels::Pair(0, 1), 2), [0.5, 0.25]);
    assert_eq!(laid(Channels::Pair(3, 2), 4), [0.0, 0.0, 0.25, 0.5]);
    assert_eq!(laid(Channels::Mono(1), 2), [0.0, 0.375]);
    assert_eq!(laid(Channels::Pair(0, 1), 1), [0.375], "a card with one channel plays both on it");
}
