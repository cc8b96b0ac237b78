//! Latched silence: at an operator's word nothing sounds, whatever is planned, until the word to go on.

use crate::equipment::sound::Sound as _;
use crate::playout::Input;
use crate::station::command::Answer;
use crate::station::on_air::OnAir;
use crate::words::Notice;

impl OnAir {
    /// Silence within a tenth of a second on all zones, until [`OnAir::release`]; alerts are over. Remembered across
    /// restarts. Twice is as good as once.
    pub fn silence(&mut self) -> Answer {
        let now = self.now();
        if self.silenced {
            return Answer::Done { unwritten: None };
        }
        self.silenced = true;
        self.hear_zones(now);
        // All zones fade at once; each is waited for afterwards.
        for zone in &mut self.zones {
            zone.sound.fade();
        }
        self.tell_all(now, &Input::Silence);
        let forgotten = self.forget_alerts(now);
        let unwritten = self.log.silence(true, now);
        self.notices.push(Notice::Silenced);
        Answer::Done { unwritten: unwritten.or(forgotten) }
    }

    /// The air is free again: a session that is on goes on.
    pub fn release(&mut self) -> Answer {
        let now = self.now();
        if !self.silenced {
            return Answer::NotSilenced;
        }
        self.silenced = false;
        self.tell_all(now, &Input::Release);
        let unwritten = self.log.silence(false, now);
        self.notices.push(Notice::Released);
        Answer::Done { unwritten }
    }

    /// Whether silence is latched.
    #[must_use]
    pub fn is_silenced(&self) -> bool {
        self.silenced
    }
}
