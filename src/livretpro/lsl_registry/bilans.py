"""The bilan of an import, from what its lines kept: it never changes (spec 07, Bilan)."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db import transaction
from django.db.models import Count, Func, IntegerField, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

import lsl_rules
from livretpro.journal import actions as journal
from livretpro.lsl_registry.models import (
    Import,
    ImportLine,
    ImportState,
    KeptBilan,
    LineStatus,
    RecordVersion,
)
from livretpro.lsl_registry.permissions import allow_reading
from livretpro.lsl_registry.told import findings_of
from livretpro.schools.actors import Actor
from lsl_rules import Code, Finding, Judged, Report, Status

IN_SIGHT = 50
SHOWN = 4
"""Characters of an INE that a page shows."""
SOURCE = "Registre de répétition, sans lien avec LSL"
"""What a bilan and each page of the Registre say of it."""
WITHOUT_DIVISION = (
    "Le fichier n’annonce pas de division et aucune n’a été choisie : que ses élèves sont de la "
    "division, et lesquels y manquent, n’a pas été contrôlé."
)
MOST = 500
"""Pupils, and findings, that the page of an import shows: many times those of a division."""


@dataclass(frozen=True)
class FindingRow:
    """A finding beside the pupil it is about."""

    line: ImportLine
    finding: Finding

    @property
    def value(self) -> str:
        """The value received; an INE but for its end is hidden."""
        text = self.finding.value
        if self.finding.code is Code.REJLSL_E03:
            return f"{'•' * max(len(text) - SHOWN, 0)}{text[-SHOWN:]}"
        return text


@dataclass(frozen=True)
class Tally:
    """An import and its pupils by what became of them so far, without their lines."""

    received: Import
    imported: int
    partial: int
    rejected: int


@dataclass(frozen=True)
class Listed:
    """Imports, newest first; `older` is the last one when others stand before it."""

    rows: Sequence[Tally]
    older: int | None

    @property
    def running(self) -> int:
        """How many of them are not over."""
        return sum(one.received.running for one in self.rows)


@dataclass(frozen=True)
class Seen:
    """An import with its pupils so far, those of whom something is said, and its counters: pupils
    by status, `read` being their sum, then items by what was done. `wrote`: it changed a record."""

    received: Import
    lines: tuple[ImportLine, ...]
    told: tuple[ImportLine, ...]
    counts: Mapping[str, int]
    wrote: bool

    @cached_property
    def refusals(self) -> tuple[Finding, ...]:
        """Why the file is refused whole."""
        return findings_of(self.received.refusals)

    @cached_property
    def absent(self) -> tuple[Finding, ...]:
        """Pupils of the division who are not in the file."""
        return findings_of(self.received.absent)

    @property
    def absent_names(self) -> list[str]:
        """Their names, as they stood that day."""
        return [one["nom"] for one in self.received.absent]

    @property
    def stopped(self) -> str:
        """How far an import that was broken off went; empty for the others."""
        received = self.received
        if received.state != ImportState.BROKEN:
            return ""
        done = f"{received.done} élève{'s' if received.done > 1 else ''}"
        return f"Import interrompu : {done} sur {received.total}."

    @cached_property
    def findings(self) -> list[FindingRow]:
        """What is said of each pupil, in the order of the file."""
        return [
            FindingRow(line, finding)
            for line in self.told
            for finding in findings_of(line.findings)
        ]

    @property
    def first_findings(self) -> list[FindingRow]:
        """Those that a page shows."""
        return self.findings[:MOST]

    @property
    def cut(self) -> bool:
        """Whether a page does not show it whole."""
        return len(self.lines) < self.counts["read"] or len(self.findings) > MOST

    @property
    def unchecked(self) -> str:
        """What could not be checked, for want of knowing the division of the file; empty when all
        was."""
        received = self.received
        judged = bool(received.done) and not received.refusals
        return WITHOUT_DIVISION if judged and not (received.division or received.chosen) else ""

    @property
    def changed_nothing(self) -> bool:
        """Whether it is over, and no record of its pupils is another one than before."""
        return not self.received.running and bool(self.lines) and not self.wrote

    @property
    def stood_already(self) -> bool:
        """Whether, besides, all that the file says is taken: the same file again."""
        whole = self.received.state == ImportState.DONE
        return self.changed_nothing and whole and self.counts["imported"] == self.counts["read"]

    def report(self) -> Report:
        """What the commands give as JSON."""
        judged = (
            Judged(line.eleve_id, Status(line.status), findings_of(line.findings), None)
            for line in self.lines
        )
        return Report(self.refusals, tuple(judged), self.absent)


def import_of(pk: int, *, by: Actor) -> Import | None:
    """An import of the school: one query."""
    return Import.objects.visible_to(by).filter(pk=pk).select_related("school").first()


def imports_of(*, before: int | None = None, by: Actor) -> Listed:
    """The imports of the school, the last ones or those older than one: one query, whatever the
    number of pupils."""
    held = Import.objects.visible_to(by)
    wanted = held if before is None else held.filter(pk__lt=before)
    found = [_tally(one) for one in _counted(wanted)[: IN_SIGHT + 1]]
    rows = found[:IN_SIGHT]
    return Listed(rows, rows[-1].received.pk if len(found) > IN_SIGHT else None)


def tally_of(pk: int, *, by: Actor) -> Tally | None:
    """An import of the school, counted: one query."""
    found = _counted(Import.objects.visible_to(by).filter(pk=pk)).first()
    return _tally(found) if found else None


_COUNTED = {
    "imported": LineStatus.IMPORTED,
    "partial": LineStatus.PARTIAL,
    "rejected": LineStatus.REJECTED,
}
_ITEMS = ("created", "overwritten", "unchanged")


def _counted(imports: QuerySet[Import]) -> QuerySet[Import]:
    by_status = {
        name: Count("lines", filter=Q(lines__status=status)) for name, status in _COUNTED.items()
    }
    return imports.annotate(**by_status).order_by("-pk")


def _tally(received: Import) -> Tally:
    return Tally(received, **{name: getattr(received, name) for name in _COUNTED})


def seen(received: Import) -> Seen:
    """An import with what became of each pupil so far: one query, two when no item tells by itself
    that a record changed."""
    lines = tuple(received.lines.all())
    by_status = Counter(line.status for line in lines)
    counts = {"read": len(lines)} | {name: by_status[one] for name, one in _COUNTED.items()}
    counts |= {item: sum(getattr(line, item) for line in lines) for item in _ITEMS}
    told = tuple(line for line in lines if line.findings)
    return Seen(received, lines, told, counts, _wrote(received, counts))


def glanced(received: Import) -> Seen:
    """The same for a page, with the first pupils of a large file alone, and the first of whom
    something is said: two queries more."""
    if received.total <= MOST:
        return seen(received)
    counts: dict[str, int] = received.lines.aggregate(
        read=Count("pk"),
        **{name: Count("pk", filter=Q(status=status)) for name, status in _COUNTED.items()},
        **{item: Coalesce(Sum(item), 0) for item in _ITEMS},
    )
    told = tuple(received.lines.exclude(findings=[])[:MOST])
    return Seen(
        received, tuple(received.lines.all()[:MOST]), told, counts, _wrote(received, counts)
    )


def _wrote(received: Import, counts: Mapping[str, int]) -> bool:
    told = counts["created"] or counts["overwritten"]
    return bool(told) or RecordVersion.objects.filter(received=received).exists()


def bilan_of(found: Seen) -> lsl_rules.Bilan:
    """The bilan as a file tells it; of an import that is over."""
    received = found.received
    header = lsl_rules.BilanHeader(
        uai=received.school.uai,
        school=received.school.name,
        file_name=received.file_name,
        sha256=received.sha256,
        publisher=received.publisher,
        application=received.application,
        schema_version=received.profile,
        at=f"{timezone.localtime(received.ended_at):%d/%m/%Y %H:%M:%S}",
        author=received.author_name,
        source=SOURCE,
        refusals=found.refusals,
        unchecked=found.unchecked,
        stopped=f"{found.stopped} {received.failure}".strip(),
        **found.counts,
    )
    return lsl_rules.Bilan(header, tuple(map(_pupil, found.lines)), found.absent)


def _pupil(line: ImportLine) -> lsl_rules.BilanPupil:
    return lsl_rules.BilanPupil(
        rank=line.rank,
        eleve_id=line.eleve_id,
        ine=line.ine,
        last_name=line.last_name,
        first_name=line.first_name,
        division=line.division,
        mef=line.mef,
        years=line.years,
        status=Status(line.status),
        findings=findings_of(line.findings),
    )


class NotOver(Exception):
    """The bilan is asked for before its end."""

    phrase = "L’import n’est pas terminé : le bilan sera prêt à la fin du traitement."


def bilan_name(received: Import) -> str:
    """`LSL_Bilan_import_AAAA-MM-JJ.xls`, then `-2`, `-3` that day. Raises `NotOver`."""
    if received.bilan_day is None or received.bilan_rank is None:
        raise NotOver
    return lsl_rules.bilan_name(received.bilan_day, received.bilan_rank)


@transaction.atomic
def export_bilan(received: Import, *, by: Actor) -> bytes:
    """The bilan as an `.xls` file; the journal tells who takes it away. Raises `NotAllowed`,
    `NotOver`."""
    allow_reading(by)
    name = bilan_name(received)
    kept = KeptBilan.objects.filter(received=received).values_list("content", flat=True).first()
    content = bytes(kept) if kept is not None else _written(received)
    change = journal.Change("telecharge", "import_lsl", str(received.pk), name)
    journal.record([change], school_uai=by.school.uai, by=by.author)
    return content


def _written(received: Import) -> bytes:
    return lsl_rules.write_bilan(bilan_of(seen(received)))


@transaction.atomic
def keep_bilan(import_id: int) -> None:
    """Write the `.xls` of a large file that is over, unless it is kept: it takes seconds, which
    nobody then waits for. One that a sheet would not hold whole is left to who asks for it: writing
    it takes the memory of all its findings. The import is held meanwhile, so that an erasure of one
    of its pupils comes before or after."""
    large = Import.objects.filter(total__gt=MOST, workbook=None).exclude(state=ImportState.RUNNING)
    held = large.select_for_update(no_key=True, of=("self",)).select_related("school")
    received = held.filter(pk=import_id).first()
    if received is not None and _fits_a_sheet(received):
        kept = KeptBilan(received=received, content=_written(received))
        KeptBilan.objects.bulk_create([kept], ignore_conflicts=True)


def _fits_a_sheet(received: Import) -> bool:
    """Whether its pupils, and its findings, are no more than the lines of a sheet: one query."""
    findings = Func("findings", function="jsonb_array_length", output_field=IntegerField())
    held: dict[str, int] = received.lines.aggregate(
        pupils=Count("pk"), findings=Coalesce(Sum(findings), 0)
    )
    return max(held["pupils"], held["findings"]) < lsl_rules.MAX_LINES
