"""The export panel of one division: what would go, what stays behind, the versions kept."""

from collections.abc import Sequence
from dataclasses import dataclass

import lsl_rules
from livretpro.livrets.status import Colour
from livretpro.lsl_export.candidates import Candidate, candidate
from livretpro.lsl_export.changes import (
    Difference,
    PupilChanges,
    by_pupil,
    differences,
    dropped,
    group_averages,
    lsl_codes_of,
)
from livretpro.lsl_export.mapping import NoCode
from livretpro.lsl_export.models import ExportedPupil, ExportVersion
from livretpro.lsl_export.profiles import Options
from livretpro.lsl_export.queries import Preparation, latest_alike, preparation, versions
from livretpro.referentiels.models import Diploma
from livretpro.referentiels.queries import NoNomenclature, lsl_code_labels
from livretpro.schools.actors import Actor
from livretpro.schools.models import Division
from livretpro.schools.queries import pupil_names


@dataclass(frozen=True)
class VersionRow:
    """A version kept, and how many livrets of each colour the division had when it was made."""

    version: ExportVersion
    rouge: int
    orange: int
    vert: int


@dataclass(frozen=True)
class Panel:
    """What one division is about to export.

    `refusal` says why no file can be made, empty when one can; `findings` why LSL would refuse it;
    `lost` what the last version carried and the would-be one does not.
    """

    prepared: Preparation
    options: Options
    refusal: str
    candidate: Candidate | None
    versions: tuple[VersionRow, ...]
    lost: tuple[PupilChanges, ...] = ()

    @property
    def findings(self) -> tuple[lsl_rules.Finding, ...]:
        """Why LSL would refuse the file."""
        return self.candidate.findings if self.candidate else ()

    @property
    def next_number(self) -> int:
        """The number of the version about to be made."""
        return self.versions[0].version.number + 1 if self.versions else 1

    @property
    def unchanged(self) -> ExportVersion | None:
        """The version that would be handed out again, its bytes being those of today."""
        alike = latest_alike([row.version for row in self.versions], self.options)
        same = alike and self.candidate and alike.sha256 == self.candidate.sha256
        return alike if same else None


def panel(division: Division, diploma: Diploma, options: Options, *, by: Actor) -> Panel:
    """The panel of a division: at most twelve queries, whatever the number of pupils.

    About thirteen more when the file joins the livrets of première.
    """
    prepared = preparation(division, diploma, by=by)
    refusal, made = _candidate(prepared, options, by=by)
    held = versions(prepared.year, diploma.cfd, by=by, divisions=[division])
    rows = _rows(held.get(division.pk, ()))
    lost = _lost(rows[0].version, made, by=by) if rows and made else ()
    return Panel(prepared, options, refusal, made, rows, lost)


def _candidate(
    prepared: Preparation, options: Options, *, by: Actor
) -> tuple[str, Candidate | None]:
    if prepared.refusal:
        return prepared.refusal, None
    try:
        return "", candidate(prepared, options, by=by)
    except (NoCode, NoNomenclature) as refusal:
        return refusal.phrase, None


def _rows(held: Sequence[ExportVersion]) -> tuple[VersionRow, ...]:
    counts: dict[tuple[int, str], int] = {}
    pupils = (
        ExportedPupil.objects.filter(version__in=held) if held else ExportedPupil.objects.none()
    )
    for key in pupils.values_list("version_id", "colour"):
        counts[key] = counts.get(key, 0) + 1
    return tuple(
        VersionRow(v, *(counts.get((v.pk, colour.value), 0) for colour in Colour)) for v in held
    )


def _lost(last: ExportVersion, made: Candidate, *, by: Actor) -> tuple[PupilChanges, ...]:
    """What LSL received and keeps, although this file no longer says it."""
    if last.sha256 == made.sha256:
        return ()
    before = bytes(last.content)
    return _told(dropped(before, made.content), made.prepared.year.year, by=by)


def _told(found: Sequence[Difference], year: int, *, by: Actor) -> tuple[PupilChanges, ...]:
    if not found:
        return ()
    names = pupil_names(by.school, {d.eleve_id for d in found})
    codes = lsl_codes_of(found)
    return by_pupil(found, names, lsl_code_labels(codes) if codes else {}, year=year)


@dataclass(frozen=True)
class Comparison:
    """A version beside the one before it; `previous` is None for the first one.

    `groups`: the averages of groups that differ, before and after.
    """

    version: ExportVersion
    previous: ExportVersion | None
    pupils: tuple[PupilChanges, ...] = ()
    groups: tuple[tuple[str, str], ...] = ()

    @property
    def fields(self) -> int:
        """How many fields differ."""
        return sum(len(pupil.differences) for pupil in self.pupils)


def compare(version: ExportVersion, *, by: Actor) -> Comparison:
    """What changed from the former version to this one, pupil by pupil: three queries."""
    previous = (
        ExportVersion.objects.visible_to(by)
        .filter(
            school_year=version.school_year_id,
            division=version.division_id,
            cfd=version.cfd,
            number__lt=version.number,
        )
        .order_by("-number")
        .first()
    )
    if previous is None:
        return Comparison(version, None)
    found = differences(bytes(previous.content), bytes(version.content))
    told = _told(found, version.school_year.year, by=by)
    return Comparison(version, previous, told, group_averages(found))
