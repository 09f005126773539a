"""What a scenario asks and what it found."""

from dataclasses import dataclass, field
from random import Random

from soak.instance import Instance


@dataclass(frozen=True)
class Task:
    """An instance at work, how many times to play, and the chance that decides (seeded)."""

    instance: Instance
    count: int
    chance: Random


@dataclass(frozen=True)
class Measure:
    """One line of the table; no `faults`: the figure is reached. Each fault is one sentence."""

    scenario: str
    asked: str
    measured: str
    faults: list[str] = field(default_factory=list)

    @property
    def reached(self) -> bool:
        """Whether nothing was found."""
        return not self.faults
