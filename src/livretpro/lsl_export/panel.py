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
    group_figures,
    lsl_codes_of,
)
from livretpro.lsl_export.mapping import NoCode
from livretpro.lsl_export.models import ExportedPupil, ExportVersion
from livretpro.lsl_export.profiles import Options
from livretpro.lsl_export.queries import (
    Preparation,
    latest_alike,
    options_of,
    preparation,
    versions,
)
from livretpro.lsl_export.transmitted import Lost, lost
from livretpro.referentiels.models import Diploma
from livretpro.referentiels.queries import NoNomenclature, lsl_code_labels
from livretpro.schools.actors import Actor
from livretpro.schools.models import Division
from livretpro.schools.queries import pupil_names


@dataclass(frozen=True)
class VersionRow:
    """A version kept, and how many livrets of each colour the division had when it was made.

    `replaced_by` is the number of the version that replaces it, None for the newest made with its
    options.
    """

    version: ExportVersion
    replaced_by: int | None
    rouge: int
    orange: int
    vert: int


@dataclass(frozen=True)
class Panel:
    """What one division is about to export.

    `refusal` says why no file can be made, empty when one can; `findings` why LSL would refuse it;
    `lost` what earlier versions carried and the would-be one does not.
    """

    prepared: Preparation
    options: Options
    refusal: str
    candidate: Candidate | None
    versions: tuple[VersionRow, ...]
    lost: tuple[Lost, ...] = ()

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
    """The panel of a division: at most thirteen queries, whatever the number of pupils.

    About thirteen more when the file joins the livrets of première.
    """
    prepared = preparation(division, diploma, by=by)
    refusal, made = _candidate(prepared, options, by=by)
    held = versions(prepared.year, diploma.cfd, by=by, divisions=[division])
    own = held.get(division.pk, [])
    absent = lost(own, made, by=by) if made else ()
    return Panel(prepared, options, refusal, made, _rows(own), absent)


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
        VersionRow(
            version,
            _newer(held[:rank], version),
            *(counts.get((version.pk, colour.value), 0) for colour in Colour),
        )
        for rank, version in enumerate(held)
    )


def _newer(newer: Sequence[ExportVersion], version: ExportVersion) -> int | None:
    alike = latest_alike(newer, options_of(version))
    return alike.number if alike else None


def _told(found: Sequence[Difference], year: int, *, by: Actor) -> tuple[PupilChanges, ...]:
    if not found:
        return ()
    names = pupil_names(by.school, {d.eleve_id for d in found})
    codes = lsl_codes_of(found)
    labels = lsl_code_labels(codes, own_of=by.school.uai) if codes else {}
    return by_pupil(found, names, labels, year=year)


@dataclass(frozen=True)
class Comparison:
    """A version beside an older one; `previous` is None for the first one.

    `groups`: the figures of groups that differ, which, before and after.
    """

    version: ExportVersion
    previous: ExportVersion | None
    pupils: tuple[PupilChanges, ...] = ()
    groups: tuple[tuple[str, str, str], ...] = ()

    @property
    def fields(self) -> int:
        """How many fields differ."""
        return sum(len(pupil.differences) for pupil in self.pupils)

    @property
    def same(self) -> bool:
        """Whether both are the same to the byte: back to a former content."""
        return self.previous is not None and self.previous.sha256 == self.version.sha256

    @property
    def come_in(self) -> list[str]:
        """Names of the pupils that the newer version alone has."""
        return [pupil.name for pupil in self.pupils if pupil.comes_in]

    @property
    def go_out(self) -> list[str]:
        """Names of those that it no longer has."""
        return [pupil.name for pupil in self.pupils if pupil.goes_out]


def compare_with_previous(version: ExportVersion, *, by: Actor) -> Comparison:
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
    return compare(previous, version, by=by) if previous else Comparison(version, None)


def compare(older: ExportVersion, newer: ExportVersion, *, by: Actor) -> Comparison:
    """What changed from a version to a newer one of the same division: two queries."""
    found = differences(bytes(older.content), bytes(newer.content))
    told = _told(found, newer.school_year.year, by=by)
    return Comparison(newer, older, told, group_figures(found))
