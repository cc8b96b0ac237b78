"""What happens between two items: one sine, cut into three files, must come out as one sine."""
import math
import time

from card import RATE
from material import JOIN_HZ, JOIN_SECONDS
from recorder import PATIENCE, Recorder

SETS = {
    "wav": ("wav-1.wav", "wav-2.wav", "wav-3.wav"),
    "flac": ("flac-1.flac", "flac-2.flac", "flac-3.flac"),
    "mp3": ("mp3-1.mp3", "mp3-2.mp3", "mp3-3.mp3"),
    "mixed": ("wav-1.wav", "flac-2.flac", "mono-3.mp3"),
}
W, PERIOD = 2 * math.pi * JOIN_HZ / RATE, RATE // JOIN_HZ


def joins(bench, kind):
    """A row for each set that the player can play."""
    with bench.card() as card, Recorder(card) as recorder, bench.player(kind, card) as player:
        return [{"test": "joins", "player": kind.name, "files": name, **worst(bench, recorder, player, files)}
                for name, files in SETS.items() if kind.plays(files)]


def worst(bench, recorder, player, files):
    found = [played(recorder, player, [f"{bench.audio}/joins/{file}" for file in files]) for _ in range(bench.rounds)]
    silent = [one for one in found if "failed" in one]
    return silent[0] if silent else max(found, key=lambda one: (one["silence_ms"], len(one["jumps_ms"])))


def played(recorder, player, files):
    player.cue(files)
    recorder.silence()
    begin = recorder.position()
    player.launch()
    at = recorder.onset(begin, PATIENCE)
    if at is not None:
        time.sleep(JOIN_SECONDS - 0.5)
        recorder.silence(1)
    player.halt()
    return {"failed": "no sound"} if at is None else heard(recorder.samples(at - RATE // 10))


def heard(x):
    """What one recording of the sine is too long or short, silent inside, and out of step by at each join, in ms."""
    peak = max(map(abs, x))
    loud = [i for i, value in enumerate(x) if abs(value) > peak * 0.01]
    first, last = loud[0], loud[-1]
    gaps = [(b - a) * 1_000 / RATE for a, b in zip(loud, loud[1:]) if b - a > RATE // 1_000]
    return {"excess_ms": round((last - first + 1) * 1_000 / RATE - JOIN_SECONDS * 1_000, 2),
            "silence_ms": round(sum(gaps), 2), "jumps_ms": jumps(x, first, last, peak)}


def jumps(x, first, last, peak):
    """How far the sine is ahead after each place where it is none; within half its period of 10 ms.

    A pure sine obeys x[i+1] = 2 cos(w) x[i] - x[i-1]."""
    c, limit = 2 * math.cos(W), peak * 0.01
    breaks = [i for i in range(first + PERIOD, last - PERIOD) if abs(x[i + 1] - c * x[i] + x[i - 1]) > limit]
    found, before = [], -RATE
    for at in breaks:
        if RATE // 2 < at - before and at + RATE // 20 + PERIOD < len(x):      # one for each half second
            ahead = (phase(x, at + RATE // 20) - phase(x, at - PERIOD - 8)) / W * 1_000 / RATE
            found.append(round((ahead + 500 / JOIN_HZ) % (1_000 / JOIN_HZ) - 500 / JOIN_HZ, 2))
        before = at
    return found


def phase(x, begin):
    """Of the sine, over one period from sample `begin` on."""
    over = range(begin, begin + PERIOD)
    return math.atan2(sum(x[i] * math.cos(W * i) for i in over), sum(x[i] * math.sin(W * i) for i in over))
