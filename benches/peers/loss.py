"""The sound card is killed (kill -9) in mid-item, stays away ten seconds, and comes back: does the sound?

The item is a rising tone, so its pitch tells where in the file a player was, and where it goes on."""
import time

from card import RATE
from players import Loa
from recorder import PATIENCE, Recorder

DOWN = 10
PLAYED = 6
WINDOW = RATE // 4


def loss(bench, kind):
    with bench.card() as card, bench.player(kind, card) as player:
        with Recorder(card) as recorder:
            player.cue([f"{bench.audio}/ramp.mp3"])
            begin = recorder.position()
            process = player.launch()
            if recorder.onset(begin, PATIENCE) is None:
                raise TimeoutError("no sound before the loss")
            time.sleep(PLAYED)
            card.kill()
            time.sleep(0.1)
            lost_at = place(recorder, recorder.position() - WINDOW) + WINDOW / RATE
        time.sleep(DOWN)
        row = {"test": "loss", "player": kind.name, "lost_at_s": round(lost_at, 2), **back(bench, card, process)}
        if kind is Loa:
            row["logged"] = logged(player)
        return row


def back(bench, card, process):
    """The card returns, and for a while one listens; to a player that is gone, nobody does."""
    card.start()
    returned, sound = time.time(), None
    with Recorder(card) as recorder:
        if process.poll() is None:
            sound = recorder.onset(0, bench.patience)
        row = {"alive": process.poll() is None, "sound_after_s": None}
        if sound is not None:
            # The first half second of a fresh sink is not to be trusted.
            time.sleep(1.2)
            later = sound + RATE // 2
            row["sound_after_s"] = round(recorder.time_of(sound) - returned, 2)
            row["goes_on_at_s"] = round(place(recorder, later) - (later - sound) / RATE, 2)
    return row


def place(recorder, begin):
    """Where in the rising tone the recording is at `begin`, in seconds: (pitch - 200 Hz) / 10, half a window back."""
    x = recorder.samples(begin, begin + WINDOW)
    rises = [i - x[i] / (x[i] - x[i - 1]) for i in range(1, len(x)) if x[i - 1] < 0 <= x[i]]
    if len(rises) < 2:
        raise ValueError("no tone in the recording")
    pitch = (len(rises) - 1) * RATE / (rises[-1] - rises[0])
    return (pitch - 200) / 10 - (rises[0] + rises[-1]) / 2 / RATE


def logged(player):
    """What our station wrote down of the item."""
    player.halt()
    kept = ("outcome", "reason", "device", "aired_seconds")
    return [{key: row.get(key) for key in kept} for row in player.home.log()]
