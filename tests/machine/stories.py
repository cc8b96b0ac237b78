"""What the package is put through, in four runs of one PC."""
import datetime
import time

import clock_story
import station
import tones
from guest import Guest
from recording import FRAME, HEADER, Tape, loud_from, recorded

# Within these the recording has to agree with the log, as wherever sound is lost: an emulated card that runs empty plays what
# is in its buffer once more, 85 ms.
ONSET_MS, LENGTH_MS, START_MS = 100, 100, 500
PLUGGED_MAX, HUNG_MAX = 10, 60
MADE_UP = 90
EIGHT_IN_THE_MORNING = datetime.datetime(2026, 11, 24, 1, 0)
DAY = datetime.timedelta(days=1)


class Stories:
    def __init__(self, kept, run, table):
        self.kept, self.run, self.table = kept, run, table
        self.on = None

    def guest(self, name, clock, card=True, logged=None):
        self.on = guest = Guest(self.kept, self.run, name, clock, card, logged=logged)
        guest.booted()
        self.table.told(f"{name}: booted", f"{guest.boot_seconds:.0f} s")
        return guest

    def all(self):
        guest = self.guest("1-installed", EIGHT_IN_THE_MORNING)
        self.install(guest)
        start = self.a_session_on_time(guest)
        cut = self.power_cut(guest, start)
        clock = datetime.datetime.fromtimestamp(cut + 15, datetime.timezone.utc)
        guest = self.guest("2-power-is-back", clock)
        self.on_the_air_again(guest, start)
        # Long enough for a slow PC to boot, to be hung and to be upgraded in it.
        minutes = round(4 + guest.boot_seconds / 20)
        tomorrow = EIGHT_IN_THE_MORNING + DAY
        station.order(guest, station.one_session(tomorrow.replace(tzinfo=datetime.timezone.utc).timestamp(), minutes))
        verdict = guest.run("loa --lang en log verify 2>&1", check=False).splitlines()[0]
        self.table.shown("the log after all this is unbroken", verdict, ": whole, " in verdict)
        guest.switch_off()
        guest = self.guest("3-no-card", tomorrow + datetime.timedelta(seconds=5), card=False)
        self.card_plugged_in(guest)
        self.card_pulled_and_plugged_in(guest)
        self.hung(guest)
        self.upgraded(guest)
        guest.switch_off()
        clock_story.booted_in_1970(self, tomorrow + DAY)

    def close(self):
        """Whatever happened: no PC is left running."""
        if self.on:
            self.on.cut_the_power()

    def install(self, guest):
        began = time.monotonic()
        guest.run("dpkg -i /root/loaphuong.deb", timeout=300)
        took = time.monotonic() - began
        state = guest.run("systemctl is-enabled loa; systemctl is-active loa").split()
        self.table.shown("dpkg -i, nothing else there and no network", f"{took:.0f} s, {' and '.join(state)}",
                         state == ["enabled", "active"])
        guest.run("useradd -m -G loa truc")
        guest.run(f"runuser -u truc -- sed -i 's/^  name:.*/  name: Đài thử máy/' {station.HOME}/station.yaml")
        guest.run(f"runuser -u truc -- cp -r /root/audio {station.HOME}/")

    def a_session_on_time(self, guest):
        """One undisturbed session: when the card played, what, and what the log says of it."""
        start = (int(guest.clock() + 40) // 60 + 1) * 60
        station.order(guest, station.two_sessions(start))
        guest.until(start - 5)
        tape = Tape(guest)
        tape.watch(start + 3)
        guest.until(start + 62)
        rows = [row for row in station.log(guest) if row["session"] == "dau"]
        samples = tones.samples_of(guest.recording)
        heard = tones.segments(samples, station.PITCHES)
        late = (tape.played_at(heard[0][1]) - start) * 1000 if heard else float("nan")
        self.table.shown("on the air at the scheduled minute, by the growth of the recording",
                         f"{station.local(start):%H:%M:%S} {late:+.0f} ms", abs(late) < START_MS)
        self.agrees("the session", heard, rows)
        return start

    def agrees(self, what, heard, rows):
        """The order, onsets and lengths of what was heard are those of the log."""
        order = [station.PATHS[pitch] for pitch, _, _ in heard]
        logged = [row["path"] for row in rows if row["aired_at"]]
        self.table.shown(f"{what}: the order heard is the log's", f"{len(heard)} items", order == logged and bool(order))
        if order != logged or not order:
            self.table.told("heard", ", ".join(order))
            self.table.told("logged", ", ".join(logged))
            return
        rows = [row for row in rows if row["aired_at"]]
        onset = max(abs((tone[1] - heard[0][1]) - (row["aired_at"] - rows[0]["aired_at"])) for tone, row in zip(heard, rows))
        length = max(abs((tone[2] - tone[1]) - row["aired_seconds"]) for tone, row in zip(heard, rows))
        self.table.shown(f"{what}: onsets as logged", f"within {onset * 1000:.0f} ms", onset * 1000 < ONSET_MS)
        self.table.shown(f"{what}: lengths as logged", f"within {length * 1000:.0f} ms", length * 1000 < LENGTH_MS)

    def power_cut(self, guest, start):
        guest.until(start + 100)
        cut = guest.clock()
        guest.cut_the_power()
        return cut

    def on_the_air_again(self, guest, start):
        sounding, _ = guest.wait_for(lambda: loud_from(guest.recording, HEADER), 120)
        back = time.monotonic() - guest.started
        self.table.shown("power back: on the air by itself", f"{back:.0f} s after power-on", bool(sounding))
        # The make-ups are over by then. Each question for the log costs this slow PC a good part of its processor.
        guest.until(start + 180 + MADE_UP)
        guest.wait_for(lambda: all(count >= station.AT_LEAST for count in aired(station.log(guest)).values()), 150)
        rows = station.log(guest)
        broken = [row for row in rows if row["outcome"] == "interrupted"]
        before = (tones.segments(tones.samples_of(self.run / "1-installed.wav"), station.PITCHES) or [(None, 0, 0)])[-1]
        self.table.shown("the item the power cut is interrupted, of power",
                         ", ".join(f"{row['path']} {row['outcome']} ({row['reason']})" for row in broken) or "no such row",
                         [(row["path"], row["reason"]) for row in broken] == [(station.PATHS.get(before[0]), "power")])
        if broken:
            heard, logged = before[2] - before[1], broken[0]["aired_seconds"]
            self.table.shown("its row says no more than was heard", f"{logged:.1f} s of {heard:.1f} s",
                             logged <= heard + LENGTH_MS / 1000 and heard - logged < 2)
        made_up = [row for row in rows if row["session"].startswith("phat-bu-") and row["outcome"] == "aired"]
        counts = aired(rows).values()
        self.table.shown("what it swallowed is made up",
                         f"{len(made_up)} airings in {made_up[0]['session'] if made_up else 'no session'}, "
                         f"each file at least {min(counts)} times", bool(made_up) and min(counts) >= station.AT_LEAST)
        after = [row for row in rows if row["aired_at"] and row["aired_at"] > broken[0]["aired_at"]] if broken else []
        self.agrees("after the power cut", tones.segments(tones.samples_of(guest.recording), station.PITCHES), after)

    def card_plugged_in(self, guest):
        guest.wait_for(lambda: guest.run("systemctl is-active loa", check=False) == "active", 30)
        cards = guest.run("cat /proc/asound/cards 2>/dev/null", check=False)
        alarm = station.alarm(guest, "NO SOUND")
        self.table.shown("no sound card at boot: the service runs and says so", alarm or "no alarm",
                         "NO SOUND" in alarm and "USB" not in cards)
        guest.plug_in()
        sounding, after = guest.wait_for(lambda: loud_from(guest.recording, HEADER), 60)
        self.table.shown("a USB card plugged in: on the air", f"after {after:.1f} s", bool(sounding) and after <= PLUGGED_MAX)

    def card_pulled_and_plugged_in(self, guest):
        time.sleep(8)
        had = not station.has_lost_its_card(guest)
        guest.pull_out()
        lost, after = guest.wait_for(lambda: station.has_lost_its_card(guest), 30)
        self.table.shown("the USB card pulled out in mid-item: the station knows", f"after {after:.1f} s", had and bool(lost))
        guest.plug_in_again()
        sounding, after = guest.wait_for(lambda: loud_from(guest.recording, HEADER), 60)
        self.table.shown("plugged in again: back on the air", f"after {after:.1f} s", bool(sounding) and after <= PLUGGED_MAX)

    def hung(self, guest):
        time.sleep(10)
        pid = main_pid(guest)
        guest.run(f"kill -STOP {pid}")
        began = time.monotonic()
        # What the card still had is over long before; what is loud behind this place is new.
        time.sleep(3)
        place = recorded(guest)
        sounding, _ = guest.wait_for(lambda: loud_from(guest.recording, place), 120)
        took = time.monotonic() - began
        self.table.shown("the program hung (SIGSTOP): the watchdog starts it again, and it is on the air",
                         f"after {took:.0f} s", bool(sounding) and main_pid(guest) != pid and took <= HUNG_MAX)

    def upgraded(self, guest):
        time.sleep(5)
        pid, place = main_pid(guest), recorded(guest)
        began = guest.clock()
        guest.run("dpkg -i /root/loaphuong-upgrade.deb", timeout=300)
        done = guest.clock()
        rows = station.log(guest)
        now = guest.run("loa status --json 2>/dev/null")
        self.table.shown("an upgrade in mid-session: the program goes on", f"{done - began:.0f} s, the same process",
                         main_pid(guest) == pid and '"on_air": null' not in now)
        changed, _ = guest.wait_for(lambda: main_pid(guest) not in (pid, "0"), 600)
        rows = [row for row in station.log(guest) if row["aired_at"] and row["ended_at"] and row["ended_at"] > began]
        samples = tones.samples_of(guest.recording)[(place - HEADER) // FRAME:]
        heard = tones.segments(samples, station.PITCHES)
        # The closing is anchored to the end of the session, with silence before it.
        programme = [tone for tone in heard if station.PATHS[tone[0]] != station.CLOSING]
        gap = max((after[1] - before[2] for before, after in zip(programme, programme[1:])), default=float("nan"))
        self.table.shown("the session is heard to its end without a gap",
                         f"{len(heard)} items, longest silence between two {gap * 1000:.0f} ms",
                         gap < 0.1 and station.PATHS[heard[-1][0]] == station.CLOSING if heard else False)
        self.table.shown("every row of it is aired", f"{len(rows)} rows",
                         bool(rows) and all(row["outcome"] == "aired" for row in rows))
        self.table.shown("after the session the new program runs", f"process {pid}, then {main_pid(guest)}", bool(changed))


def aired(rows):
    counts = dict.fromkeys(station.MINISTRY, 0)
    for row in rows:
        if row["path"] in counts and row["outcome"] == "aired":
            counts[row["path"]] += 1
    return counts


def main_pid(guest):
    return guest.run("systemctl show -p MainPID --value loa")
