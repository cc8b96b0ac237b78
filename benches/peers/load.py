"""Processor time and memory while playing ten minutes of speech, and while idle.

All of them at the same time, each at a card of its own: together they are a few per cent of one core, and whatever else
the machine does then, it does to all alike. Start-up is not counted."""
import glob
import time
from contextlib import ExitStack

from players import Liquidsoap, Loa, Mpd

IDLERS = (Loa, Mpd, Liquidsoap)
SETTLE = 10


class Lane:
    """One player, playing or idle."""

    def __init__(self, stack, bench, kind, state):
        self.kind, self.state = kind, state
        self.card = stack.enter_context(bench.card(warm=False))
        self.player = stack.enter_context(bench.player(kind, self.card))

    def begin(self, file):
        if self.state == "playing":
            self.player.cue([file])
            self.process = self.player.launch()
        else:
            self.process = self.player.idle()

    def spent(self):
        return sum(cpu_seconds(pid) for pid in session(self.process.pid))

    def row(self, seconds, cpu):
        return {"test": "load", "player": self.kind.name, "state": self.state, "seconds": round(seconds, 1),
                "alive": self.process.poll() is None, "streams": self.card.streams(),
                "cpu_s_per_hour": round(cpu / seconds * 3_600, 2),
                "peak_rss_mib": round(sum(map(peak_rss_mib, session(self.process.pid))), 1)}


def load(bench, kinds):
    states = [(kind, "playing") for kind in kinds] + [(kind, "idle") for kind in kinds if kind in IDLERS]
    with ExitStack() as stack:
        lanes = [Lane(stack, bench, *state) for state in states]
        for lane in lanes:
            lane.begin(f"{bench.audio}/long.mp3")
        time.sleep(SETTLE)
        begin, before = time.monotonic(), [lane.spent() for lane in lanes]
        time.sleep(bench.seconds)
        seconds, after = time.monotonic() - begin, [lane.spent() for lane in lanes]
        return [lane.row(seconds, b - a) for lane, a, b in zip(lanes, before, after)]


def session(leader):
    """The processes of the session that a started program leads."""
    found = []
    for path in glob.glob("/proc/[0-9]*/stat"):
        try:
            with open(path) as file:
                if int(file.read().rsplit(")", 1)[1].split()[3]) == leader:
                    found.append(int(path.split("/")[2]))
        except (FileNotFoundError, ProcessLookupError):
            pass
    return found


def cpu_seconds(pid):
    """Of all its threads, ended ones as well, by the process's own clock: true to far less than the 10 ms of /proc."""
    cpuclock_sched = 2
    return time.clock_gettime(~pid << 3 | cpuclock_sched)


def peak_rss_mib(pid):
    with open(f"/proc/{pid}/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmHWM:")) / 1_024
