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
    # Debian's systemd-timesyncd does not believe the chip: it goes on from the time that it kept on the disk.
    silent_by_this_clock(table, guest, "started in 1970, gone on from a time kept on the disk", "THE CLOCK IS A GUESS")
    table.told("what the technician is told", guest.run("loa --lang en clock", check=False))
    guest.run(f"date -s @{EIGHT_IN_THE_MORNING.timestamp():.0f} && systemctl restart loa")
    start = silent_by_this_clock(table, guest, "a system that believes the chip", "THE CLOCK IS WRONG")
    # By the true time the same session has just begun.
    true = datetime.datetime.combine(today, station.local(start).time(), station.ZONE) + datetime.timedelta(seconds=10)
    # As `loa doctor` says it: with the battery's clock, which the next start goes by.
    guest.run(f"date -s @{true.timestamp():.0f} && hwclock --systohc")
    sounding, took = guest.wait_for(lambda: loud_from(guest.recording, HEADER), 120)
    table.shown("the time is set (date -s, hwclock --systohc): on the air", f"after {took:.0f} s", bool(sounding) and took <= ON_THE_AIR_MAX)
    # What is over is watched for a minute before the alarm goes.
    cleared, took = guest.wait_for(lambda: not station.alarm(guest, "THE CLOCK IS WRONG"), 120)
    table.shown("and the alarm ends", f"after {took:.0f} s", bool(cleared))
    guest.switch_off()


def silent_by_this_clock(table, guest, what, words):
    """A session becomes due by the clock as it is: nothing sounds, and the station says why. Returns when it was due."""
    alarm, _ = guest.wait_for(lambda: station.alarm(guest, words), 30)
    start = int(guest.clock()) + 20
    station.order(guest, station.one_session(start, 3))
    guest.until(start + 15)
    state = guest.run("systemctl is-active loa", check=False)
    aired = [row for row in station.log(guest) if row["aired_at"] and start <= row["aired_at"] < start + 60]
    table.shown(f"{what}: silent, and says so",
                f"{station.local(guest.clock()):%d/%m/%Y %H:%M:%S}, {len(aired)} airings, service {state}; {alarm or 'no alarm'}",
                bool(alarm) and not aired and state == "active" and not loud_from(guest.recording, HEADER))
    return start
