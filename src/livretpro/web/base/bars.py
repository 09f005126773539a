"""The bar of statuses: how many livrets are red, orange, green (design: always in this order)."""

from dataclasses import dataclass
from itertools import accumulate

PLURALS = {"rouge": "rouges", "orange": "orange", "vert": "verts"}


@dataclass(frozen=True)
class Segment:
    """One colour of a bar; `x` and `width` are SVG lengths, in percent of the bar."""

    colour: str
    x: str
    width: str


@dataclass(frozen=True)
class Bar:
    """The counts behind a bar; `name` begins the sentence read aloud (`TMELEC1`)."""

    name: str
    rouge: int
    orange: int
    vert: int

    @property
    def sentence(self) -> str:
        """`TMELEC1 : 9 rouges, 15 orange, 1 vert`."""
        words = (f"{n} {PLURALS[c] if n > 1 else c}" for c, n in self._counts())
        return f"{self.name} : {', '.join(words)}"

    @property
    def segments(self) -> list[Segment]:
        """The colours that have a livret, with their place; empty without any livret."""
        total = self.rouge + self.orange + self.vert
        ends = accumulate(n for _, n in self._counts())
        return [
            Segment(colour, x=_percent(end - n, total), width=_percent(n, total))
            for (colour, n), end in zip(self._counts(), ends, strict=True)
            if n
        ]

    def _counts(self) -> tuple[tuple[str, int], ...]:
        return (("rouge", self.rouge), ("orange", self.orange), ("vert", self.vert))


def _percent(part: int, total: int) -> str:
    return f"{100 * part / total:.2f}%"
