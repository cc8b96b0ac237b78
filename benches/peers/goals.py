"""What the sound path is to reach, and whether it did in this run."""
from statistics import median

from found import farthest, markdown, number
from tables import EXACT_MS, OURS


def goals(found):
    return markdown(("goal", "here", ""), [(goal, here, verdict(met)) for goal, here, met in every(found)])


def verdict(met):
    return {True: "met", False: "**missed**", None: "not measured"}[met]


def every(found):
    """(goal, figure of this run, met or None) of each."""
    yield from starts(found)
    yield joins(found)
    yield from loads(found)
    yield loss(found)
    yield from by_hand(found)
    yield analysis(found)


def at_most(goal, value, limit, unit, digits=1):
    if value is None:
        return goal, "", None
    return goal, f"{number(value, digits)} {unit}", value <= limit


def starts(found):
    ours = found.one("start", player=OURS, how="its own schedule").get("error_ms")
    at_once = found.one("start", player=OURS, how="started at the second").get("error_ms")
    yield at_most("start by schedule, median within 1 ms", abs(median(ours)) if ours else None, 1, "ms", 2)
    yield at_most("start by schedule, worst within 5 ms", abs(farthest(ours)) if ours else None, 5, "ms", 2)
    yield at_most("from the command to the first sound within 150 ms", median(at_once) if at_once else None,
                  150, "ms", 0)


def joins(found):
    rows = [row for row in found.all("joins", player=OURS) if "jumps_ms" in row]
    worst = max((max([row["silence_ms"], *map(abs, row["jumps_ms"])]) for row in rows), default=None)
    return at_most("nothing lost or inserted at joins", worst, EXACT_MS, "ms", 2)


def loads(found):
    spent = lambda name, state: found.one("load", player=name, state=state).get("cpu_s_per_hour")
    ours, mpd = spent(OURS, "playing"), spent("mpd + mpc play", "playing")
    yield ("CPU playing no more than mpd's", f"{number(ours)} beside {number(mpd)} s an hour" if ours and mpd else "",
           ours <= mpd if ours and mpd else None)
    yield at_most("CPU idle within 0.5 s an hour", spent(OURS, "idle"), 0.5, "s an hour", 2)
    peak = found.one("load", player=OURS, state="playing").get("peak_rss_mib")
    yield at_most("peak RSS playing within 25 MiB", peak, 25, "MiB")


def loss(found):
    row = found.one("loss", player=OURS)
    if "alive" not in row:
        return "sound within 2 s of the card's return", "", None
    after = row["sound_after_s"]
    return ("sound within 2 s of the card's return", f"{number(after)} s" if after is not None else "no sound",
            after is not None and after <= 2)


def by_hand(found):
    for word, limit in (("alert", 300), ("stop", 100)):
        waits = found.one("by hand", command=f"loa {word}").get("wait_ms")
        yield at_most(f"`loa {word}` heard within {limit} ms, every time", max(waits) if waits else None, limit, "ms", 0)


def analysis(found):
    ours, theirs = found.best("loa library"), found.best("loudgain")
    goal = "library analysis 2.5 × as fast as loudgain with two jobs"
    return (goal, f"{number(theirs / ours, 2)} ×", theirs / ours >= 2.5) if ours and theirs else (goal, "", None)
