"""Reading a library for the first time: decode, loudness by EBU R 128, true peak; ours also hashes. 32 bulletins."""
import glob
import os
import shutil
import subprocess
import time

from home import Home
from running import run

# Each reads one file a process, two processes at once.
ONE_BY_ONE = {
    "loudgain": ["loudgain", "-s", "s", "-q"],
    "ffmpeg ebur128": ["sh", "-c", 'ffmpeg -hide_banner -nostats -v error -threads 1 -i "$0" '
                                   "-af ebur128=peak=true:framelog=verbose -f null -"],
}
OURS, OURS_AGAIN = "loa library", "loa library, nothing changed"


def analysis(bench):
    """Best wall time of each; they take turns, so that what the machine does else meets all of them."""
    files = sorted(glob.glob(f"{bench.audio}/speech/*.mp3"))
    audio = sum(map(seconds_of, files))
    home = library(bench, files)
    tools = {OURS: lambda: home.call("library"), OURS_AGAIN: lambda: home.call("library")}
    for name, command in ONE_BY_ONE.items():
        if shutil.which(name.split()[0]):
            tools[name] = lambda command=command: two_at_once(command, files)
    walls = {name: [] for name in tools}
    for _ in range(bench.rounds * 3):
        for name, tool in tools.items():
            if name == OURS:
                forget(home)
            walls[name].append(timed(tool))
    return [row(name, audio, times) for name, times in walls.items()]


def row(name, audio, times):
    found = {"test": "analysis", "player": name, "audio_s": round(audio)}
    if None in times:
        return {**found, "failed": "it ended with an error or not at all"}
    return {**found, "wall_s": round(min(times), 3), "walls_s": [round(one, 3) for one in times]}


def library(bench, files):
    """A home whose ministry set are these files."""
    home = Home(bench.loa, f"{bench.scratch}/library", os.environ)
    for file in files:
        shutil.copy(file, f"{home.folder}/audio/ministry/")
    return home


def forget(home):
    for file in glob.glob(f"{home.folder}/data/analysis.db*"):
        os.remove(file)


def two_at_once(command, files):
    subprocess.run(["xargs", "-P2", "-n1", *command], input="\n".join(files), text=True, timeout=300, check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def timed(tool):
    """Wall seconds, or None if it failed."""
    begin = time.monotonic()
    try:
        tool()
    except subprocess.SubprocessError:
        return None
    return time.monotonic() - begin


def seconds_of(file):
    return float(run(["ffprobe", "-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0", file]))
