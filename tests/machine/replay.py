"""What a drive holds whose power failed and whose cache was lost: its writes are replayed from the log that qemu's
blklogwrites keeps of them (the format of the kernel's dm-log-writes)."""
import struct
from typing import NamedTuple

MAGIC = 0x6A736677736872
HEAD, ENTRY = struct.Struct("<QQQI"), struct.Struct("<QQQQ")
FLUSH, FUA, DISCARD = 1, 2, 4
# What a drive writes whole or not at all.
SECTOR = 4096


class Write(NamedTuple):
    """A write, or only a flush: `length` bytes that lie at `kept` in the log and belong at `place` on the drive."""
    flags: int
    place: int
    kept: int
    length: int


class Log:
    """The writes to a drive, in their order."""

    def __init__(self, path):
        self.data = path.read_bytes()
        magic, _, count, unit = HEAD.unpack_from(self.data)
        if magic != MAGIC:
            raise ValueError(f"{path} is no log of writes")
        self.writes, at = [], unit
        for _ in range(count):
            sector, sectors, flags, _ = ENTRY.unpack_from(self.data, at)
            length = 0 if flags & DISCARD else sectors * unit
            self.writes.append(Write(flags, sector * unit, at + unit, length))
            at += unit + length

    def flushes(self):
        return sum(write.flags & FLUSH > 0 for write in self.writes)

    def at(self, place):
        """Every write to that very place, as (its number, what was written)."""
        return [(number, self.data[write.kept:write.kept + write.length])
                for number, write in enumerate(self.writes) if write.length and write.place == place]

    def replay(self, image, cut, chance):
        """Writes into `image` what the drive holds after a cut before write number `cut`: everything up to the last flush, and
        of what came after it each sector or not, as chance has it. Answers how many sectors were lost."""
        flushed = max((number for number in range(cut) if self.writes[number].flags & FLUSH), default=0)
        lost = 0
        with open(image, "r+b", buffering=0) as drive:
            for number, write in enumerate(self.writes[:cut]):
                certain = number < flushed or write.flags & FUA
                step = write.length if certain else SECTOR
                for at in range(0, write.length, step or 1):
                    if certain or chance.random() < 0.5:
                        drive.seek(write.place + at)
                        drive.write(self.data[write.kept + at:write.kept + min(at + step, write.length)])
                    else:
                        lost += 1
        return lost
