"""A PC in qemu: it is switched on, typed at, loses its power. Without KVM, so that it is the same everywhere."""
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

READY, ANSWER = 240, 60
END = re.compile(rb"\x1e(\d+)\n")


class Lost(Exception):
    """The guest did not answer in time, or is gone."""


class Guest:
    """One run of the PC, from its power button to its end. `card`: whether one is built in; a USB card can be
    plugged in later. `stick`: the image of a disk that is in from the start. `logged`: one of which every write is kept. `network`:
    what is at the other end of its cable."""

    def __init__(self, kept, run, name, clock, card, stick=None, logged=None, network=None):
        self.run_dir, self.name = run, name
        self.recording, self.next_recording = run / f"{name}.wav", run / f"{name}-again.wav"
        self.shell_path, self.monitor_path = (f"/tmp/loa-machine-{os.getpid()}-{end}" for end in ("shell", "monitor"))
        qemu, environment = emulator(kept)
        sound = [argument for number, path in enumerate((self.recording, self.next_recording))
                 for argument in ("-audiodev", f"wav,id=a{number},path={path},out.frequency=48000")]
        sound += ["-device", "qemu-xhci"]
        sound += ["-device", "intel-hda", "-device", "hda-output,audiodev=a0"] if card else []
        sticks = ["-drive", f"file={stick},if=virtio,format=raw"] if stick else []
        sticks += logged_disk(logged) if logged else []
        cable = network.cable_to() if network else []
        command = [*qemu, "-accel", "tcg,thread=multi", "-m", "768", "-smp", "2", "-nodefaults", "-no-user-config",
                   "-display", "none", "-no-reboot", "-rtc", f"base={clock:%Y-%m-%dT%H:%M:%S},clock=vm",
                   "-kernel", str(kept / "vmlinuz"), "-initrd", str(kept / "initrd"),
                   "-append", "console=ttyS0 quiet panic=-1 root=/dev/vda rw",
                   "-drive", f"file={run / 'disk.img'},if=virtio,format=raw,cache=writeback",
                   "-serial", f"file:{run / name}.console", "-serial", f"unix:{self.shell_path},server=on,wait=off",
                   "-qmp", f"unix:{self.monitor_path},server=on,wait=off", *sound, *sticks, *cable]
        self.started = time.monotonic()
        self.process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, start_new_session=True,
                                        stdout=open(run / f"{name}.qemu", "wb"), stderr=subprocess.STDOUT)
        self.shell, self.monitor = self._connect(self.shell_path), self._connect(self.monitor_path)
        self._tell("qmp_capabilities")
        self.heard = b""
        self.boot_seconds = None

    def booted(self):
        """Waits until everything that starts with the PC has started; the answer itself does not matter."""
        self._answer(READY)
        self.ask("systemctl is-system-running --wait", READY)
        self.boot_seconds = time.monotonic() - self.started

    def _connect(self, path):
        until = time.monotonic() + 20
        while True:
            try:
                end = socket.socket(socket.AF_UNIX)
                end.connect(path)
                return end
            except OSError:
                end.close()
                if time.monotonic() > until or self.process.poll() is not None:
                    raise Lost(f"qemu did not start, see {self.run_dir / self.name}.qemu")
                time.sleep(0.05)

    def _answer(self, timeout):
        until = time.monotonic() + timeout
        while not (found := END.search(self.heard)):
            self.shell.settimeout(max(0.1, until - time.monotonic()))
            try:
                more = self.shell.recv(65536)
            except TimeoutError:
                more = b""
            if not more or time.monotonic() > until:
                raise Lost(f"no answer within {timeout} s, see {self.run_dir / self.name}.console")
            self.heard += more
        text, code = self.heard[:found.start()], int(found.group(1))
        self.heard = self.heard[found.end():]
        return text.decode(errors="replace").strip("\n"), code

    def ask(self, command, timeout=ANSWER):
        """Types a line as root; what came of it, and its exit code."""
        self.shell.sendall(command.encode() + b"\n")
        return self._answer(timeout)

    def run(self, command, timeout=ANSWER, check=True):
        """The same where it has to go well; what it wrote."""
        text, code = self.ask(command, timeout)
        if check and code:
            raise Lost(f"`{command}` ended with {code}: {text}")
        return text

    def clock(self):
        """What time it is in there, in seconds since 1970."""
        return float(self.run("date +%s.%N"))

    def until(self, moment):
        """Waits until the guest's clock shows `moment`."""
        while (left := moment - self.clock()) > 0:
            time.sleep(min(left, 5))

    def wait_for(self, question, timeout):
        """Asks until the answer is something; the answer and after how many seconds it came."""
        began = time.monotonic()
        while time.monotonic() - began < timeout:
            if answer := question():
                return answer, time.monotonic() - began
            time.sleep(0.2)
        return None, timeout

    def plug_in(self, audio="a0"):
        """Plugs a USB sound card in."""
        self._tell("device_add", driver="usb-audio", id="usb-card", audiodev=audio)

    def pull_out(self):
        """Pulls it out."""
        self._tell("device_del", id="usb-card")

    def plug_in_again(self):
        """Plugs it in once more. What it plays from here on is recorded in a file of its own: a card begins its file anew."""
        self.plug_in("a1")
        self.recording = self.next_recording

    def _tell(self, what, **arguments):
        self.monitor.settimeout(10)
        self.monitor.sendall(json.dumps({"execute": what, "arguments": arguments}).encode() + b"\n")
        heard = b""
        while b'"return"' not in heard:
            heard += self.monitor.recv(65536)
            if b'"error"' in heard:
                raise Lost(f"{what}: {heard.decode()}")

    def cut_the_power(self):
        """Kills the emulator: nothing in there gets a word of it."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self._gone()

    def switch_off(self):
        """Shuts down in order."""
        self.shell.sendall(b"systemctl poweroff\n")
        try:
            self.process.wait(120)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
        self._gone()

    def _gone(self):
        self.process.wait()
        for end in (self.shell, self.monitor):
            end.close()
        for path in (self.shell_path, self.monitor_path):
            Path(path).unlink(missing_ok=True)


def writes_of(image):
    """Where every write to a logged disk is kept."""
    return image.with_suffix(".writes")


def logged_disk(image):
    """A disk in which the emulator notes each write and flush, in their order. The PC knows it as virtio-logged."""
    writes_of(image).touch()
    # Flushes are what is noted; whether the file of this computer is on its disk is nobody's concern.
    file, log = ({"driver": "file", "filename": str(path), "cache": {"no-flush": True}} for path in (image, writes_of(image)))
    disk = {"driver": "blklogwrites", "node-name": "logged", "file": file, "log": log}
    # In a slot behind the disk that the PC starts from.
    return ["-blockdev", json.dumps(disk), "-device", "virtio-blk-pci,drive=logged,serial=logged,addr=1e"]


def emulator(kept):
    """The system's qemu, else the one that was unpacked beside it."""
    if shutil.which("qemu-system-x86_64"):
        return ["qemu-system-x86_64"], dict(os.environ)
    root = (kept / "qemu").resolve()
    libraries = [str(path) for path in (root / "usr/lib/x86_64-linux-gnu", root / "lib/x86_64-linux-gnu") if path.is_dir()]
    firmware = [argument for name in ("qemu", "seabios", "ipxe") for argument in ("-L", str(root / "usr/share" / name))]
    return [str(root / "usr/bin/qemu-system-x86_64"), *firmware], {**os.environ, "LD_LIBRARY_PATH": ":".join(libraries)}
