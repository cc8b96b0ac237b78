"""The tables of the page, made of one run's rows."""
from statistics import median

from found import NOTHING, farthest, markdown, middle_and_worst, number, trouble

# What a join may be off by and still be called exact: milliseconds. Lossy coding alone moves the sine by some hundredths.
EXACT_MS = 0.1
# What the sink may lose at the very beginning of a stream.
ONSET_MS = 6
OURS = "loa"


def side_by_side(found):
    """The table of the whole: our row, and beside it every peer that is installed."""
    head = ("", "first sound off the second", "joins", "CPU s an hour, playing / idle", "peak RSS",
            "sound card killed, back 10 s later")
    rows = [(f"**{name}**" if name == OURS else name, start(found, name), joins(found, name), cpu(found, name),
             memory(found, name), loss(found, name)) for name in found.players()]
    return markdown(head, rows)


def start(found, name):
    """By its own clock where it has one, else started from outside."""
    row = found.one("start", player=name)
    if not row.get("error_ms"):
        return f"never sounded in {row['missed']} starts" if "missed" in row else trouble(row)
    never = f", {row['missed']} never" if row["missed"] else ""
    return f"{middle_and_worst(row['error_ms'])}{never}, {row['how']}"


def joins(found, name):
    """Sets of files that came out alike are told together."""
    alike = {}
    for row in found.all("joins", player=name):
        alike.setdefault(flaw(row), []).append(row.get("files", "all"))
    return "; ".join(f"{', '.join(files)}: {text}" for text, files in alike.items()) or NOTHING


def flaw(row):
    if "silence_ms" not in row:
        return trouble(row)
    off = [jump for jump in row["jumps_ms"] if abs(jump) > EXACT_MS]
    parts = [f"{number(row['silence_ms'])} ms silent"] if row["silence_ms"] > EXACT_MS else []
    parts += [f"out of step by {number(farthest(off))} ms"] if off else []
    parts += [f"{number(row['excess_ms'])} ms in all"] if parts or abs(row["excess_ms"]) > ONSET_MS else []
    return ", ".join(parts) or "exact"


def cpu(found, name):
    playing, idle = (found.one("load", player=name, state=state).get("cpu_s_per_hour") for state in ("playing", "idle"))
    text = lambda value: NOTHING if value is None else number(value)
    return NOTHING if playing is None and idle is None else f"{text(playing)} / {text(idle)}"


def memory(found, name):
    peak = found.one("load", player=name, state="playing").get("peak_rss_mib")
    return NOTHING if peak is None else f"{number(peak)} MiB"


def loss(found, name):
    row = found.one("loss", player=name)
    if "alive" not in row:
        return trouble(row)
    if row["sound_after_s"] is None:
        return "alive, and silent" if row["alive"] else "exits"
    gone = row["goes_on_at_s"] - row["lost_at_s"]
    return f"sound after {number(row['sound_after_s'])} s, goes on {number(gone, 2)} s from where it was"


def starts(found):
    head = ("player", "how", "starts", "median", "earliest", "latest", "never")
    rows = [(row["player"], row["how"], len(row["error_ms"]), *spread(row["error_ms"]), row["missed"])
            for row in found.all("start") if row.get("error_ms")]
    return markdown(head, rows)


def spread(values):
    return [f"{number(value)} ms" for value in (median(values), min(values), max(values))]


def joins_in_detail(found):
    head = ("player", "files", "too long or short", "silence inside", "out of step at each break")
    rows = [(row["player"], row["files"], f"{number(row['excess_ms'])} ms", f"{number(row['silence_ms'])} ms",
             ", ".join(number(jump, 2) for jump in row["jumps_ms"]) or "none")
            for row in found.all("joins") if "excess_ms" in row]
    return markdown(head, rows)


def by_hand(found):
    head = ("command", "until it is heard", "times")
    rows = [(f"`{row['command']}`", middle_and_worst(row["wait_ms"], 0), len(row["wait_ms"]))
            for row in found.all("by hand") if row.get("wait_ms")]
    return markdown(head, rows) if rows else f"Not measured: {trouble(found.one('by hand'))}."


def analysis(found):
    head = ("", "wall time, best", "× real time", "beside loudgain")
    theirs, rows = found.best("loudgain"), []
    for row in found.all("analysis"):
        wall = row.get("wall_s")
        first_time = row["player"] != "loa library, nothing changed"
        beside = f"{number(theirs / wall, 2)} ×" if theirs and wall and first_time else NOTHING
        rows.append((row["player"], f"{number(wall, 2)} s" if wall else trouble(row),
                     round(row["audio_s"] / wall) if wall else NOTHING, beside))
    return markdown(head, rows)


def logged(found):
    rows = found.one("loss", player=OURS).get("logged", [])
    return "; ".join(f"{row['outcome']}, {row['aired_seconds']} s heard" + (f", {row['reason']}" if row["reason"] else "")
                     for row in rows if row["outcome"]) or NOTHING
