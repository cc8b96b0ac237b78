"""The network that a station's PC is on, as far as it matters: one cable with a time server at its end.

Nothing else is reachable, neither this computer nor anything beyond it. The time is that of the PC's day, not of today. Written by hand,
because the emulator's own network, shut off from the world, carries no question for the time to this computer, and a stock server would have
to be given a network device, the rights for it, and another day than today's."""
import datetime
import os
import socket
import struct
import threading
import time

ADDRESS = bytes([10, 77, 0, 1])
HARDWARE = bytes.fromhex("020000000001")
ARP, IPV4, UDP, NTP_PORT = 0x0806, 0x0800, 17, 123
SINCE_1900 = datetime.datetime(1970, 1, 1) - datetime.datetime(1900, 1, 1)


class TimeServer:
    """`clock`: what time it is when it starts, as a date without a zone, meaning UTC."""

    def __init__(self, clock):
        self.began, self.clock = time.monotonic(), clock
        self.path, self.pc_path = (f"/tmp/loa-machine-{os.getpid()}-{end}" for end in ("server", "pc"))
        self.cable = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.cable.bind(self.path)
        threading.Thread(target=self._serve, daemon=True).start()

    def cable_to(self):
        """The emulator's arguments for a PC at the other end of the cable."""
        return ["-netdev", f"dgram,id=lan,local.type=unix,local.path={self.pc_path},remote.type=unix,remote.path={self.path}",
                "-device", "virtio-net-pci,netdev=lan"]

    def close(self):
        self.cable.close()
        for path in (self.path, self.pc_path):
            if os.path.exists(path):
                os.unlink(path)

    def _serve(self):
        while True:
            try:
                if answer := self._answer(self.cable.recv(2048)):
                    self.cable.sendto(answer, self.pc_path)
            except OSError:
                return

    def _answer(self, frame):
        sender, (kind,) = frame[6:12], struct.unpack("!H", frame[12:14])
        if kind == ARP:
            payload = _arp(frame[14:])
        elif kind == IPV4 and frame[23] == UDP:
            payload = self._datagram(frame[14:])
        else:
            return None
        return payload and sender + HARDWARE + struct.pack("!H", kind) + payload

    def _datagram(self, packet):
        header = (packet[0] & 15) * 4
        theirs, ours = struct.unpack("!HH", packet[header:header + 4])
        if packet[16:20] != ADDRESS or ours != NTP_PORT:
            return None
        said = self._time(packet[header + 8:])
        datagram = struct.pack("!HHHH", NTP_PORT, theirs, 8 + len(said), 0) + said
        start = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(datagram), 0, 0, 64, UDP, 0, ADDRESS, packet[12:16])
        return start[:10] + struct.pack("!H", _checksum(start)) + start[12:] + datagram

    def _time(self, asked):
        """RFC 5905: version 4, a server of stratum 1, right to the microsecond."""
        now = self.clock - datetime.datetime(1970, 1, 1) + SINCE_1900 + datetime.timedelta(seconds=time.monotonic() - self.began)
        stamp = struct.pack("!II", now.days * 86_400 + now.seconds, int(now.microseconds / 1e6 * 2**32))
        # Its own clock was set this very moment; what the PC sent comes back to it.
        return struct.pack("!BBbb", 0x24, 1, 6, -20) + bytes(8) + b"LOCL" + stamp + asked[40:48] + stamp + stamp


def _arp(asked):
    """Only the server has an address."""
    if struct.unpack("!H", asked[6:8]) != (1,) or asked[24:28] != ADDRESS:
        return None
    return asked[:6] + struct.pack("!H", 2) + HARDWARE + ADDRESS + asked[8:18]


def _checksum(header):
    total = sum(struct.unpack("!10H", header))
    return ~(total + (total >> 16)) & 0xFFFF
