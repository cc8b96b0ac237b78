"""What the sound card has played so far, while it plays."""
import os

import tones

HEADER = 44


def recorded(guest):
    """How long the recording is by now, in whole frames. The file begins with the first sound, its header not before that."""
    length = os.path.getsize(guest.recording) if guest.recording.exists() else 0
    return HEADER + max(0, length - HEADER) // 4 * 4


def loud_from(recording, place):
    """Whether there is anything but silence behind this place."""
    if not recording.exists():
        return False
    with open(recording, "rb") as file:
        file.seek(place)
        return tones.is_loud(file.read())
