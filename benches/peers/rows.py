"""The rows of a run, as JSON lines; one that cannot be measured says why, and the run goes on."""
import json
import signal
import sys


class Unmeasured(Exception):
    """Not to be measured here and now, and no fault of the player's."""


class Rows:
    def __init__(self, path, limit):
        """`limit`: seconds after which a measurement is given up, if it names none of its own."""
        self.path, self.limit = path, limit
        open(path, "w").close()

    def add(self, *rows):
        with open(self.path, "a") as file:
            for row in rows:
                line = json.dumps(row, ensure_ascii=False)
                print(f"   {line}", file=sys.stderr, flush=True)
                file.write(line + "\n")

    def measure(self, test, player, measurement, limit=None):
        """Adds what a measurement finds, one row or several; or that it failed, and why."""
        try:
            with given_up_after(limit or self.limit):
                found = measurement()
            self.add(*(found if isinstance(found, list) else [found]))
        except Unmeasured as reason:
            self.add({"test": test, "player": player, "skipped": str(reason)})
        except Exception as error:
            self.add({"test": test, "player": player, "failed": f"{type(error).__name__}: {error}"})


class given_up_after:
    """A measurement that hangs, in whatever it waits for, is an error after so many seconds."""

    def __init__(self, seconds):
        self.seconds = int(seconds)

    def __enter__(self):
        signal.signal(signal.SIGALRM, self.give_up)
        signal.alarm(self.seconds)

    def __exit__(self, *_):
        signal.alarm(0)

    def give_up(self, *_):
        raise TimeoutError(f"not done in {self.seconds} s")
