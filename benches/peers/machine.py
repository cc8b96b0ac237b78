"""On what, of what and when it was measured."""
import datetime
import os
import platform
import subprocess

PACKAGES = ("liquidsoap", "mpd", "mpc", "mpv", "mpg123", "cron", "loudgain", "ffmpeg", "pulseaudio")


def facts(loa):
    return {"test": "run", "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
            "load": round(os.getloadavg()[0], 1), "lifted": "BENCH_LIFT" in os.environ,
            "cpu": cpu(), "cores": os.cpu_count(), "kernel": ".".join(platform.release().split(".")[:2]), "system": system(),
            "loa": said([loa, "--version"]), "commit": commit(),
            "peers": {name: version for name in PACKAGES if (version := package(name))}}


def said(command):
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=10, check=True).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return ""


def package(name):
    """The version that the package manager tells, or none."""
    return said(["dpkg-query", "-W", "-f", "${Version}", name])


def commit():
    changed = "" if not said(["git", "status", "--porcelain", "--untracked-files=no"]) else ", with changes"
    return (said(["git", "rev-parse", "--short=10", "HEAD"]) or "not in git") + changed


def cpu():
    with open("/proc/cpuinfo") as file:
        return next((line.split(":", 1)[1].strip() for line in file if line.startswith("model name")), "unknown")


def system():
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError, AttributeError):
        return platform.system()
