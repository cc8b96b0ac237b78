"""The PC whose battery is dead: it starts in 1970, and the time is set by hand."""
import datetime
import time

import station
from recording import loud_from, recorded

YEAR_OF_THE_CHIP = datetime.datetime(1970, 1, 1)
ON_THE_AIR_MAX = 30


def booted_in_1970(stories, today):
    """`today`: the day it truly is, later than all that the PC has seen."""
    table, guest = stories.table, stories.guest("4-in-1970", YEAR_OF_THE_CHIP)
    # Whatever the system makes of such a clock, a session is due by what it shows.
    start = int(guest.clock()) + 20
    station.order(guest, station.one_session(start, 3))
    alarm, _ = guest.wait_for(lambda: station.alarm(guest, "THE CLOCK IS WRONG"), 30)
    table.shown("the clock's battery is dead: the station says so", alarm or "no alarm", bool(alarm))
    guest.until(start + 30)
    aired = [row for row in station.log(guest) if row["aired_at"] and row["clock"] == "untrusted"]
    sounding = guest.recording.exists() and loud_from(guest.recording, 44)
    table.shown("a session is due by what it shows: silent", f"{len(aired)} airings by {station.local(start):%d/%m/%Y %H:%M}",
                not sounding and not aired)
    # By the true time the same session has just begun.
    true = datetime.datetime.combine(today, station.local(start).time(), station.ZONE) + datetime.timedelta(seconds=10)
    place = recorded(guest) if guest.recording.exists() else 44
    guest.run(f"date -s @{true.timestamp():.0f}")
    began = time.monotonic()
    sounding, _ = guest.wait_for(lambda: guest.recording.exists() and loud_from(guest.recording, place), 120)
    took = time.monotonic() - began
    table.shown("the time is set (date -s): on the air", f"after {took:.0f} s", bool(sounding) and took <= ON_THE_AIR_MAX)
    cleared, _ = guest.wait_for(lambda: not station.alarm(guest, "THE CLOCK IS WRONG"), 120)
    table.shown("and the alarm is over", "" if cleared else "still open", bool(cleared))
    guest.switch_off()
