"""A technician's hour: every command of docs/install.md, in order and as it is written, on an empty PC."""
import datetime
import re
import time

from guest import Guest
from time_server import TimeServer

COMMANDS = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
IN_THE_MORNING = datetime.datetime(2026, 11, 24, 2, 0)
SLOWEST = 300
# How each line of a green `loa doctor` begins: good, or a hint of what no program can see; and how it ends.
GREEN, ALL_WELL = ("tốt ", "tự xem ", "→ "), "Không thấy gì sai."
# Their answer is what the technician came for.
TELLING = ("loa ", "dpkg", "apt-get")


def commands(document):
    """Those of the Vietnamese half; the English half has to say the same."""
    vietnamese, english = document.split("\n---\n", 1)
    halves = [[line for block in COMMANDS.findall(half) for line in block.splitlines()] for half in (vietnamese, english)]
    if sorted(halves[0]) != sorted(halves[1]):
        differing = set(halves[0]) ^ set(halves[1])
        raise SystemExit("docs/install.md: only in one language: " + " · ".join(sorted(differing) or ["a repeated command"]))
    return halves[0]


def spend(kept, run, table, document):
    network = TimeServer(IN_THE_MORNING)
    guest = Guest(kept, run, "hour", IN_THE_MORNING, card=True, stick=run / "stick.img", network=network)
    try:
        guest.booted()
        table.told("an empty PC: booted", f"{guest.boot_seconds:.0f} s")
        for command in commands(document):
            began = time.monotonic()
            answer, code = guest.ask(command, SLOWEST)
            took = f"{time.monotonic() - began:.1f} s"
            good, told = code == 0, f", ended with {code}" if code else ""
            if command == "loa doctor":
                *findings, last = [line.strip() for line in answer.splitlines() or [""]]
                good = good and last == ALL_WELL and all(finding.startswith(GREEN) for finding in findings)
                told += ", all green" if good else ", not all green"
            table.shown(command, took + told, good)
            if code or command.startswith(TELLING):
                print("".join(f"              {line}\n" for line in answer.splitlines()[-25:]), end="", flush=True)
    finally:
        guest.cut_the_power()
        network.close()
