"""What every measurement is given: where things are, how often, how long; and cards and players with folders of their own."""
import itertools
import os
from dataclasses import dataclass, field

from card import Card


@dataclass
class Bench:
    loa: str
    audio: str
    logs: str
    scratch: str
    reps: int         # starts of each player
    rounds: int       # of everything else that is done more than once
    seconds: float    # of playing and of idling
    patience: float   # seconds that one listens for the return of the sound
    folders: itertools.count = field(default_factory=itertools.count)

    def folder(self, name):
        path = f"{self.scratch}/{next(self.folders)}-{name}"
        os.makedirs(path)
        return path

    def card(self, warm=True):
        return Card(self.folder("card"), warm)

    def player(self, kind, card):
        return kind(self, card, self.folder(kind.__name__.lower()))
