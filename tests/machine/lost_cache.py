"""Cuts with a lost drive cache: the writes of one session are replayed up to a hundred cuts, and the station's log is looked at
after each.

The station's home lies on a disk of its own, whose writes the emulator keeps. Behind the file system, on the same disk, the PC
notes again and again which row `loa log verify` shows as the last. A note is one write without a flush. So the order of the
writes says which rows were acknowledged when, and nobody but the station asks the drive to keep anything."""
import os
import random
import sqlite3
import subprocess
import time

import replay
import station
from guest import Lost, writes_of
from stories import EIGHT_IN_THE_MORNING, Stories

CUTS, MINUTES = 100, 4
# Room enough for the archive, which leaves 512 MB free.
FILE_SYSTEM = 1 << 30
DISK = "/dev/disk/by-id/virtio-logged"
SHORT_ITEMS = {path: (pitch, 0.8 + 0.1 * number) for number, (path, (pitch, _)) in enumerate(station.ITEMS.items())}
MOVE = (f"systemctl stop loa && mount {DISK} /mnt && cp -a {station.HOME}/. /mnt/ && chown --reference={station.HOME} /mnt"
        f" && chmod --reference={station.HOME} /mnt && umount /mnt && mount {DISK} {station.HOME} && sync && systemctl start loa")
NOTE = (f"while head=$(loa log verify | grep -o LOA:.*); do printf %-512s $head |"
        f" dd of={DISK} bs=512 seek={FILE_SYSTEM // 512} oflag=direct conv=notrunc iflag=fullblock status=none; done")


def endure(kept, run, table, program):
    image = run / "home.img"
    empty_disk(image)
    stories = Stories(kept, run, table)
    try:
        guest = stories.guest("session", EIGHT_IN_THE_MORNING, logged=image)
        stories.install(guest)
        guest.wait_for(lambda: station.knows_its_files(guest), 120)
        guest.run(MOVE, timeout=120)
        start = guest.clock() + 30
        station.order(guest, station.one_session(start, MINUTES + 1))
        guest.run(f"systemd-run -q --unit=notes bash -c '{NOTE}'")
        guest.until(start + 60 * MINUTES)
    finally:
        stories.close()
    log = replay.Log(writes_of(image))
    notes = [(number, note.decode().strip()) for number, note in log.at(FILE_SYSTEM)]
    if not notes:
        raise Lost("nothing was noted")
    table.told("the session", f"{len(log.writes)} writes, {log.flushes()} flushes, {len(notes)} notes of {row_of(notes[-1][1])} rows")
    looks = [look(seed, log, notes, run, program) for seed in range(1, CUTS + 1)]
    for seed, (_, _, wrong) in enumerate(looks, 1):
        if wrong:
            table.shown(f"replay {seed}", wrong, False)
    acknowledged, broken = sum(rows for rows, _, _ in looks), sum(bool(wrong) for _, _, wrong in looks)
    table.shown(f"{CUTS} cuts with a lost drive cache: file system, database and log are whole, with every row acknowledged",
                f"{broken} broken; {acknowledged} rows looked for", not broken)
    table.told("sectors that were written and lost", f"{sum(lost for _, lost, _ in looks)}")


def empty_disk(image):
    subprocess.run(["mke2fs", "-q", "-F", "-t", "ext4", "-E", "lazy_itable_init=0,lazy_journal_init=0", image,
                    f"{FILE_SYSTEM >> 10}k"], check=True, stdout=subprocess.DEVNULL)
    # The notes lie behind the file system.
    os.truncate(image, FILE_SYSTEM + (1 << 20))
    subprocess.run(["cp", "--sparse=always", image, fresh(image)], check=True)


def fresh(image):
    """The same disk before anything was written to it."""
    return image.with_suffix(".fresh")


def row_of(head):
    return int(head.split(":")[1])


def look(seed, log, notes, run, program):
    """One cut somewhere behind the first note: how many rows were acknowledged by then, how many sectors were lost, and what is
    wrong with what the drive holds."""
    chance = random.Random(seed)
    image, home = run / "after.img", run / "after"
    subprocess.run(["cp", "--sparse=always", fresh(run / "home.img"), image], check=True)
    cut = chance.randrange(notes[0][0] + 1, len(log.writes) + 1)
    lost = log.replay(image, cut, chance)
    head = [head for number, head in notes if number < cut][-1]
    wrong = wrong_with(image, home, head, program)
    if wrong:
        image.rename(run / f"wrong-{seed}.img")
    return row_of(head), lost, wrong


def wrong_with(image, home, head, program):
    """What is wrong after the cut, as people would find it: the file system is mended, the home is looked at, the station
    takes it up again."""
    mended = subprocess.run(["e2fsck", "-fp", image], capture_output=True, text=True)
    if mended.returncode > 1:
        return f"e2fsck: {mended.stdout}{mended.stderr}"
    subprocess.run(["rm", "-rf", home], check=True)
    home.mkdir()
    subprocess.run(["debugfs", "-R", f"rdump / {home}", image], check=True, capture_output=True)
    # Accounts of the PC are not those of this computer, and root starts no station of somebody else's.
    subprocess.run(["chown", "-R", "root:root", home], check=True)
    settings = home / "station.yaml"
    settings.write_text(settings.read_text().replace("device: default", "device: silent"))

    def verify():
        said = loa(program, home, "log", "verify", "--head", head)
        return f"{said.stdout}{said.stderr}" if said.returncode else None

    if said := verify():
        return f"as it lies there: {said}"
    running = subprocess.Popen([program, "--home", home, "run"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 30
        while '"state": "off"' in (now := loa(program, home, "status", "--json")).stdout or now.returncode:
            if time.monotonic() > until or running.poll() is not None:
                return "the station does not start"
            time.sleep(0.05)
    finally:
        running.terminate()
        running.wait()
    if said := verify():
        return f"taken up: {said}"
    with sqlite3.connect(home / "data/loa.db") as db:
        found = db.execute("PRAGMA integrity_check").fetchone()[0]
        _, row, seal = head.split(":")
        held = db.execute("SELECT entry_hash FROM log WHERE row_id = ?", (row,)).fetchone()
    return None if (found, held) == ("ok", (seal,)) else f"database: {found}, row {row}: {held}"


def loa(program, home, *words):
    return subprocess.run([program, "--home", home, "--lang", "en", *words], capture_output=True, text=True)
