"""The players side by side: how each is got ready, begins to play, and is ended. A new player is one more class."""
import os
import shutil
import time

from home import Home
from running import end, run, start


class Player:
    """One that is started to play and ends with what it played."""
    name, programs = "", ()

    def __init__(self, bench, card, folder):
        self.bench, self.card, self.folder, self.process, self.files = bench, card, folder, None, []
        os.makedirs(folder, exist_ok=True)
        self.log = f"{bench.logs}/{type(self).__name__.lower()}.log"

    @classmethod
    def lacks(cls):
        """Programs that are not installed."""
        return [program for program in cls.programs if not shutil.which(program)]

    @classmethod
    def plays(cls, files):
        return True

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.halt()

    def cue(self, files):
        """Everything that can be done before it has to play."""
        self.files = list(files)

    def command(self):
        raise NotImplementedError

    def launch(self):
        """Plays now, and returns the process that does."""
        self.process = start(self.command(), self.card.env, self.log)
        return self.process

    def halt(self):
        if self.process:
            end(self.process)
            self.process = None


class Mpg123(Player):
    name, programs = "mpg123", ("mpg123",)

    @classmethod
    def plays(cls, files):
        return all(file.endswith(".mp3") for file in files)

    def command(self):
        return ["mpg123", "-q", "-o", "pulse", *self.files]


class Mpv(Player):
    name, programs = "mpv", ("mpv",)

    def command(self):
        return ["mpv", "--no-config", "--no-video", "--really-quiet", *self.files]


class Mpd(Player):
    """The daemon runs all the time; its client mpc says play."""
    name, programs = "mpd + mpc play", ("mpd", "mpc")
    SETTINGS = ('bind_to_address "{0}/mpd.sock"\nplaylist_directory "{0}"\nstate_file "{0}/mpd.state"\n'
                'auto_update "no"\nzeroconf_enabled "no"\naudio_output {{\n    type "pulse"\n    name "bench"\n}}\n')

    def __enter__(self):
        with open(f"{self.folder}/mpd.conf", "w") as file:
            file.write(self.SETTINGS.format(self.folder))
        self.idle()
        deadline = time.monotonic() + 10
        while not os.path.exists(f"{self.folder}/mpd.sock") and time.monotonic() < deadline:
            time.sleep(0.05)
        time.sleep(1)
        return self

    def __exit__(self, *_):
        super().halt()

    def idle(self):
        if not self.process:
            command = ["mpd", "--no-daemon", "--stderr", "--verbose", f"{self.folder}/mpd.conf"]
            self.process = start(command, self.card.env, self.log)
        return self.process

    def mpc(self, *words):
        return ["mpc", "-q", "-h", f"{self.folder}/mpd.sock", *words]

    def cue(self, files):
        run(self.mpc("clear"), self.card.env, self.log)
        for file in files:
            run(self.mpc("add", f"file://{file}"), self.card.env, self.log)

    def launch(self):
        self.client = start(self.mpc("play"), self.card.env, self.log)
        return self.process

    def halt(self):
        end(self.client)
        run(self.mpc("stop"), self.card.env, self.log)


class Liquidsoap(Player):
    name, programs = "liquidsoap", ("liquidsoap",)
    HEAD = "settings.init.allow_root.set(true)\nsettings.log.stdout.set(true)\nsettings.log.file.set(false)\n"

    def script(self, source):
        self.source = f"{self.HEAD}s = {source}\noutput.pulseaudio(s)"

    def cue(self, files):
        with open(f"{self.folder}/list.m3u", "w") as file:
            file.writelines(f"{name}\n" for name in files)
        self.script(f'fallback(track_sensitive=false, [playlist(mode="normal", loop=false, "{self.folder}/list.m3u"), '
                    'blank()])')

    def cue_at(self, file, moment):
        """Plays the file from a moment on, by the predicate on time of its documentation."""
        at = time.strftime("%Hh%Mm%Ss", time.localtime(moment))
        self.script(f'switch(track_sensitive=false, [({{{at}}}, single("{file}")), ({{true}}, blank())])')

    def command(self):
        return ["liquidsoap", self.source]

    def idle(self):
        self.script("blank()")
        return self.launch()


class Loa(Player):
    """Our station, told to air a session at once; by its schedule it is measured in `starts`."""
    name = "loa"

    def __init__(self, bench, card, folder):
        super().__init__(bench, card, folder)
        self.home = Home(bench.loa, f"{folder}/home", card.env)

    def cue(self, files):
        if list(files) != self.files:
            self.files = list(files)
            self.home.order(files)

    def command(self):
        return self.home.command("run", "--session", "bench")

    def idle(self):
        """On the air, with no session near."""
        self.home.order([f"{self.bench.audio}/tone.mp3"])
        return self.on_air()

    def on_air(self):
        self.process = start(self.home.command("run"), self.card.env, self.log)
        return self.process


EVERY = (Loa, Liquidsoap, Mpd, Mpv, Mpg123)
PEERS = EVERY[1:]
