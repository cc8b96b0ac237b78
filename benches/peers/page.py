"""docs/performance.md: the tables of one run and how they read."""
import sys

import goals
import tables
from found import Found

PAGE = """\
# Performance

The sound path beside other players, measured in one run on one machine: the figures of a row mean little by themselves, what
counts is the row beside them. Made by `{how}` ({profile} profile); nothing here is written by hand.

{run}

## Side by side

{side_by_side}

{absent}

## Against the goals

{goals}

## How it reads

The sound card is a null sink of a private pulseaudio; a recorder at its output stamps each sample with the computer's
clock. {instrument} Players reach the sink by their usual way, `loa` through ALSA's default device; a real card adds its own buffer, for
all alike.

* **First sound off the second**: the first sample above −41 dBFS, late is positive. The file begins at full level. `loa` runs all
  the time and its schedule fires every 20 s; its output is closed in between and opened 15 s before. liquidsoap is started well
  before, with a predicate on time. mpd runs, and its client is started at the second; mpv and mpg123 are started themselves. cron is the
  system's, with one start a minute. The table has the median and the one farthest off.
* **Joins**: one sine of 100 Hz, cut into three files away from its zero crossings, must come out as one sine. A break is a place where
  it does not follow from the two samples before; *out of step* is how far its phase then moved, within half its period of 10 ms.
  Exact is within {exact} ms. The wav files have 48 kHz, the flac and mp3
  files 44.1; *mixed* is a wav, a flac and an mp3 of one channel. A few milliseconds may be lost in the sink
  at the very beginning of a stream: *too long or short* counts them, the joins do not.
* **CPU** is processor time of the player alone, by the kernel's clock of the process, without its start-up, while it plays ten
  minutes of speech as mp3 or waits; the sound server's share is not in it, so who hands it 44.1 kHz leaves the
  conversion to the server's 48 out of this count; `loa` converts by itself. All players do so at the same time, each at a sink of its
  own, for {seconds} s. **Peak RSS** contains shared libraries.
* **Sound card killed**: `kill -9` of the sound server 6 s into an item, which is a rising tone, so that its pitch tells the place. Ten
  seconds later the server is back; one listens for {patience} s. Time is counted from when the server answers, and a fresh null sink
  swallows up to two seconds. *From where it was* is 0 if nothing of the item is lost or repeated.

## Starts

{starts}

`loa`, started at the second, is `loa run --session ID` with a library that was measured before: the time from the command to the
first sound, program start, log and sound device included.

## Joins

{joins}

## Lost sound card

What the airtime log of `loa` says of the item that was cut: {logged}.

## An operator's word

From the start of the command to the first sound of the alert, to one block of 5 ms, or to the last sound of the programme.

{by_hand}

## Reading a library

32 bulletins as mp3, {minutes} minutes, read for the first time: decoded, loudness by EBU R 128, true peak; `loa` also hashes them and
writes down what it found. The peers run two at once, one file each (`xargs -P2 -n1`), `loa library` as it comes. They take turns;
the best wall time counts, from the start of the command to its end.

{analysis}

## What is not measured

A capture input, several zones, an amplifier's commands: the station here has one output and none of these. A real sound card's own
buffer and clock; a machine that is busy with other work; a slow disk. The sink is driven by the
computer's clock, so drift between the two is not seen here.
"""


def publish(rows, path):
    """Writes the page and returns what is worth reading in a terminal."""
    found = Found(rows)
    with open(path, "w") as file:
        file.write(page(found))
    return "\n\n".join((tables.side_by_side(found), tables.by_hand(found), tables.analysis(found), goals.goals(found)))


def page(found):
    run = found.one("run")
    how = "BENCH=full make bench" if run["profile"] == "full" else "make bench"
    audio = found.one("analysis").get("audio_s", 0)
    return PAGE.format(
        how=how, profile=run["profile"], run=machine(run), side_by_side=tables.side_by_side(found), absent=absent(found),
        goals=goals.goals(found), instrument=instrument(found), exact=tables.EXACT_MS, seconds=run["seconds"],
        patience=run["patience"], starts=tables.starts(found), joins=tables.joins_in_detail(found),
        logged=tables.logged(found), by_hand=tables.by_hand(found), minutes=round(audio / 60),
        analysis=tables.analysis(found))


def machine(run):
    peers = ", ".join(f"{name} {version}" for name, version in run["peers"].items())
    over = ", and everything measured was lifted over it" if run["lifted"] else ""
    busy = "" if run["load"] < 0.5 else (
        f"\n\n**Other work ran when this began (load {run['load']}){over}: the figures are worth less than on a quiet machine.**")
    return (f"{run['date']}; {run['cpu']}, {run['cores']} cores; {run['system']}, kernel {run['kernel']}; {run['loa']} at "
            f"commit {run['commit']}.\nPackages: {peers}.{busy}")


def absent(found):
    """Who is not in the table, and why."""
    missing = [f"{row['player']} ({', '.join(row['programs'])} not installed)" for row in found.all("absent")]
    missing += [f"{row['player']} ({row['skipped']})" for row in found.all("start") if "skipped" in row]
    return f"Not measured: {'; '.join(missing)}." if missing else "Every peer was there."


def instrument(found):
    row = found.one("instrument")
    if "error_ms" not in row:
        return "A stamp may be early by one block, 1 ms."
    values = sorted(row["error_ms"])
    return (f"Against libpulse's own report of when a click is heard the stamps were off by {tables.spread(values)[0]} "
            f"({tables.number(values[0], 2)} to {tables.number(values[-1], 2)}, n = {len(values)}); that is not taken off below.")


if __name__ == "__main__":
    print(publish(*sys.argv[1:]))
