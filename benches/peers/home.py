"""A home for our station: made by `loa init`, with papers that let it air at any hour of the day."""
import datetime
import json
import os
import shutil
import subprocess

from running import run

STATION = """\
station: {{ name: Bench }}
timezone: UTC
language: en
quiet_hours: "{quiet}"
output: {{ device: default }}
bulletins: {{ approval: none }}
"""
SESSION = """\
  - id: {id}
    cron: "{cron}"
    length: {length}
    rundown:
"""
NEVER = "0 0 30 2 *"


class Home:
    def __init__(self, loa, folder, env):
        self.loa, self.folder = loa, folder
        self.env = {**env, "LOA_LANG": "en"}
        self.call("init", folder)
        for schedule in os.listdir(f"{folder}/schedules"):
            os.remove(f"{folder}/schedules/{schedule}")
        hour = datetime.datetime.now(datetime.timezone.utc).hour
        quiet = f"{(hour + 11) % 24:02}:00-{(hour + 12) % 24:02}:00"
        with open(f"{folder}/station.yaml", "w") as file:
            file.write(STATION.format(quiet=quiet))

    def command(self, *arguments):
        return [self.loa, "--home", self.folder, *arguments]

    def call(self, *arguments, timeout=120, check=True):
        """Runs one command of the station to its end and returns its data."""
        return run(self.command(*arguments), self.env, f"{os.path.dirname(self.folder)}/loa.log", timeout, check)

    def has(self, command):
        """Whether this program knows the command."""
        try:
            return bool(self.call(command, "--help"))
        except subprocess.CalledProcessError:
            return False

    def order(self, files, crons=(NEVER,), length="15m"):
        """A session of these files in this order for each cron; `bench` is the first. The files are measured now, as a
        station does ahead."""
        plays = "".join(f"      - play: {self.keep(file)}\n" for file in files)
        with open(f"{self.folder}/schedules/bench.yaml", "w") as file:
            file.write("sessions:\n")
            for i, cron in enumerate(crons):
                file.write(SESSION.format(id=f"bench-{i}" if i else "bench", cron=cron, length=length) + plays)
        self.call("library")

    def keep(self, file):
        """Copies a file to the station's jingles; its name as a schedule writes it."""
        name = f"jingles/{os.path.basename(file)}"
        shutil.copy(file, f"{self.folder}/audio/{name}")
        return name

    def log(self):
        return json.loads(self.call("log", "--json"))
