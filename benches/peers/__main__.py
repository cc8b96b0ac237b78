"""The sound path beside other players, measured in one run: `make bench`.

Each measurement adds rows to a JSON-lines file; `page.py` makes the tables of it."""
import argparse
import os
import shutil
import signal
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

import analysis
import by_hand
import instrument
import joins
import load
import loss
import machine
import material
import page
import starts
from bench import Bench
from players import EVERY, Liquidsoap, Loa
from rows import Rows, Unmeasured
from running import lift_the_bench

TESTS = ("starts", "joins", "load", "loss", "by-hand", "analysis")
# Seconds that one measurement may take at most in the quick profile, and how much more of everything the full one does.
LIMIT, FULL = 300, 3


def arguments():
    parser = argparse.ArgumentParser(prog="benches/peers", description=__doc__)
    parser.add_argument("--loa", required=True, help="the program to measure")
    parser.add_argument("--into", required=True, help="folder for material, rows, logs and page")
    parser.add_argument("--page", help="where the page goes; else into that folder")
    parser.add_argument("--reps", type=int, default=10, help="starts of each player")
    parser.add_argument("--full", action="store_true", help="everything else longer and more often as well")
    parser.add_argument("--only", nargs="+", choices=TESTS, default=TESTS)
    parser.add_argument("--players", nargs="+", default=[kind.__name__.lower() for kind in EVERY])
    return parser.parse_args()


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    asked = arguments()
    lift_the_bench()
    into, more = os.path.abspath(asked.into), FULL if asked.full else 1
    os.makedirs(f"{into}/logs", exist_ok=True)
    material.ensure(f"{into}/audio")
    scratch = tempfile.mkdtemp(prefix="loa-bench-")
    bench = Bench(os.path.abspath(asked.loa), f"{into}/audio", f"{into}/logs", scratch, asked.reps, more,
                  seconds=60 * more, patience=20 * more)
    rows = Rows(f"{into}/rows.jsonl", LIMIT * more)
    try:
        rows.add({**machine.facts(bench.loa), "profile": "full" if asked.full else "quick", "reps": bench.reps,
                  "seconds": bench.seconds, "patience": bench.patience})
        measure(bench, rows, present(rows, asked.players), asked.only)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    print(page.publish(rows.path, asked.page or f"{into}/performance.md"))


def present(rows, names):
    """The players that can be measured; the others are named."""
    kinds = [kind for kind in EVERY if kind.__name__.lower() in names]
    for kind in kinds:
        if kind.lacks():
            rows.add({"test": "absent", "player": kind.name, "programs": kind.lacks()})
    return [kind for kind in kinds if not kind.lacks()]


def measure(bench, rows, kinds, only):
    rows.measure("instrument", "recorder", lambda: instrument.instrument(bench))
    if "starts" in only:
        measure_starts(bench, rows, kinds)
    for test, measurement in (("joins", joins.joins), ("loss", loss.loss)):
        for kind in kinds if test in only else ():
            rows.measure(test, kind.name, lambda: measurement(bench, kind))
    if "load" in only:
        rows.measure("load", "all", lambda: load.load(bench, kinds))
    if "by-hand" in only:
        rows.measure("by hand", Loa.name, lambda: by_hand.by_hand(bench))
    if "analysis" in only:
        rows.measure("analysis", Loa.name, lambda: analysis.analysis(bench))


def measure_starts(bench, rows, kinds):
    """cron has its one start a minute, at a card of its own, while our schedule has its three."""
    limit = LIMIT + starts.OURS * bench.reps * 30
    against = starts.why_no_cron()
    minutes = max(2, starts.OURS * bench.reps * starts.EVERY // 60)
    with ThreadPoolExecutor(1) as beside:
        cron = None if against else beside.submit(starts.cron, bench, minutes)
        if Loa in kinds:
            rows.measure("start", Loa.name, lambda: starts.loa(bench), limit)
        rows.measure("start", "cron + mpg123", cron.result if cron else lambda: unmeasured(against), limit)
    for kind in kinds:
        by = starts.liquidsoap if kind is Liquidsoap else lambda bench: starts.from_outside(bench, kind)
        rows.measure("start", kind.name, lambda: by(bench), limit)


def unmeasured(reason):
    raise Unmeasured(reason)


if __name__ == "__main__":
    main()
