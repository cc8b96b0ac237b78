"""Programs that the bench starts and ends: each in a session of its own, and no other is ever touched."""
import os
import shutil
import signal
import subprocess
from contextlib import suppress

CHRT = ["chrt", "--fifo", "5"]


def urgent(command):
    """The command, run so that others do not keep it waiting, where that is allowed. For the sound card and its
    recorder only, which in life have no load to suffer from; never for a player."""
    allowed = shutil.which("chrt") and subprocess.run([*CHRT, "true"], capture_output=True).returncode == 0
    return [*CHRT, *command] if allowed else list(command)


def lift(pid):
    """With BENCH_LIFT set (root), lifts a program's session over other work on a busy machine: every player and the bench
    alike. Each session is a scheduling group of its own on most kernels, so that plain nice would not do it."""
    if "BENCH_LIFT" in os.environ:
        with suppress(FileNotFoundError, ProcessLookupError), open(f"/proc/{pid}/autogroup", "w") as group:
            group.write("-15")


def lift_the_bench():
    """The recorder's reader is in this process, so it goes into a session of its own and is lifted too."""
    if "BENCH_LIFT" in os.environ and os.getpgrp() != os.getpid():
        os.setsid()
        lift(os.getpid())


def start(command, env=None, log=None, **more):
    """Starts an argument list in a session of its own; what it says goes to the end of the file `log`."""
    into = open(log, "ab") if log else subprocess.DEVNULL
    try:
        process = subprocess.Popen(command, env=env, start_new_session=True,
                                   **{"stdin": subprocess.DEVNULL, "stdout": into, "stderr": into, **more})
        lift(process.pid)
        return process
    finally:
        if log:
            into.close()


def end(process):
    """Ends a started program and all that it started: first asked, after three seconds made to."""
    for how in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, how)
            process.wait(3)
        except (ProcessLookupError, subprocess.TimeoutExpired):
            pass
    process.wait()


def run(command, env=None, log=None, timeout=30, check=True):
    """Runs a command to its end and returns what it printed; one that does not end is an error like one that fails."""
    with open(log or os.devnull, "ab") as into:
        return subprocess.run(command, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=into,
                              text=True, timeout=timeout, check=check).stdout
