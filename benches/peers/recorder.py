"""Records what comes out of the card, and says at which wall-clock time each sample left it."""
import array
import os
import subprocess
import threading
import time

from card import RATE
from running import end, start, urgent

HEARD = 300      # -41 dBFS: what is louder counts as sound
PATIENCE = 45   # seconds for a player to make its first sound
STAMP_EVERY = RATE // 10
NEAR = 5 * RATE


class Recorder:
    """parec on the null sink's monitor, mono, 16 bit, 48 kHz.

    The sink's stream never stops, so sample n leaves at origin + n/RATE. A block may reach us late but never early:
    the origin is the smallest (arrival - n/RATE) of the five seconds around. While it records, the sink works in
    blocks of 1 ms and hands each to its monitor before it counts as played, so stamps are early by about a block."""

    def __init__(self, card):
        self.data, self.origins, self.lock = bytearray(), [], threading.Lock()
        command = urgent(["parec", "-d", "bench.monitor", "--raw", "--format=s16le", f"--rate={RATE}",
                          "--channels=1", "--latency-msec=1"])
        self.process = start(command, card.env, stdout=subprocess.PIPE)
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()
        deadline = time.monotonic() + 10
        while self.position() < RATE // 10:
            if time.monotonic() > deadline:
                raise TimeoutError("the recorder hears nothing of the card")
            time.sleep(0.01)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        end(self.process)
        self.reader.join(5)

    def _read(self):
        pipe = self.process.stdout.fileno()
        while block := os.read(pipe, 65_536):
            now = time.time()
            with self.lock:
                self.data += block
                self._stamp(now, len(self.data) // 2)

    def _stamp(self, now, position):
        origin = now - position / RATE
        if not self.origins or position - self.origins[-1][0] > STAMP_EVERY:
            self.origins.append([position, origin])
        else:
            self.origins[-1][1] = min(self.origins[-1][1], origin)

    def position(self):
        return len(self.data) // 2

    def samples(self, begin=0, end_=None):
        with self.lock:
            last = len(self.data) // 2 if end_ is None else end_
            return array.array("h", bytes(self.data[2 * begin:2 * last]))

    def time_of(self, sample):
        """Seconds since 1970 at which the sample left the card."""
        with self.lock:
            return min(origin for at, origin in self.origins if abs(at - sample) <= NEAR) + sample / RATE

    def onset(self, begin, timeout):
        """The first sample of sound from `begin` on, or None if none comes in time."""
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            part = self.samples(begin)
            if part and (max(part) > HEARD or min(part) < -HEARD):
                return begin + next(i for i, x in enumerate(part) if abs(x) > HEARD)
            begin += len(part)
            time.sleep(0.02)
        return None

    def silence(self, seconds=0.4, timeout=30):
        """Waits until the last `seconds` are silent."""
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            part = self.samples(max(0, self.position() - int(seconds * RATE)))
            if part and max(part) < HEARD // 10 and min(part) > -HEARD // 10:
                return
            time.sleep(0.05)
        raise TimeoutError("it does not fall silent")
