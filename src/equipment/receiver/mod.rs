//! Receiving another station's programme (*tiếp âm*): an HTTP stream as [`Pcm`].
//!
//! A thread connects, decodes and measures; when the connection breaks it connects again, by itself, until nobody wants
//! the relay any more. Playing reads out of a buffer, levelled and limited, and never waits long. While nothing comes it
//! gets silence, told apart in [`Live::filled`]; when nothing has come for too long, or nothing but silence, the relay
//! breaks with a [`Defect`] that says why, so that something else can air.
//!
//! A relay may be tuned in long before it is due: it stays connected, keeps only the newest seconds, and knows its
//! level by then. How bytes become sound is not known here, see [`Decode`].
//!
//! ```text
//! connection   from an address to the bytes of its sound    level     brought to the station's loudness
//! playlist     small texts that name a stream               limiter   never above the ceiling
//! icy          titles out of the bytes                      buffer    between receiving and playing
//! ```

mod buffer;
mod connection;
mod icy;
mod level;
mod limiter;
mod playlist;

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use crate::equipment::receiver::buffer::{Buffer, Instant};
use crate::equipment::receiver::connection::{Connection, connect};
use crate::equipment::receiver::level::{Leveller, Meter};
use crate::equipment::receiver::limiter::Limiter;
use crate::equipment::{Live, Pcm};
use crate::library::{Defect, Level, factor};
use crate::time::Frames;

pub use connection::Bytes;

/// Turns the bytes of a stream into sound, given what the server calls them (`audio/mpeg`); notes the titles it finds
/// in them. Reading from what it returns may wait for the network.
pub type Decode = fn(Bytes, &str, &Arc<Live>) -> Result<Box<dyn Pcm>, Defect>;

/// How much a relay bears before it gives up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// With nothing coming at all.
    pub dead: Duration,
    /// With nothing but silence.
    pub silent: Duration,
    /// Sound that must be there before the relay begins, and begins again: the gaps of a network it can bridge.
    pub enough: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { dead: Duration::from_secs(10), silent: Duration::from_secs(20), enough: Duration::from_secs(2) }
    }
}

/// Pauses between two tries: at first, and at most.
const RETRY_FIRST: Duration = Duration::from_millis(250);
const RETRY_LONGEST: Duration = Duration::from_secs(5);
/// Samples decoded at a time.
const BLOCK: usize = 4_096;
/// What is below counts as silence: −60 dBFS.
const SILENCE: f32 = 0.001;
/// Sound is given out so far ahead of the time it takes to play it.
const AHEAD: Duration = Duration::from_millis(500);
/// A sound card may run a little faster than our clock: it must never wait for us because of that alone.
const HASTE: f64 = 0.999;
/// So long sound that is late is waited for, of what was given ahead.
const LATE: Duration = Duration::from_millis(250);

/// A relay being received. Dropping it ends the connection.
pub struct Relay {
    buffer: Arc<Buffer>,
    live: Arc<Live>,
    leveller: Leveller,
    limiter: Limiter,
    /// Since when what was read has been played, if it is played without a pause.
    since: Option<Instant>,
    given: Frames,
    /// Nothing but silence in what was given last.
    silent: Frames,
    patience: Patience,
    broken: Option<Defect>,
}

impl Relay {
    /// Begins to receive the stream at `address` and returns at once; what comes is brought to `level`.
    #[must_use]
    pub fn tune(address: &str, decode: Decode, level: Level, patience: Patience) -> Self {
        let buffer = Arc::new(Buffer::new(patience.enough, patience.dead));
        let live = Arc::new(Live::default());
        let receiver =
            Receiver { address: address.to_owned(), decode, patience, live: live.clone(), buffer: buffer.clone() };
        let receiving = thread::Builder::new().name("receiver".to_owned()).spawn(move || receiver.receive());
        let broken = receiving.err().map(|error| Defect::NoStream { detail: error.to_string() });
        Self {
            buffer,
            live,
            leveller: Leveller::new(level.target_lufs),
            limiter: Limiter::new(factor(level.true_peak_dbtp).min(1.0)),
            since: None,
            given: Frames::ZERO,
            silent: Frames::ZERO,
            patience,
            broken,
        }
    }

    /// When what was given so far will be played, but for what is given ahead; waits until then.
    fn pace(&mut self) -> Instant {
        let now = Instant::now();
        let since = *self.since.get_or_insert(now);
        let ahead = length(self.given).mul_f64(HASTE).saturating_sub(AHEAD);
        let mut due = since.plus(ahead);
        if now.after(due) > AHEAD {
            // Whoever played it paused: what is given now is played from now on.
            (self.since, self.given, due) = (Some(now), Frames::ZERO, now);
        }
        self.buffer.pause(due.after(now));
        due
    }

    /// Counts what is silent to the end; too much of it in a row is no programme.
    fn listen(&mut self, sound: &[f32]) -> Result<(), Defect> {
        let after = sound.rchunks(2).take_while(|frame| frame.iter().all(|sample| sample.abs() < SILENCE)).count();
        let all = after * 2 >= sound.len();
        self.silent = if all { self.silent + Frames(after as u64) } else { Frames(after as u64) };
        if length(self.silent) < self.patience.silent {
            return Ok(());
        }
        self.live.note_filled(self.silent);
        self.live.note_lost(Defect::StreamSilent);
        Err(Defect::StreamSilent)
    }

    fn give(&mut self, block: &mut [f32]) -> Result<(), Defect> {
        let due = self.pace();
        let taken = self.buffer.take(block, due.plus(LATE))?;
        let (sound, gap) = block.split_at_mut(taken.samples);
        self.listen(sound)?;
        self.leveller.apply(sound, taken.lufs);
        self.live.note_filled(frames(gap.len()));
        self.given += frames(block.len());
        self.limiter.pass(block, taken.samples);
        Ok(())
    }
}

impl Pcm for Relay {
    /// Waits about as long as it takes to play the block, never longer than that and a quarter of a second.
    fn read(&mut self, block: &mut [f32]) -> Result<usize, Defect> {
        if let Some(defect) = &self.broken {
            return Err(defect.clone());
        }
        let wanted = block.len() & !1;
        self.give(&mut block[..wanted]).inspect_err(|defect| {
            self.broken = Some(defect.clone());
            self.buffer.close();
        })?;
        Ok(wanted)
    }

    fn live(&self) -> Option<Arc<Live>> {
        Some(Arc::clone(&self.live))
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.buffer.close();
    }
}

fn length(frames: Frames) -> Duration {
    frames.duration().unsigned_abs()
}

fn frames(samples: usize) -> Frames {
    Frames(samples as u64 / 2)
}

/// The thread that receives.
struct Receiver {
    address: String,
    decode: Decode,
    patience: Patience,
    live: Arc<Live>,
    buffer: Arc<Buffer>,
}

impl Receiver {
    /// Connects again and again until nobody wants it any more.
    fn receive(self) {
        let mut meter = Meter::new();
        let mut pause = RETRY_FIRST;
        loop {
            let mut came = false;
            let Err(defect) = self.connection(&mut meter, &mut came) else { return };
            let defect = of_a_stream(defect);
            self.buffer.lose(defect.clone());
            self.live.note_lost(defect);
            pause = if came { RETRY_FIRST } else { (pause * 2).min(RETRY_LONGEST) };
            if !self.buffer.pause(pause) {
                return;
            }
        }
    }

    /// One connection, from its beginning to its end; Ok when nobody wants it any more.
    fn connection(&self, meter: &mut Meter, came: &mut bool) -> Result<(), Defect> {
        let Connection { content, bytes } = connect(&self.address, self.patience.dead, &self.live)?;
        let mut sound = (self.decode)(bytes, &content, &self.live).map_err(|defect| not_sound(defect, &content))?;
        let mut block = [0.0; BLOCK];
        loop {
            let count = sound.read(&mut block)?;
            if count == 0 {
                return Err(Defect::StreamDead);
            }
            *came = true;
            self.live.note_back();
            if !self.buffer.put(&block[..count], meter.measure(&block[..count])) {
                return Ok(());
            }
        }
    }
}

/// What a file's defect says of a stream: nobody can copy a stream again.
fn of_a_stream(defect: Defect) -> Defect {
    match defect {
        Defect::Unreadable { detail } | Defect::Broken { detail } => Defect::NoStream { detail },
        Defect::Empty => Defect::StreamDead,
        other => other,
    }
}

/// Bytes in which no sound was found are what the server called them.
fn not_sound(defect: Defect, content: &str) -> Defect {
    match defect {
        Defect::NotAudio => Defect::NotAStream { content: content.to_owned() },
        other => other,
    }
}

#[cfg(test)]
mod tests;
