"""The station that is installed on the PC: tones for a programme, one schedule a day, and its log."""
import base64
import csv
import datetime
import io

import tones

HOME = "/var/lib/loa"
ZONE = datetime.timezone(datetime.timedelta(hours=7))
OPENING, CLOSING = "jingles/opening.wav", "jingles/closing.wav"
MINISTRY = {f"ministry/{number:02}.wav": (500 + 100 * number, 5.5 + 0.5 * number) for number in range(1, 7)}
ITEMS = {OPENING: (500, 2.0), CLOSING: (400, 2.0), **MINISTRY}
PITCHES = [pitch for pitch, _ in ITEMS.values()]
PATHS = {pitch: path for path, (pitch, _) in ITEMS.items()}
AT_LEAST = 3


def make_audio(folder, items=None):
    for path, (pitch, seconds) in (items or ITEMS).items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        tones.write(file, pitch, seconds)


def two_sessions(start):
    """A minute, then twenty seconds of nothing, then a minute and a half; make-ups from the third minute on."""
    first, second = local(start), local(start + 80)
    make_up = "-".join(f"{local(start + seconds):%H:%M}" for seconds in (180, 1_800))
    return (f"title: Thử máy\nsessions:\n{session('dau', first, '1m')}{session('sau', second, '90s')}"
            f"obligations:\n  - {{ set: ministry, at_least: {AT_LEAST}, per: day, make_up: [\"{make_up}\"] }}\n")


def one_session(start, minutes):
    return f"title: Thử máy\nsessions:\n{session('dai', local(start), f'{minutes}m', ', fill: true')}"


def session(name, start, length, fill=""):
    return (f"  - id: {name}\n    cron: \"{start:%-S %-M %-H} * * *\"\n    length: {length}\n    rundown:\n"
            f"      - {{ play: {OPENING} }}\n      - {{ pick: ministry{fill} }}\n      - {{ play: {CLOSING}, anchor: end }}\n")


def local(seconds):
    return datetime.datetime.fromtimestamp(seconds, ZONE)


def order(guest, schedule):
    """Writes the schedule, as an operator."""
    text = base64.b64encode(schedule.encode()).decode()
    guest.run(f"runuser -u truc -- sh -c 'echo {text} | base64 -d > {HOME}/schedules/hang-ngay.yaml'")


def knows_its_files(guest):
    """Whether every file of the programme was looked at since it was copied: only then is it planned."""
    return f'"playable": {len(MINISTRY)},' in guest.run("loa library --json 2>/dev/null", check=False)


def alarm(guest, words):
    """The open alarm that says so; nothing if there is none."""
    return guest.run(f"loa --lang en status 2>&1 | grep -m1 '^!.*{words}'", check=False)


def has_lost_its_card(guest):
    return '"lost": true' in guest.run("loa status --json 2>/dev/null", check=False)


def head(guest):
    """The last row of the log with its seal, as `loa log verify` prints it."""
    return guest.run("loa log verify | grep -o 'LOA:.*'")


def holds(guest, head):
    """Whether the log is whole and holds that row."""
    return guest.ask(f"loa log verify --head {head}")[1] == 0


def whole_log(guest):
    """Every row."""
    rows = list(csv.DictReader(io.StringIO(guest.run("loa log --format csv 2>/dev/null"))))
    for row in rows:
        for moment in ("planned_at", "aired_at", "ended_at"):
            row[moment] = datetime.datetime.fromisoformat(row[moment]).timestamp() if row[moment] else None
        row["aired_seconds"] = float(row["aired_seconds"] or 0)
    return rows


def log(guest):
    """The rows about items of the programme."""
    return [row for row in whole_log(guest) if row["path"] in ITEMS]
