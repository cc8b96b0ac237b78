"""How far from the planned second the first sound comes out: milliseconds, late is positive.

A player that keeps the time is told the second before; another is started at the second, as cron would. cron itself
starts one a minute."""
import math
import os
import re
import subprocess
import time
from contextlib import contextmanager

from players import Liquidsoap, Loa
from recorder import PATIENCE, Recorder
from running import end, start

TONE_SECONDS = 2
# Our schedule fires at these seconds of each minute; the output is opened 15 s before, and was closed until then.
EVERY, FIRES = 20, (10, 30, 50)
# A worst start is rare: ours are this many times as many as the others'.
OURS = 5


def row(player, how, values, missed):
    return {"test": "start", "player": player, "how": how, "missed": missed,
            "error_ms": [round(value, 2) for value in values]}


def from_outside(bench, kind):
    """Launched at the whole second."""
    errors, missed = [], 0
    with bench.card() as card, Recorder(card) as recorder, bench.player(kind, card) as player:
        for _ in range(bench.reps):
            player.cue([f"{bench.audio}/tone.mp3"])
            recorder.silence()
            second = until_second()
            begin = recorder.position()
            player.launch()
            at = recorder.onset(begin, 15)
            if at is None:
                missed += 1
            else:
                errors.append(1_000 * (recorder.time_of(at) - second))
            player.halt()
    return row(kind.name, "started at the second", errors, missed)


def until_second():
    """Waits for the next whole second, the last 20 ms of it awake, and returns it."""
    second = int(time.time() + 0.5) + 1
    time.sleep(second - 0.02 - time.time())
    while time.time() < second:
        pass
    return second


def liquidsoap(bench):
    """Started well before, with the second in its script: half as long again as it needs to make its first sound."""
    errors, missed = [], 0
    with bench.card() as card, Recorder(card) as recorder, bench.player(Liquidsoap, card) as player:
        tone = f"{bench.audio}/tone.mp3"
        lead = 2 + math.ceil(1.5 * first_sound_after(recorder, player, tone))
        for _ in range(bench.reps):
            recorder.silence()
            second = int(time.time()) + lead
            player.cue_at(tone, second)
            begin = recorder.position()
            player.launch()
            at = recorder.onset(begin, lead + 5)
            if at is None:
                missed += 1
            else:
                errors.append(1_000 * (recorder.time_of(at) - second))
            player.halt()
    return row(Liquidsoap.name, "its own time switch", errors, missed)


def first_sound_after(recorder, player, file):
    player.cue([file])
    begin, launched = recorder.position(), time.time()
    player.launch()
    at = recorder.onset(begin, PATIENCE)
    if at is None:
        raise TimeoutError("no sound")
    player.halt()
    return recorder.time_of(at) - launched


def loa(bench):
    """One long run of our station; its schedule fires every twenty seconds."""
    with bench.card() as card, Recorder(card) as recorder, bench.player(Loa, card) as player:
        player.home.order([f"{bench.audio}/tone.mp3"], [f"{second} * * * * *" for second in FIRES], "1m")
        player.on_air()
        errors, missed = [], 0
        second = next_fire(time.time() + EVERY)
        while len(errors) + missed < OURS * bench.reps:
            at = onset_near(recorder, second)
            if at is None:
                missed += 1
            else:
                errors.append(1_000 * (recorder.time_of(at) - second))
            second += EVERY
    return row(Loa.name, "its own schedule", errors, missed)


def next_fire(after):
    return int((after - FIRES[0]) // EVERY + 1) * EVERY + FIRES[0]


def onset_near(recorder, second, before=2, after=6):
    """The first sound around a second that is still ahead, from silence on."""
    time.sleep(max(0, second - before - time.time()))
    recorder.silence()
    return recorder.onset(recorder.position(), second + after - time.time())


def cron(bench, minutes):
    """The system's cron starts mpg123 each minute, by a crontab of one line that is removed again."""
    with bench.card() as card, crontab(bench, card), Recorder(card) as recorder:
        errors, missed = [], 0
        for _ in range(minutes):
            minute = int(time.time() // 60 + 1) * 60
            at = onset_near(recorder, minute, after=20)
            if at is None:
                missed += 1
            else:
                errors.append(1_000 * (recorder.time_of(at) - minute))
    return row("cron + mpg123", "cron", errors, missed)


@contextmanager
def crontab(bench, card):
    """Our line is in root's crontab, and cron at work; what else the machine's cron has to do, it does then as well."""
    script = f"{card.folder}/job"
    with open(script, "w") as file:
        file.writelines(f"export {name}='{card.env[name]}'\n" for name in
                        ("PULSE_SERVER", "PULSE_SINK", "ALSA_CONFIG_PATH", "XDG_RUNTIME_DIR", "HOME"))
        file.write(f"exec timeout 20 mpg123 -q -o pulse '{bench.audio}/tone.mp3'\n")
    subprocess.run(["crontab", "-"], input=f"* * * * * /bin/sh {script}\n", text=True, check=True, timeout=10)
    # Ends at once where the system's own is at work, which then does it.
    daemon = start(["cron", "-f"], log=f"{bench.logs}/cron.log")
    try:
        yield
    finally:
        end(daemon)
        subprocess.run(["crontab", "-r"], timeout=10, check=True)


def why_no_cron():
    """What speaks against using this machine's cron, or None."""
    if os.geteuid() != 0:
        return "only root may start cron"
    if not all(os.access(f"/usr/{place}", os.X_OK) for place in ("sbin/cron", "bin/crontab", "bin/mpg123")):
        return "cron or mpg123 is not installed"
    listed = subprocess.run(["crontab", "-l"], capture_output=True, text=True, timeout=10)
    if listed.returncode == 0 and not is_of_a_killed_bench(listed.stdout):
        return "root has a crontab, which is left alone"
    return None


def is_of_a_killed_bench(table):
    """Whether it is our one line, which a run that was killed could not remove."""
    return re.fullmatch(r"\* \* \* \* \* /bin/sh \S*/loa-bench-\S+/job\n", table) is not None
