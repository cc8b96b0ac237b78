"""What the sound card has played so far, while it plays."""
import os

import tones

HEADER = 44


def recorded(guest):
    """How long the recording is by now, in whole frames."""
    return HEADER + (os.path.getsize(guest.recording) - HEADER) // 4 * 4


def loud_from(recording, place):
    """Whether there is anything but silence behind this place."""
    with open(recording, "rb") as file:
        file.seek(place)
        return tones.is_loud(file.read())
