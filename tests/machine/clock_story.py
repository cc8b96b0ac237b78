"""The PC whose battery is dead: it starts in 1970, and the time is set by hand."""
import datetime

import station
from recording import HEADER, loud_from

YEAR_OF_THE_CHIP = datetime.datetime(1970, 1, 1)
# No quiet hours: what is silent then is so because of the clock.
EIGHT_IN_THE_MORNING = datetime.datetime(1970, 1, 1, 1, tzinfo=datetime.timezone.utc)
ON_THE_AIR_MAX = 30


def booted_in_1970(stories, today):
    """`today`: the day it truly is, later than all that the PC has seen."""
    table, guest = stories.table, stories.guest("4-in-1970", YEAR_OF_THE_CHIP)
    alarm, _ = guest.wait_for(lambda: station.alarm(guest, "THE CLOCK IS WRONG"), 30)
    table.shown("the clock's battery is dead: the station says so", alarm or "no alarm", bool(alarm))
    # Debian's init does not believe the chip and goes on by the day that it was made itself. Others do believe it.
    guest.run(f"date -s @{EIGHT_IN_THE_MORNING.timestamp():.0f} && systemctl restart loa")
    start = int(guest.clock()) + 30
    station.order(guest, station.one_session(start, 3))
    guest.until(start + 30)
    alarm, state = station.alarm(guest, "THE CLOCK IS WRONG"), guest.run("systemctl is-active loa", check=False)
    aired = [row for row in station.log(guest) if row["aired_at"] and row["aired_at"] < start + 60]
    table.shown("started in 1970, with a session due by that clock: silent, and says so",
                f"{station.local(guest.clock()):%d/%m/%Y %H:%M:%S}, {len(aired)} airings, service {state}",
                bool(alarm) and not aired and state == "active" and not loud_from(guest.recording, HEADER))
    # By the true time the same session has just begun.
    true = datetime.datetime.combine(today, station.local(start).time(), station.ZONE) + datetime.timedelta(seconds=10)
    guest.run(f"date -s @{true.timestamp():.0f}")
    sounding, took = guest.wait_for(lambda: loud_from(guest.recording, HEADER), 120)
    table.shown("the time is set (date -s): on the air", f"after {took:.0f} s", bool(sounding) and took <= ON_THE_AIR_MAX)
    # What is over is watched for a minute before the alarm goes.
    cleared, took = guest.wait_for(lambda: not station.alarm(guest, "THE CLOCK IS WRONG"), 120)
    table.shown("and the alarm ends", f"after {took:.0f} s", bool(cleared))
    guest.switch_off()
