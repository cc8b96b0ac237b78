"""The rows of one run, and how a figure of theirs is written."""
import json
from statistics import median

NOTHING = "–"


class Found:
    def __init__(self, path):
        with open(path) as file:
            self.rows = [json.loads(line) for line in file]

    def all(self, test, **match):
        return [row for row in self.rows
                if row["test"] == test and all(row.get(key) == value for key, value in match.items())]

    def one(self, test, **match):
        """The row, measured or not; an empty one if there is none."""
        return next(iter(self.all(test, **match)), {})

    def players(self):
        """Everybody of whom anything was measured, in the order of the run; cron's starts stand last."""
        tests = ("start", "joins", "load", "loss")
        names = dict.fromkeys(row["player"] for row in self.rows if row["test"] in tests and row["player"] != "all"
                              and "skipped" not in row)
        return sorted(names, key=lambda name: name.startswith("cron"))

    def best(self, name):
        """Wall seconds that a tool needed for the library, or None."""
        return self.one("analysis", player=name).get("wall_s")


def number(value, digits=1):
    """With a true minus sign, and no minus before zero."""
    text = f"{value:.{digits}f}"
    return text.lstrip("-") if float(text) == 0 else text.replace("-", "−")


def farthest(values):
    """The one farthest from zero."""
    return max(values, key=abs)


def middle_and_worst(values, digits=1):
    return f"{number(median(values), digits)} ms (worst {number(farthest(values), digits)})"


def trouble(row):
    """What a row says instead of a figure."""
    return row.get("failed") or row.get("skipped") or NOTHING


def markdown(head, rows):
    if not rows:
        return "Not measured."
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)
