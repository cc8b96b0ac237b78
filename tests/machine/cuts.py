"""The plug is pulled in mid-item, again and again, from a station that goes on by itself each time."""
import datetime
import random
import time

import station
import tones
from recording import HEADER, loud_from
from stories import EIGHT_IN_THE_MORNING, LENGTH_MS, Stories

CUTS, SEED = 20, 6
HOURS = 2
SHORT_MAX_MS = 1_000
OUTAGE = 5
# A cut may fall where one item has ended and the next is not written down yet; another is made for it.
SPARE = 5


def endure(kept, run, table):
    stories, chance, total = Stories(kept, run, table), random.Random(SEED), Total(table)
    try:
        guest = stories.guest("00-installed", EIGHT_IN_THE_MORNING)
        stories.install(guest)
        guest.wait_for(lambda: station.knows_its_files(guest), 120)
        began = guest.clock()
        station.order(guest, station.one_session(began + 30, HOURS * 60))
        for number in range(1, CUTS + SPARE + 1):
            if total.in_mid_item == CUTS:
                break
            cut = Cut(guest, began, chance)
            began = int(cut.at) + OUTAGE
            clock = datetime.datetime.fromtimestamp(began, datetime.timezone.utc)
            guest = stories.guest(f"{number:02}-power-is-back", clock)
            total.add(number, cut, guest)
        guest.switch_off()
    finally:
        stories.close()
    total.tell()


class Cut:
    """One cut: some seconds after the PC came on the air, and a moment after its log was asked for."""

    def __init__(self, guest, began, chance):
        guest.wait_for(lambda: loud_from(guest.recording, HEADER), 120)
        time.sleep(chance.uniform(7, 14))
        self.head = station.head(guest)
        self.acknowledged = seals(station.whole_log(guest))
        time.sleep(chance.uniform(0, 4))
        self.began, self.at = began, guest.clock()
        guest.cut_the_power()
        self.heard = tones.segments(tones.samples_of(guest.recording), station.PITCHES)

    def written(self, rows):
        """What the log says of the time from the boot to the cut."""
        return [row for row in rows if row["aired_at"] and self.began <= row["aired_at"] < self.at + OUTAGE / 2]


class Total:
    """What all cuts together show."""

    def __init__(self, table):
        self.table, self.cuts, self.in_mid_item, self.rows, self.lost, self.short_ms = table, 0, 0, 0, 0, []

    def add(self, number, cut, guest):
        rows = station.whole_log(guest)
        after = seals(rows)
        lost = [row for row, seal in cut.acknowledged.items() if after.get(row) != seal]
        written = cut.written(rows)
        broken = [row for row in written if row["outcome"] == "interrupted"]
        order = [station.PATHS[pitch] for pitch, _, _ in cut.heard]
        short_ms = (sum(end - begin for _, begin, end in cut.heard) - sum(row["aired_seconds"] for row in written)) * 1000
        self.cuts += 1
        self.rows = len(cut.acknowledged)
        self.lost += len(lost)
        self.in_mid_item += len(broken)
        self.short_ms.append(short_ms)
        item = ", ".join(f"{row['path']} {row['outcome']} ({row['reason']})" for row in broken) or "between two items"
        good = (not lost and station.holds(guest, cut.head) and [row["reason"] for row in broken] in (["power"], [])
                and [row["path"] for row in written] == order[:len(written)] and -LENGTH_MS <= short_ms <= SHORT_MAX_MS)
        self.table.shown(f"cut {number}: the log is whole, with the {self.rows} rows it had shown",
                         f"{len(lost)} lost; {item}, short by {short_ms:.0f} ms", good)

    def tell(self):
        worst, median = max(self.short_ms), sorted(self.short_ms)[len(self.short_ms) // 2]
        self.table.shown(f"{self.cuts} power cuts, {self.in_mid_item} in mid-item: acknowledged rows lost",
                         f"{self.lost} of {self.rows}", not self.lost and self.in_mid_item == CUTS)
        self.table.told("heard and not written down", f"median {median:.0f} ms, worst {worst:.0f} ms")


def seals(rows):
    return {row["airing_id"]: row["entry_hash"] for row in rows}
