"""When, by the guest's clock, the sound card played what: its recording grows as it plays, whatever the driver says."""
import os
import time

import tones

HEADER, FRAME = 44, 4
LOOK_EVERY = 0.004
ASKED = 9


class Tape:
    """The recording of a guest, watched while it grows."""

    def __init__(self, guest):
        self.recording = guest.recording
        # The quickest of some answers says best how far the clock in there is from ours.
        self.ahead = min((clock_ahead(guest) for _ in range(ASKED)), key=lambda found: found[1])[0]
        self.lengths = []

    def watch(self, until):
        """Notes how long the recording is, until the guest's clock shows `until`."""
        while (now := time.monotonic() + self.ahead) < until:
            seconds = (os.path.getsize(self.recording) - HEADER) / FRAME / tones.RATE
            if not self.lengths or seconds > self.lengths[-1][1]:
                self.lengths.append((now, seconds))
            time.sleep(LOOK_EVERY)

    def played_at(self, place):
        """What the guest's clock showed when the recording came to be `place` seconds long."""
        return next((now for now, seconds in self.lengths if seconds >= place), float("nan"))


def clock_ahead(guest):
    """How far the guest's clock is ahead of our steady one, and how long it took to ask."""
    before = time.monotonic()
    clock = guest.clock()
    after = time.monotonic()
    return clock - (before + after) / 2, after - before
