"""What the bilans of LSL say, for the pages: their list, one of them, a livret, a class, boards.

A bilan speaks of the newest version of its division and diploma, or is about one that is replaced:
then it is kept and read, and no livret shows it (spec 07, Round trip).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject

from livretpro.livrets.status import Colour
from livretpro.lsl_export.models import (
    ExportedPupil,
    ExportVersion,
    Outcome,
    ReturnedBilan,
    ReturnedPupil,
)
from livretpro.lsl_export.returned_rows import Said
from livretpro.schools.actors import Actor
from livretpro.schools.models import Division, Enrolment, SchoolYear
from livretpro.schools.queries import pupil_names, pupils_of_diploma

ABSENT = "INFLSL_01"
CARRIED = [colour.value for colour in Colour if colour.exportable]
"""The statuses of the livrets that a version carries."""
MAX_CHOICES = 100


@dataclass(frozen=True)
class BilanRow:
    """A bilan in a list; `replaced_by` is the number of the newest version when it is another."""

    bilan: ReturnedBilan
    replaced_by: int | None


@dataclass(frozen=True)
class PupilSeen:
    """A pupil of a bilan; `enrolment` leads to the livret, None for somebody who is elsewhere."""

    row: ReturnedPupil
    enrolment: Enrolment | None

    @property
    def name(self) -> str:
        """Who it is, as we know them, else as the bilan does."""
        if self.row.student:
            return str(self.row.student)
        return self.row.name or f"Élève {self.row.siecle_id or 'sans identifiant'}"

    @property
    def said(self) -> list[Said]:
        """What LSL says of them."""
        return said(self.row)

    @property
    def anchor(self) -> str:
        """The first field that LSL speaks of, as its page writes it; empty when there is none."""
        fields = (one.field.replace(":", "-") for one in self.said if one.field)
        return next(fields, "")


@dataclass(frozen=True)
class BilanSeen:
    """A bilan and its pupils.

    `unmentioned` are those whom the file carried and of whom the bilan says nothing; `absent` those
    that LSL expected in the file.
    """

    row: BilanRow
    pupils: tuple[PupilSeen, ...]
    unmentioned: tuple[str, ...]
    absent: tuple[str, ...]

    @property
    def bilan(self) -> ReturnedBilan:
        """The bilan itself."""
        return self.row.bilan

    @property
    def concerned(self) -> list[PupilSeen]:
        """Pupils of here rejected, then partial, then those whom something is told of."""
        ranks = {Outcome.REJECTED.value: 0, Outcome.PARTIAL.value: 1}
        told = [
            pupil
            for pupil in self.pupils
            if pupil.row.student and (pupil.row.outcome in ranks or pupil.said)
        ]
        return sorted(told, key=lambda pupil: ranks.get(pupil.row.outcome, 2))

    @property
    def all_received(self) -> bool:
        """Whether nobody is to be corrected, and nothing is told of the file."""
        return bool(self.received) and not (self.concerned or self.of_file or self.unmentioned)

    @property
    def received(self) -> list[PupilSeen]:
        """Pupils imported of whom nothing is told."""
        own = {pupil.row.pk for pupil in self.concerned}
        return [p for p in self.pupils if p.row.student and p.row.pk not in own]

    @property
    def unknown(self) -> list[PupilSeen]:
        """Pupils who are not of the school."""
        return [pupil for pupil in self.pupils if pupil.row.student is None]

    @property
    def of_file(self) -> list[Said]:
        """What LSL says of the file as a whole."""
        return [Said(**one) for one in self.bilan.findings if one["code"] != ABSENT]


def said(row: ReturnedPupil) -> list[Said]:
    """What LSL says of a pupil."""
    return [Said(**one) for one in row.findings]


def bilan_rows(
    year: SchoolYear, cfd: str, *, by: Actor, division: Division | None = None
) -> list[BilanRow]:
    """The bilans of a diploma in a year, newest first, and those of no version yet: one query.

    `division`: those of its files alone.
    """
    own = Q(version__school_year=year, version__cfd=cfd)
    wanted = own & Q(version__division=division) if division else own | Q(version=None)
    found = _with_newest(ReturnedBilan.objects.visible_to(by).filter(wanted))
    return [_row(bilan) for bilan in found.select_related("version__division")]


def visible_bilan(pk: int, *, by: Actor) -> BilanRow | None:
    """A bilan of the school, for its head and DDFPT alone: one query."""
    found = _with_newest(ReturnedBilan.objects.visible_to(by).filter(pk=pk))
    bilan = found.select_related("version__division__school_year").first()
    return _row(bilan) if bilan else None


def bilan_seen(row: BilanRow, *, by: Actor) -> BilanSeen:
    """A bilan with its pupils: four queries at most, whatever their number."""
    rows = list(row.bilan.pupils.select_related("student").order_by("pk"))
    version = row.bilan.version
    own = {e.student_id: e for e in _present(version, rows, by=by)} if version else {}
    pupils = tuple(PupilSeen(one, own.get(one.student_id or 0)) for one in rows)
    absent = [one["value"] for one in row.bilan.findings if one["code"] == ABSENT]
    names = pupil_names(by.school, [int(n) for n in absent if n.isdigit() and len(n) < 19])
    return BilanSeen(
        row,
        pupils,
        tuple(_unmentioned(version, rows)) if version else (),
        tuple(names.get(int(n), f"Élève {n}") if n.isdigit() else n for n in absent),
    )


def _present(
    version: ExportVersion, rows: Iterable[ReturnedPupil], *, by: Actor
) -> Sequence[Enrolment]:
    students = {row.student_id for row in rows if row.student_id}
    year = version.division.school_year
    return pupils_of_diploma(by, year, version.cfd, students=students)


def _unmentioned(version: ExportVersion, rows: Iterable[ReturnedPupil]) -> list[str]:
    carried = ExportedPupil.objects.filter(version=version, colour__in=CARRIED)
    left = carried.exclude(student__in=[row.student_id for row in rows if row.student_id])
    return [str(one.student) for one in left.select_related("student").order_by("pk")]


@dataclass(frozen=True)
class BilanNamed:
    """A bilan as the journal names it; `cfd` and `year` are empty while its version is unknown."""

    pk: int
    words: str
    cfd: str = ""
    year: int = 0


def bilans_named(pks: Iterable[int], *, by: Actor) -> list[BilanNamed]:
    """Bilans of the school by key, for its head and DDFPT alone: one query."""
    found = ReturnedBilan.objects.visible_to(by).filter(pk__in=set(pks))
    rows = found.select_related("version__division", "version__school_year")
    return [_named(bilan) for bilan in rows.defer("version__content")]


def _named(bilan: ReturnedBilan) -> BilanNamed:
    version = bilan.version
    if version is None:
        return BilanNamed(bilan.pk, bilan.file_name)
    words = f"de {version.division.code}, version {version.number}"
    return BilanNamed(bilan.pk, words, version.cfd, version.school_year.year)


@dataclass(frozen=True)
class Choice:
    """A version that a bilan may be about, and how many of its pupils this one carried."""

    version: ExportVersion
    common: int


def choices(bilan: ReturnedBilan, *, by: Actor) -> list[Choice]:
    """The likeliest versions of the school, `MAX_CHOICES` at most: that of the file's name, then by
    pupils in common, then the newest. Two queries."""
    students = bilan.pupils.filter(student__isnull=False).values_list("student_id", flat=True)
    shared = ExportedPupil.objects.filter(
        student__in=list(students), version__school_year__school=by.school
    )
    counts = dict(shared.values_list("version_id").annotate(Count("pk")))
    held = ExportVersion.objects.visible_to(by).select_related("division", "school_year")
    ranked = sorted(
        held.defer("content"),
        key=lambda v: (
            v.file_name != bilan.sent_name,
            -counts.get(v.pk, 0),
            -v.made_at.timestamp(),
        ),
    )
    return [Choice(version, counts.get(version.pk, 0)) for version in ranked[:MAX_CHOICES]]


@dataclass(frozen=True)
class LivretSeen:
    """What the last bilan of the newest version says of a livret."""

    row: ReturnedPupil

    @property
    def said(self) -> list[Said]:
        """What LSL says of it."""
        return said(self.row)

    @property
    def general(self) -> list[Said]:
        """What is about no field."""
        return [one for one in self.said if not one.field]

    @property
    def by_field(self) -> Mapping[str, list[Said]]:
        """What is about a field, by key."""
        found: dict[str, list[Said]] = {}
        for one in self.said:
            if one.field:
                found.setdefault(one.field, []).append(one)
        return found


def livret_seen(pupil: Enrolment) -> LivretSeen | None:
    """What LSL last said of the livret that this person already sees: one query.

    The last version that carried the livret counts, that of another division for a pupil who has
    changed since.
    """
    carried = ExportVersion.objects.filter(
        school_year=pupil.school_year_id,
        cfd=pupil.cfd,
        pupils__student=pupil.student_id,
        pupils__colour__in=CARRIED,
    )
    own = ReturnedPupil.objects.filter(
        student=pupil.student_id, bilan__version=Subquery(carried.order_by("-pk").values("pk")[:1])
    )
    row = own.select_related("bilan__version").defer("bilan__version__content")
    found = row.order_by("-bilan_id").first()
    return LivretSeen(found) if found else None


@dataclass(frozen=True)
class ClassSeen:
    """Who is not wholly received in a class, in the last bilan of its newest version: the outcome
    by pupil (key). `number` is that of the version."""

    outcomes: Mapping[int, str]
    bilan: int
    number: int
    received_at: datetime


def class_told(cfd: str) -> ArraySubquery:
    """What `class_seen` reads, as part of the query that reads a division: the page of a class has
    no other to spare (spec 09, P6)."""
    own = ReturnedBilan.objects.filter(version__division=OuterRef(OuterRef("pk")), version__cfd=cfd)
    last = own.annotate(newest=_newest("version")).filter(version__number=F("newest"))
    rows = ReturnedPupil.objects.filter(
        bilan=Subquery(last.order_by("-pk").values("pk")[:1]), student__isnull=False
    )
    told = JSONObject(
        student="student_id",
        outcome="outcome",
        bilan="bilan_id",
        number="bilan__version__number",
        at="bilan__received_at",
    )
    return ArraySubquery(rows.exclude(outcome=Outcome.IMPORTED).order_by("pk").values(told=told))


def class_seen(told: Sequence[Mapping[str, Any]]) -> ClassSeen | None:
    """What `class_told` read; None when there is nobody."""
    if not told:
        return None
    return ClassSeen(
        outcomes={row["student"]: row["outcome"] for row in told},
        bilan=told[0]["bilan"],
        number=told[0]["number"],
        received_at=datetime.fromisoformat(told[0]["at"]),
    )


def bilans_of(versions: Iterable[ExportVersion]) -> dict[int, ReturnedBilan]:
    """The last bilan of each of these versions, which this person already sees, without its
    findings: one query, none without version."""
    keys = [version.pk for version in versions]
    own = ReturnedBilan.objects.filter(version__in=keys).defer("findings", "unread")
    found = own.order_by("version_id", "-pk")
    return {bilan.version_id or 0: bilan for bilan in found.distinct("version_id")}


def _newest(version: str) -> Subquery:
    """The number of the newest version of the same division and diploma."""
    alike = ExportVersion.objects.filter(
        school_year=OuterRef(f"{version}__school_year"),
        division=OuterRef(f"{version}__division"),
        cfd=OuterRef(f"{version}__cfd"),
    )
    return Subquery(alike.order_by("-number").values("number")[:1])


def _with_newest(found: QuerySet[ReturnedBilan]) -> QuerySet[ReturnedBilan]:
    return found.annotate(newest=_newest("version")).defer("version__content")


def _row(bilan: ReturnedBilan) -> BilanRow:
    number = getattr(bilan, "newest", None)
    current = bilan.version is None or number == bilan.version.number
    return BilanRow(bilan, None if current else number)
