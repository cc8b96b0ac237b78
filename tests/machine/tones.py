"""Items of the programme as tones, one pitch each, and finding them again in what the sound card played."""
import array
import math
import wave

RATE = 48_000
WINDOW = 240  # 5 ms
LOUD = 300    # of 32,768; what is below is silence
JITTER_HZ = 25


def write(path, pitch, seconds):
    """A tone in both channels, beginning and ending without a click."""
    count, ramp = round(seconds * RATE), RATE // 200
    samples = array.array("h")
    for at in range(count):
        value = round(8_000 * math.sin(2 * math.pi * pitch * at / RATE) * min(1, at / ramp, (count - at) / ramp))
        samples.extend((value, value))
    with wave.open(str(path), "wb") as file:
        file.setparams((2, 2, RATE, 0, "NONE", ""))
        file.writeframes(samples.tobytes())


def samples_of(recording):
    """The left channel. A recorder that was killed leaves a header that says nothing: what lies behind it counts."""
    data = recording.read_bytes()[44:]
    both = array.array("h", data[:len(data) // 4 * 4])
    return both[::2]


def is_loud(data):
    """Whether there is anything but silence in these bytes of a recording."""
    part = array.array("h", data[:len(data) // 4 * 4])
    return bool(part) and max(max(part), -min(part)) > LOUD


def segments(samples, pitches):
    """The tones in the order they were played: (pitch, begin, end) in seconds."""
    found, pitch, began = [], None, 0
    for at in range(0, len(samples) - WINDOW, WINDOW):
        heard = pitch_of(samples, at, pitches)
        if heard != pitch:
            if pitch:
                found.append((pitch, began / RATE, at / RATE))
            pitch, began = heard, at
    if pitch:
        found.append((pitch, began / RATE, len(samples) / RATE))
    return joined(found)


def pitch_of(samples, at, pitches):
    part = samples[at:at + WINDOW]
    if max(part) < LOUD and -min(part) < LOUD:
        return None
    # Crossings upwards, over 20 ms where there is as much: the pitches lie 100 Hz apart.
    part = samples[max(0, at - WINDOW):at + 3 * WINDOW]
    ups = [index for index in range(1, len(part)) if part[index - 1] < 0 <= part[index]]
    if len(ups) < 3:
        return None
    hertz = RATE * (len(ups) - 1) / (ups[-1] - ups[0])
    return min(pitches, key=lambda pitch: abs(pitch - hertz))


def joined(found):
    """What stands at a boundary, where two tones are in one window, goes to the longer neighbour."""
    merged = []
    for pitch, begin, end in found:
        if merged and merged[-1][0] == pitch and begin - merged[-1][2] < 0.03:
            merged[-1] = (pitch, merged[-1][1], end)
        elif end - begin >= 0.05:
            merged.append((pitch, begin, end))
    again = []
    for tone in merged:
        if again and again[-1][0] == tone[0] and tone[1] - again[-1][2] < 0.06:
            again[-1] = (tone[0], again[-1][1], tone[2])
        else:
            again.append(tone)
    return again
