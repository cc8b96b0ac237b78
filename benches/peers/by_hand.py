"""How fast an operator's word is heard: from the start of the command to the first sound of the alert, or to silence."""
import math
import random
import time

from card import RATE
from players import Loa
from recorder import HEARD, PATIENCE, Recorder
from rows import Unmeasured
from running import end, start

# A block holds whole periods of the alert and of the programme's 400 Hz, so that the one is not taken for the other.
ALERT_HZ, BLOCK = 1_200, RATE // 200


def by_hand(bench):
    """Rows for `loa alert` and `loa stop`, each on a session that is on the air."""
    waits = {"alert": [], "stop": []}
    with bench.card() as card, Recorder(card) as recorder, bench.player(Loa, card) as player:
        lacking = [word for word in ("alert", "stop", "resume") if not player.home.has(word)]
        if lacking:
            raise Unmeasured(f"this program has no `loa {lacking[0]}`")
        alert = f"{player.home.folder}/audio/{player.home.keep(f'{bench.audio}/alert.wav')}"
        player.cue([f"{bench.audio}/steady.wav"])
        for _ in range(bench.rounds * 5):
            on_the_air(recorder, player)
            waits["alert"].append(said(player, ["alert", alert], lambda at: alert_after(recorder, at)))
            time.sleep(3)
            waits["stop"].append(said(player, ["stop"], lambda at: last_sound_after(recorder, at)))
            recorder.silence()
            player.home.call("resume")
            player.halt()
    return [{"test": "by hand", "player": Loa.name, "command": f"loa {word}", "wait_ms": times}
            for word, times in waits.items()]


def on_the_air(recorder, player):
    begin = recorder.position()
    player.launch()
    if recorder.onset(begin, PATIENCE) is None:
        raise TimeoutError("no sound")
    # Not in step with the blocks that the device asks for.
    time.sleep(2 + random.random())


def said(player, words, heard):
    """Milliseconds from the command's start to what is heard of it."""
    begin = time.time()
    command = start(player.home.command(*words), player.home.env, player.log)
    try:
        return round(1_000 * (heard(begin) - begin), 1)
    finally:
        end_when_done(command)


def end_when_done(command, patience=5):
    deadline = time.monotonic() + patience
    while command.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)
    end(command)


def sample_at(recorder, moment):
    """The sample that leaves the card at a moment just past."""
    now = recorder.position()
    return now - round((recorder.time_of(now) - moment) * RATE)


def alert_after(recorder, moment, timeout=10):
    """When the pitch of the alert is first heard, to one block of 5 ms."""
    deadline = time.monotonic() + timeout
    at = sample_at(recorder, moment)
    while time.monotonic() < deadline:
        while at + BLOCK <= recorder.position():
            if loudness_of(ALERT_HZ, recorder.samples(at, at + BLOCK)) > HEARD:
                return recorder.time_of(at)
            at += BLOCK
        time.sleep(0.02)
    raise TimeoutError("the alert is not heard")


def loudness_of(hz, x):
    """Amplitude of one pitch in a block that holds whole periods of it."""
    w = 2 * math.pi * hz / RATE
    real, imaginary = (sum(v * f(w * i) for i, v in enumerate(x)) for f in (math.cos, math.sin))
    return 2 * math.hypot(real, imaginary) / len(x)


def last_sound_after(recorder, moment, timeout=10):
    """When the last sound before half a second of silence left."""
    at = sample_at(recorder, moment)
    recorder.silence(0.5, timeout)
    x = recorder.samples(at)
    return recorder.time_of(at + max((i for i, v in enumerate(x) if abs(v) > HEARD // 10), default=0))
