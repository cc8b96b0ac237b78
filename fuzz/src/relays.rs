//! A relay: what somebody's server sends for as long as one listens, decoded as it comes, in the station itself.

use std::io::Cursor;
use std::sync::Arc;

use loaphuong::equipment::decoder::Broadcast;
use loaphuong::equipment::{Live, Pcm as _};

/// Samples of what is listened to: ten seconds of stereo.
const HEARD_MOST: usize = 960_000;

/// The bytes as a stream, joined at its beginning.
pub fn relays(bytes: &[u8]) {
    let live = Arc::new(Live::default());
    let Ok(mut relay) = Broadcast::join(Box::new(Cursor::new(bytes.to_vec())), "audio/mpeg", &live) else { return };
    let (mut block, mut heard) = (vec![0.0; 4_096], 0);
    while heard < HEARD_MOST {
        let Ok(samples @ 1..) = relay.read(&mut block) else { return };
        assert!(block[..samples].iter().all(|sample| sample.is_finite()), "only numbers go out");
        heard += samples;
    }
}
