"""What the sound card has played so far, while it plays."""
import os
import time

import tones

HEADER, FRAME = 44, 4
LOOK_EVERY = 0.004
# So often the guest is asked for its time: the quickest answer counts.
ASKED = 9


def recorded(guest):
    """How long the recording is by now, in whole frames. The file begins with the first sound, its header not before that."""
    length = os.path.getsize(guest.recording) if guest.recording.exists() else 0
    return HEADER + max(0, length - HEADER) // FRAME * FRAME


def loud_from(recording, place):
    """Whether there is anything but silence behind this place."""
    if not recording.exists():
        return False
    with open(recording, "rb") as file:
        file.seek(place)
        return tones.is_loud(file.read())


class Tape:
    """The recording of a guest, watched while it grows: when, by the guest's clock, the card played what, whatever its driver says."""

    def __init__(self, guest):
        self.guest = guest
        self.ahead = min((clock_ahead(guest) for _ in range(ASKED)), key=lambda found: found[1])[0]
        self.lengths = []

    def watch(self, until):
        """Notes how long the recording is, until the guest's clock shows `until`."""
        while (now := time.monotonic() + self.ahead) < until:
            seconds = (recorded(self.guest) - HEADER) / FRAME / tones.RATE
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
