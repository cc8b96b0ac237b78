"""The package on a whole PC: `make machine-test`, `make power-cuts`, `make install-hour`. Prints what was
shown with its figure; ends with 1 if anything was not."""
import argparse
import shutil
import sys
import time
from pathlib import Path

import cuts
import disk
import hour
import lost_cache
import station
from guest import Lost
from stories import Stories


class Table:
    """What was shown so far, said line by line as it happens."""

    def __init__(self):
        self.failures, self.began = 0, time.monotonic()

    def shown(self, what, figure, good):
        self.failures += not good
        self._line("ok" if good else "NO", what, figure)

    def told(self, what, figure):
        self._line("", what, figure)

    def _line(self, mark, what, figure):
        minutes, seconds = divmod(round(time.monotonic() - self.began), 60)
        print(f"{minutes:3}:{seconds:02}  {mark:2}  {what:<76}  {figure}", flush=True)


def machine_test(kept, run, table, package):
    upgrade = run / "upgrade.deb"
    disk.next_version(package, upgrade)
    station.make_audio(run / "audio")
    disk.make(kept / "root", run, {"loaphuong.deb": package, "loaphuong-upgrade.deb": upgrade, "audio": run / "audio"})
    stories = Stories(kept, run, table)
    try:
        stories.all()
    finally:
        stories.close()


def power_cuts(kept, run, table, package):
    station.make_audio(run / "audio")
    disk.make(kept / "root", run, {"loaphuong.deb": package, "audio": run / "audio"})
    cuts.endure(kept, run, table)


def lost_caches(kept, run, table, package):
    station.make_audio(run / "audio", lost_cache.SHORT_ITEMS)
    disk.make(kept / "root", run, {"loaphuong.deb": package, "audio": run / "audio"})
    lost_cache.endure(kept, run, table, disk.unpacked(package, run / "unpacked") / "usr/bin/loa")


def install_hour(kept, run, table, package):
    disk.make(kept / "root", run, {}, network=True)
    disk.stick(run, {package.name: package, "ministry": Path("audio/ministry")})
    hour.spend(kept, run, table, Path("docs/install.md").read_text())


STORIES = {
    "stories": (machine_test, "run", "what a PC goes through in its life; the default"),
    "cuts": (power_cuts, "cuts", "twenty power cuts"),
    "replays": (lost_caches, "replays", "a hundred cuts with a lost drive cache"),
    "hour": (install_hour, "hour", "the commands of docs/install.md"),
}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--package", type=Path, required=True)
    parser.add_argument("--kept", type=Path, required=True)
    for story, (_, _, what) in STORIES.items():
        parser.add_argument(f"--{story}", dest="story", action="store_const", const=story, default="stories", help=what)
    arguments = parser.parse_args()
    tell, folder, _ = STORIES[arguments.story]
    run = arguments.kept / folder
    shutil.rmtree(run, ignore_errors=True)
    run.mkdir()
    table = Table()
    try:
        tell(arguments.kept, run, table, arguments.package)
    except Lost as lost:
        table.shown("the PC answers", str(lost), False)
    print(f"\n{'All of it was shown.' if not table.failures else f'{table.failures} not shown.'} Recordings and consoles: {run}")
    return min(table.failures, 1)


if __name__ == "__main__":
    sys.exit(main())
