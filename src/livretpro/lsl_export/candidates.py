"""The file as it would be made now, not kept: what the screens show and what an export writes."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from lxml.etree import _Element

import lsl_rules
import lsl_xml
from livretpro.livrets.queries import Sheet
from livretpro.lsl_export import mapping
from livretpro.lsl_export.mapping import Yearly
from livretpro.lsl_export.profiles import Options
from livretpro.lsl_export.queries import Preparation, codes_in_use, previous_livrets
from livretpro.lsl_export.seal import digest
from livretpro.referentiels.queries import Codes
from livretpro.schools.actors import Actor


@dataclass(frozen=True)
class Candidate:
    """The would-be file of a division. `former_left_out`: N-1 livrets that are red, asked for;
    `referentiels`: what its livrets are judged by, `bac-pro-ciel v2`, each once."""

    prepared: Preparation
    options: Options
    codes: Codes
    document: lsl_xml.Document
    former_left_out: tuple[Sheet, ...]
    referentiels: list[str]

    @cached_property
    def findings(self) -> tuple[lsl_rules.Finding, ...]:
        """Why LSL would refuse the file; empty when it would not, as far as can be told here."""
        return lsl_rules.check_built(self.document, self._root)

    @cached_property
    def content(self) -> bytes:
        """The bytes of the file."""
        return lsl_xml.serialise(self._root)

    @cached_property
    def sha256(self) -> str:
        """The digest of the bytes: the same digest, the same file."""
        return digest(self.content)

    @cached_property
    def not_carried(self) -> tuple[lsl_xml.NotCarried, ...]:
        """What the profile has no place for."""
        return lsl_xml.not_carried(self.document, self.options.profile)

    @property
    def not_carried_counts(self) -> Sequence[tuple[str, int]]:
        """The same in words: name of the part, number of times it is left out."""
        return list(Counter(lost.part.label for lost in self.not_carried).items())

    @cached_property
    def _root(self) -> _Element:
        return lsl_xml.build(self.document, self.options.profile)


@dataclass(frozen=True)
class Shared:
    """What the files of several divisions of one diploma and year have in common: the LSL codes,
    and the livrets of première by pupil when they join."""

    codes: Codes
    former: Mapping[int, Yearly]

    def candidate(self, prepared: Preparation, options: Options, *, by: Actor) -> Candidate:
        """The would-be file of one of these divisions: no query. Raises `mapping.NoCode`."""
        return _candidate(prepared, options, self.codes, self.former, by=by)


def shared(asked: Sequence[tuple[Preparation, Options]]) -> Shared:
    """Read what these files share: one query, two when the nomenclature knows none of the MEF;
    about nine more when a file joins the livrets of première. Raises `NoNomenclature`."""
    joining = [prepared for prepared, options in asked if options.with_previous_year]
    codes = codes_in_use([prepared for prepared, _ in asked])
    return Shared(codes, previous_livrets(joining) if joining else {})


def candidates(asked: Sequence[tuple[Preparation, Options]], *, by: Actor) -> dict[int, Candidate]:
    """The would-be files of several divisions of one diploma and year, by division.

    The queries of `shared`. Raises `NoNomenclature` and `mapping.NoCode`.
    """
    if not asked:
        return {}
    read = shared(asked)
    return {
        prepared.division.pk: read.candidate(prepared, options, by=by)
        for prepared, options in asked
    }


def candidate(prepared: Preparation, options: Options, *, by: Actor) -> Candidate:
    """The would-be file of one division; see `candidates`."""
    return candidates([(prepared, options)], by=by)[prepared.division.pk]


def _candidate(
    prepared: Preparation,
    options: Options,
    codes: Codes,
    former: Mapping[int, Yearly],
    *,
    by: Actor,
) -> Candidate:
    own = _former_of(prepared, former) if options.with_previous_year else []
    joined = {y.sheet.enrolment.student_id: y for y in own if y.sheet.status.colour.exportable}
    livrets = list(_yearlies(prepared, codes, joined))
    document = mapping.document(by.school.uai, prepared.division.code, livrets)
    used = {yearly.sheet.referentiel for pupil in livrets for yearly in pupil}
    referentiels = sorted(f"{one.slug} v{one.version}" for one in used if one)
    left_out = tuple(y.sheet for y in own if not y.sheet.status.colour.exportable)
    return Candidate(prepared, options, codes, document, left_out, referentiels)


def _former_of(prepared: Preparation, former: Mapping[int, Yearly]) -> list[Yearly]:
    students = (sheet.enrolment.student_id for sheet in prepared.included)
    return [former[pk] for pk in students if pk in former]


def _yearlies(
    prepared: Preparation, codes: Codes, joined: Mapping[int, Yearly]
) -> Iterable[Sequence[Yearly]]:
    """Each included pupil's livret of the year, then that of last year when it joins (orange or
    green)."""
    for sheet in prepared.included:
        own = Yearly(prepared.year.year, sheet, prepared.figures_of(sheet), codes)
        former = joined.get(sheet.enrolment.student_id)
        yield [own, former] if former else [own]
