"""The export screen: each division of a diploma, its last version, and what changed since."""

from dataclasses import dataclass, replace

from livretpro.lsl_export.candidates import Candidate, candidates
from livretpro.lsl_export.changes import differences, group_figures, pupils_changed
from livretpro.lsl_export.mapping import NoCode
from livretpro.lsl_export.models import ExportVersion
from livretpro.lsl_export.queries import Preparation, options_of, preparations, versions
from livretpro.lsl_export.transmitted import pupils_sent
from livretpro.referentiels.models import Diploma
from livretpro.referentiels.queries import NoNomenclature
from livretpro.schools.actors import Actor
from livretpro.schools.models import SchoolYear


@dataclass(frozen=True)
class DivisionExport:
    """A division and its last version.

    `changed` counts the livrets that the file would say otherwise now, None without version or
    without nomenclature; `figures` tells that those of a group would differ, `same` that the file
    would be the same to the byte; `gone` counts
    the pupils whom an earlier file carried and who would not be in this one.
    """

    prepared: Preparation
    last: ExportVersion | None = None
    changed: int | None = None
    figures: bool = False
    same: bool = False
    gone: int = 0

    @property
    def since(self) -> str:
        """What changed since the last version, in words; empty when nothing can be told."""
        if self.last is None or self.changed is None:
            return ""
        depuis = f"depuis la version {self.last.number}"
        if self.same:
            return f"rien n’a changé {depuis}"
        if not self.changed and self.figures:
            return f"seuls les chiffres du groupe ont changé {depuis}"
        if not self.changed:
            return f"aucune valeur de livret n’a changé {depuis} (un INE, ou l’ordre des élèves)"
        if self.changed == 1:
            return f"un livret a changé {depuis}"
        return f"{self.changed} livrets ont changé {depuis}"


@dataclass(frozen=True)
class Board:
    """The divisions by code; `trouble` says why no file can be made at all, empty otherwise."""

    divisions: tuple[DivisionExport, ...]
    trouble: str = ""

    def count(self, level: str) -> int:
        """How many livrets of a level the diploma has."""
        sheets = [s for d in self.divisions for s in d.prepared.sheets]
        return sum(sheet.content.level == level for sheet in sheets)


def board(year: SchoolYear, diploma: Diploma, *, by: Actor) -> Board:
    """Every division of a diploma: ten queries, whatever their number.

    One more when the nomenclature knows none of the MEF, about eight more when a last version
    holds livrets of première.
    """
    prepared = preparations(year, diploma, by=by)
    held = versions(year, diploma.cfd, by=by)
    last = {division: found[0] for division, found in held.items()}
    asked = [(p, options_of(last[p.division.pk])) for p in prepared if p.division.pk in last]
    try:
        made = candidates(asked, by=by)
    except (NoCode, NoNomenclature) as refusal:
        found = tuple(DivisionExport(p, last.get(p.division.pk)) for p in prepared)
        return Board(found, refusal.phrase)
    former, sent = _contents(last, made), pupils_sent(held)
    rows = (_row(p, last, made, former) for p in prepared)
    return Board(tuple(replace(row, gone=_gone(row.prepared, sent)) for row in rows))


def _gone(prepared: Preparation, sent: dict[int, set[int]]) -> int:
    """How many pupils were sent and would not be in the file; nobody when there can be none."""
    kept = {sheet.enrolment.student_id for sheet in prepared.included}
    return len(sent.get(prepared.division.pk, set()) - kept) if kept else 0


def _contents(last: dict[int, ExportVersion], made: dict[int, Candidate]) -> dict[int, bytes]:
    """The bytes of the last versions that would not be the same now, by division."""
    other = [v.pk for key, v in last.items() if key in made and made[key].sha256 != v.sha256]
    rows = ExportVersion.objects.filter(pk__in=other).values_list("division_id", "content")
    return {division: bytes(content) for division, content in rows}


def _row(
    prepared: Preparation,
    last: dict[int, ExportVersion],
    made: dict[int, Candidate],
    former: dict[int, bytes],
) -> DivisionExport:
    key = prepared.division.pk
    if key not in made:
        return DivisionExport(prepared)
    if key not in former:
        return DivisionExport(prepared, last[key], changed=0, same=True)
    found = differences(former[key], made[key].content)
    figures = bool(group_figures(found))
    return DivisionExport(prepared, last[key], pupils_changed(found), figures=figures)
