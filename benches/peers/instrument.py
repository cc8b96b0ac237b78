"""The recorder's own error: clicks are written through libpulse, which says when each will be heard."""
import array
import ctypes
import math
import time

from card import RATE
from recorder import Recorder

CLICKS, BLOCK = 20, RATE // 200
PLAYBACK, S16LE, DEFAULT = 1, 3, 2 ** 32 - 1


class Spec(ctypes.Structure):
    _fields_ = [("format", ctypes.c_int), ("rate", ctypes.c_uint32), ("channels", ctypes.c_uint8)]


class Buffer(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint32) for name in ("maxlength", "tlength", "prebuf", "minreq", "fragsize")]


class Clicker:
    """A stream of libpulse-simple with a short buffer, fed in blocks of 5 ms."""

    def __init__(self, card):
        self.pulse = ctypes.CDLL("libpulse-simple.so.0")
        self.pulse.pa_simple_new.restype = ctypes.c_void_p
        self.pulse.pa_simple_get_latency.restype = ctypes.c_uint64
        self.error = ctypes.c_int()
        spec, buffer = Spec(S16LE, RATE, 1), Buffer(DEFAULT, 960, 0, 480, DEFAULT)
        made = self.pulse.pa_simple_new(card.env["PULSE_SERVER"].encode(), b"bench", PLAYBACK, b"bench", b"click",
                                        ctypes.byref(spec), None, ctypes.byref(buffer), ctypes.byref(self.error))
        if not made:
            raise OSError(f"libpulse: error {self.error.value}")
        self.stream = ctypes.c_void_p(made)

    def write(self, sound):
        self.pulse.pa_simple_write(self.stream, sound, len(sound), ctypes.byref(self.error))

    def rest(self):
        for _ in range(60):
            self.write(bytes(2 * BLOCK))

    def latency(self):
        return self.pulse.pa_simple_get_latency(self.stream, ctypes.byref(self.error)) / 1e6

    def close(self):
        self.pulse.pa_simple_free(self.stream)


def instrument(bench):
    click = array.array("h", [int(16_000 * math.cos(i * 0.4)) for i in range(BLOCK)]).tobytes()
    errors = []
    with bench.card() as card, Recorder(card) as recorder:
        clicker = Clicker(card)
        for _ in range(CLICKS):
            clicker.rest()
            due, begin = clicker.latency() + time.time(), recorder.position()
            clicker.write(click)
            clicker.rest()
            at = recorder.onset(max(0, begin - RATE // 50), 2)
            if at is not None:
                errors.append(round(1_000 * (recorder.time_of(at) - due), 2))
        clicker.close()
    return {"test": "instrument", "player": "recorder", "error_ms": errors}
