"""The prerequisites as the screen shows them (design 07)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.urls import reverse

from livretpro.bulletins.prerequisites import Line, Repair, State
from livretpro.bulletins.queries.facts import Checked
from livretpro.schools.models import Division

COLOURS = {
    State.OK: "vert",
    State.WARNING: "orange",
    State.BLOCKING: "rouge",
    State.OUTSIDE: "",
}
WORDS = {
    State.OK: "Réussi",
    State.WARNING: "Avertissement",
    State.BLOCKING: "Bloquant",
    State.OUTSIDE: "Sans objet",
}


@dataclass(frozen=True)
class LineRow:
    """One check: its mark, word, name, sentence; `address` of the page it leads to, if any."""

    line: Line
    address: str

    @property
    def colour(self) -> str:
        """That of its mark, empty without one."""
        return COLOURS[self.line.state]

    @property
    def word(self) -> str:
        """Beside its mark."""
        return WORDS[self.line.state]


@dataclass(frozen=True)
class CheckRow:
    """A division: what is wrong first, then what passed."""

    division: Division
    sector: str
    wrong: tuple[LineRow, ...]
    passed: tuple[LineRow, ...]

    @property
    def blocking(self) -> int:
        """How many lines are to be repaired before the import."""
        return sum(row.line.state is State.BLOCKING for row in self.wrong)

    @property
    def outside(self) -> bool:
        """Whether the import does not concern it."""
        return any(row.line.state is State.OUTSIDE for row in self.wrong)

    @property
    def ready(self) -> bool:
        """Whether the import may begin."""
        return not self.blocking and not self.outside

    @property
    def colour(self) -> str:
        """The worst of its lines, empty for one that the import does not concern."""
        if self.outside:
            return ""
        if self.blocking:
            return "rouge"
        return "orange" if self.wrong else "vert"

    @property
    def state(self) -> str:
        """In words."""
        if self.outside:
            return "Sans bilan dans CPRO"
        if self.blocking:
            return f"Bloquée par {self.blocking} point{'s' if self.blocking > 1 else ''}"
        count = len(self.wrong)
        return f"Prête, avec {count} avertissement{'s' if count > 1 else ''}" if count else "Prête"


def check_rows(checked: Sequence[Checked], uai: str) -> list[CheckRow]:
    """A row a division."""
    return [
        CheckRow(
            one.division,
            one.sector,
            tuple(_rows(one, uai, passed=False)),
            tuple(_rows(one, uai, passed=True)),
        )
        for one in checked
    ]


def _rows(checked: Checked, uai: str, *, passed: bool) -> Iterator[LineRow]:
    for line in checked.lines:
        if (line.state is State.OK) is passed:
            repair = line.repair
            yield LineRow(line, _address(repair, uai, checked.division) if repair else "")


def _address(repair: Repair, uai: str, division: Division) -> str:
    """The page where a person decides, for the repairs that are one."""
    names = {
        Repair.CHOOSE_SECTOR: "bulletins:classes",
        Repair.SEE_FRAMES: "bulletins:frames",
        Repair.CONNECT: "bulletins:connection",
        Repair.RETRY: "bulletins:cpro",
    }
    if repair is Repair.SEE_PUPILS:
        return reverse("bulletins:pupils", args=[uai, division.pk])
    return reverse(names[repair], args=[uai]) if repair in names else ""


def lead(rows: Sequence[CheckRow]) -> tuple[str, str]:
    """The first sentence of the page: what is ready, then what blocks."""
    concerned = [row for row in rows if not row.outside]
    ready = sum(row.ready for row in concerned)
    points = sum(row.blocking for row in concerned)
    plural = "s" if ready > 1 else ""
    verb = "sont prêtes" if ready > 1 else "est prête"
    first = f"{ready} division{plural} sur {len(concerned)} {verb}."
    blocked, outside = len(concerned) - ready, len(rows) - len(concerned)
    rest = []
    if blocked:
        one = "est bloquée" if blocked == 1 else "sont bloquées"
        what = "point" if points == 1 else "points"
        rest.append(f"{blocked} {one} par {points} {what}, à réparer ici.")
    if outside:
        rest.append(f"{outside} {'n’a' if outside == 1 else 'n’ont'} pas de bilan dans CPRO.")
    return first, " ".join(rest)
