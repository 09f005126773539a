"""Reads for the export screens and for the file."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from django.conf import settings

from livretpro.livrets.figures import GroupFigures
from livretpro.livrets.groups import Groups, groups
from livretpro.livrets.queries import Sheet, former_premieres, sheets
from livretpro.livrets.status import Colour
from livretpro.lsl_export.mapping import Yearly, project_in_file
from livretpro.lsl_export.models import ExportVersion
from livretpro.lsl_export.profiles import Options, profile_named
from livretpro.lsl_export.seal import digest, is_genuine
from livretpro.referentiels.models import Diploma
from livretpro.referentiels.queries import Codes, lsl_codes, own_codes
from livretpro.referentiels.rules import Level
from livretpro.schools.actors import Actor
from livretpro.schools.models import Division, School, SchoolYear
from livretpro.schools.queries import (
    divisions_of_diploma,
    pupils_of_diploma,
    pupils_of_division,
)


@dataclass(frozen=True)
class Preparation:
    """A division × diploma about to be exported: who goes, who stays, and why."""

    division: Division
    diploma: Diploma
    year: SchoolYear
    sheets: tuple[Sheet, ...]
    groups: Groups

    @cached_property
    def included(self) -> tuple[Sheet, ...]:
        """Orange and green pupils, in the order of the file."""
        return tuple(s for s in self.sheets if s.status.colour.exportable)

    @cached_property
    def left_out(self) -> tuple[Sheet, ...]:
        """Red pupils: listed beside the button."""
        return tuple(s for s in self.sheets if not s.status.colour.exportable)

    @property
    def projects_left_out(self) -> tuple[Sheet, ...]:
        """Pupils whose chef-d'œuvre or projet lacks a teacher, or a mark and an appreciation."""
        return tuple(
            s
            for s in self.included
            if s.project_open
            and s.content.project.started
            and not project_in_file(s.content.project)
        )

    def count(self, colour: Colour) -> int:
        """How many livrets have this colour."""
        return sum(s.status.colour is colour for s in self.sheets)

    @property
    def refusal(self) -> str:
        """Why no file can be made, in one sentence; empty when one can."""
        if not self.sheets:
            return (
                f"Aucun élève sous statut scolaire de {self.division.code} "
                "n’a de livret à ce diplôme."
            )
        if self.included:
            return ""
        if len(self.sheets) == 1:
            return f"Le seul livret de {self.division.code} est rouge."
        return f"Les {len(self.sheets)} livrets de {self.division.code} sont rouges."

    def figures_of(self, sheet: Sheet) -> GroupFigures | None:
        """The figures of the pupil's group: declared, else the division's, at the same level."""
        return self.groups.of(sheet.enrolment).figures


def preparation(division: Division, diploma: Diploma, *, by: Actor) -> Preparation:
    """The livrets of a division at a diploma: six queries."""
    year = division.school_year
    pupils = [e for e in pupils_of_division(by, division) if e.cfd == diploma.cfd]
    found = sheets(pupils, year, known={diploma.cfd: diploma})
    return Preparation(
        division, diploma, year, tuple(found), groups(year, [diploma.cfd], read=found)
    )


def preparations(
    year: SchoolYear,
    diploma: Diploma,
    *,
    by: Actor,
    divisions: Sequence[Division] | None = None,
) -> list[Preparation]:
    """Every division of a diploma, by code, those without any livret included: seven queries.

    `divisions`: these alone, six queries.
    """
    pupils = pupils_of_diploma(by, year, diploma.cfd, divisions=divisions)
    read = sheets(pupils, year, known={diploma.cfd: diploma})
    of_division: dict[int, list[Sheet]] = {}
    for sheet in read:
        of_division.setdefault(_division_id(sheet), []).append(sheet)
    own = groups(year, [diploma.cfd], read=read)
    asked = divisions_of_diploma(by, year, diploma.cfd) if divisions is None else divisions
    return [
        Preparation(division, diploma, year, tuple(of_division.get(division.pk, ())), own)
        for division in asked
    ]


def _division_id(sheet: Sheet) -> int:
    return sheet.enrolment.division_id or 0


def codes_in_use(prepared: Iterable[Preparation]) -> Codes:
    """The LSL codes of the pupils that go in the files, all of one year: one or two queries.

    One more when the school made the référentiel itself.
    """
    all_of_them = list(prepared)
    included = [sheet for p in all_of_them for sheet in p.included]
    return _codes(included, all_of_them[0].year.year)


def _codes(included: Sequence[Sheet], year: int) -> Codes:
    codes = lsl_codes(
        {sheet.enrolment.mef for sheet in included},
        year=year,
        subject=settings.LSL_SUBJECT_CODE,
        mode=settings.LSL_ELECTION_MODE,
    )
    made = {s.referentiel.cfd: s.referentiel for s in included if s.referentiel}
    own = {cfd: version.school_uai for cfd, version in made.items() if cfd}
    if not own:
        return codes
    return replace(codes, own=own_codes(next(iter(own.values())), own))


def previous_livrets(prepared: Sequence[Preparation]) -> dict[int, Yearly]:
    """The première livret of last year, by pupil of terminale who goes in one of the files.

    About nine queries, whatever the number of divisions; two when there is none.
    """
    year = prepared[0].year
    students = {
        s.enrolment.student_id
        for p in prepared
        for s in p.included
        if s.content.level is Level.TERMINALE
    }
    former = former_premieres(students, year)
    if not former:
        return {}
    codes = _codes(former, year.year - 1)
    own = groups(
        former[0].enrolment.school_year, {sheet.enrolment.cfd for sheet in former}, read=former
    )
    return {
        sheet.enrolment.student_id: Yearly(
            year.year - 1, sheet, own.of(sheet.enrolment).figures, codes
        )
        for sheet in former
    }


def versions(
    year: SchoolYear, cfd: str, *, by: Actor, divisions: Iterable[Division] | None = None
) -> dict[int, list[ExportVersion]]:
    """Versions of a diploma by division, newest first, without their bytes: one query."""
    found = ExportVersion.objects.visible_to(by).filter(school_year=year, cfd=cfd)
    if divisions is not None:
        found = found.filter(division__in=divisions)
    by_division: dict[int, list[ExportVersion]] = {}
    for version in found.defer("content").order_by("-number"):
        by_division.setdefault(version.division_id, []).append(version)
    return by_division


def last_versions(
    year: SchoolYear, *, by: Actor, cfd: str = ""
) -> dict[tuple[int, str], ExportVersion]:
    """The newest version of each division and diploma (CFD) of a year, or of one diploma, without
    its bytes: one query."""
    own = ExportVersion.objects.visible_to(by).filter(school_year=year)
    found = (own.filter(cfd=cfd) if cfd else own).defer("content")
    newest = found.order_by("division_id", "cfd", "-number").distinct("division_id", "cfd")
    return {(version.division_id, version.cfd): version for version in newest}


def options_of(version: ExportVersion) -> Options:
    """How a version was made."""
    return Options(profile_named(version.profile), version.with_previous_year)


def latest_alike(held: Iterable[ExportVersion], options: Options) -> ExportVersion | None:
    """The newest of these versions made with these options: no query."""
    alike = [
        v
        for v in held
        if v.profile == options.profile.value and v.with_previous_year == options.with_previous_year
    ]
    return max(alike, key=lambda v: v.number, default=None)


def visible_version(pk: int, *, by: Actor) -> ExportVersion | None:
    """A version of the school, for its head and DDFPT alone, with its bytes: one query."""
    found = ExportVersion.objects.visible_to(by).filter(pk=pk)
    return found.select_related("division", "school_year").first()


def visible_versions(pks: Iterable[int], cfd: str, *, by: Actor) -> list[ExportVersion]:
    """Versions of a diploma of the school, for its head and DDFPT alone, by division: one query."""
    found = ExportVersion.objects.visible_to(by).filter(pk__in=list(pks), cfd=cfd)
    return list(found.select_related("division", "school_year").order_by("division__code", "pk"))


Place = tuple[int, int, str, str, bool]
"""Year, division, diploma and options: what versions replace each other for."""


@dataclass(frozen=True)
class Verdict:
    """What is known of a file shown to us: its version, and whether a newer one replaces it."""

    version: ExportVersion
    replaced_by: ExportVersion | None


def verify(content: bytes, *, among: Sequence[Actor] | None = None) -> Verdict | None:
    """Which version these exact bytes are; none when they are not ours, or were changed.

    `among`: the actors whose schools are searched; None searches the instance (operator). Two
    queries at most.
    """
    return verify_all([content], among=among)[0]


def verify_all(
    contents: Sequence[bytes], *, among: Sequence[Actor] | None = None
) -> list[Verdict | None]:
    """The same for several files, in their order: two queries at most, whatever their number."""
    digests = [digest(content) for content in contents]
    found = ExportVersion.objects.filter(sha256__in=digests).select_related(
        "division", "school_year__school"
    )
    if among is not None:
        found = found.filter(school_year__school__in=[a.school for a in among if a.is_head])
    made = {version.sha256: version for version in found.order_by("made_at")}
    newest = _newest_of(made.values())
    return [
        _verdict(made.get(sha256), content, newest)
        for sha256, content in zip(digests, contents, strict=True)
    ]


def _verdict(
    version: ExportVersion | None, content: bytes, newest: Mapping[Place, ExportVersion]
) -> Verdict | None:
    if version is None or not _untouched(version, content):
        return None
    last = newest[_place(version)]
    return Verdict(version, last if last.number > version.number else None)


def schools_with_exports() -> list[School]:
    """The schools of the instance that made a file, by UAI: one query."""
    made = ExportVersion.objects.values("school_year__school")
    return list(School.objects.filter(pk__in=made).order_by("uai"))


def _untouched(version: ExportVersion, content: bytes) -> bool:
    same = bytes(version.content) == content
    return same and is_genuine(version.sha256, bytes(version.signature))


def _place(version: ExportVersion) -> Place:
    return (
        version.school_year_id,
        version.division_id,
        version.cfd,
        version.profile,
        version.with_previous_year,
    )


def _newest_of(versions: Iterable[ExportVersion]) -> dict[Place, ExportVersion]:
    """The newest version where each of these stands: one query, none for none."""
    wanted = {_place(version) for version in versions}
    if not wanted:
        return {}
    years, divisions, cfds, *_ = (set(parts) for parts in zip(*wanted, strict=True))
    found = ExportVersion.objects.filter(
        school_year__in=years, division__in=divisions, cfd__in=cfds
    )
    rows = found.defer("content").order_by(*_PLACE, "-number")
    return {_place(one): one for one in rows.distinct(*_PLACE)}


_PLACE = ("school_year_id", "division_id", "cfd", "profile", "with_previous_year")
