"""A sound card that nobody hears: a private pulseaudio with one null sink, in a folder of its own.

Programs find it as pulseaudio's server and as ALSA's "default" device. Several can stand side by side."""
import os
import subprocess
import time

from running import end, run, start, urgent

RATE = 48_000
ALSA = "</usr/share/alsa/alsa.conf>\npcm.!default { type pulse }\nctl.!default { type pulse }\n"


class Card:
    def __init__(self, folder, warm=True):
        self.folder, self.warm, self.server = folder, warm, None
        os.makedirs(f"{folder}/run", mode=0o700)
        with open(f"{folder}/asound.conf", "w") as file:
            file.write(ALSA)
        mine = {"PULSE_SERVER": f"unix:{folder}/pulse.sock", "PULSE_SINK": "bench", "HOME": folder,
                "ALSA_CONFIG_PATH": f"{folder}/asound.conf", "XDG_RUNTIME_DIR": f"{folder}/run"}
        self.env = {**os.environ, **mine}

    def __enter__(self):
        self.start()
        if self.warm:
            self.warm_up()
        return self

    def __exit__(self, *_):
        self.stop()

    def start(self):
        """Switches the card on and returns when it answers."""
        socket = f"{self.folder}/pulse.sock"
        if os.path.exists(socket):
            os.remove(socket)
        self.server = start(urgent([
            "pulseaudio", "-n", "--daemonize=no", "--system=false", "--use-pid-file=no", "--exit-idle-time=-1",
            "-L", f"module-native-protocol-unix socket={socket} auth-anonymous=1",
            "-L", f"module-null-sink sink_name=bench rate={RATE} channels=2 format=s16le"]),
            self.env, f"{self.folder}/pulse.log")
        deadline = time.monotonic() + 10
        while subprocess.run(["pactl", "info"], env=self.env, capture_output=True, timeout=10).returncode:
            if time.monotonic() > deadline:
                raise TimeoutError(f"pulseaudio does not answer; see {self.folder}/pulse.log")
            time.sleep(0.02)

    def warm_up(self):
        """A fresh null sink swallows up to two seconds before it first asks for sound: it gets silence."""
        with open("/dev/zero", "rb") as silence:
            player = start(["pacat", "--raw", "--latency-msec=50"], self.env, stdin=silence)
            time.sleep(2.5)
            end(player)

    def kill(self):
        """Takes the card away as a crash would: kill -9."""
        self.server.kill()
        self.server.wait()

    def stop(self):
        if self.server:
            end(self.server)

    def streams(self):
        """How many programs have the card open."""
        return run(["pactl", "list", "short", "sink-inputs"], self.env, timeout=10).count("\n")
