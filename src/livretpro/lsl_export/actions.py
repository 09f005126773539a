"""Making the file of a division, and keeping it byte for byte (spec 02, Export)."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

import lsl_rules
import lsl_xml
from livretpro.accounts.rules import plain_letters
from livretpro.journal import actions as journal
from livretpro.livrets.queries import Sheet
from livretpro.lsl_export.candidates import Candidate, candidate
from livretpro.lsl_export.models import ExportVersion
from livretpro.lsl_export.profiles import Options
from livretpro.lsl_export.queries import Preparation, latest_alike, preparation
from livretpro.lsl_export.seal import sign
from livretpro.referentiels.models import Diploma
from livretpro.schools.actors import Actor
from livretpro.schools.models import Division

__all__ = [
    "Forbidden",
    "Made",
    "NothingToExport",
    "Options",
    "WouldBeRefused",
    "create_export",
    "file_name",
    "hand_out",
    "keep_file",
]

TRIES = 3


class Forbidden(Exception):
    """Only the head and the DDFPT export."""

    phrase = "Seuls le chef d’établissement et le DDFPT peuvent exporter les livrets."


class NothingToExport(Exception):
    """No orange or green livret; `phrase` says which case it is."""

    def __init__(self, phrase: str) -> None:
        super().__init__(phrase)
        self.phrase = phrase


class WouldBeRefused(Exception):
    """The file would not pass the checks of LSL; `findings` say why. Nothing was kept."""

    def __init__(self, findings: Sequence[lsl_rules.Finding]) -> None:
        super().__init__(len(findings))
        self.findings = tuple(findings)
        said = " ".join(f"{f.code} : {f.phrase}" for f in self.findings[:3])
        self.phrase = f"Le fichier serait refusé, il n’a pas été fait. {said}"


@dataclass(frozen=True)
class Made:
    """A version handed out, `fresh` when this call made it, and what it leaves out.

    `not_carried`: what the profile has no place for; `former_left_out`: N-1 livrets that are red.
    """

    version: ExportVersion
    fresh: bool
    not_carried: tuple[lsl_xml.NotCarried, ...]
    former_left_out: tuple[Sheet, ...]


def create_export(division: Division, diploma: Diploma, options: Options, *, by: Actor) -> Made:
    """Make the file of a division at a diploma, or hand out the last one when nothing changed.

    All or nothing, twelve queries whatever the number of pupils. Raises `Forbidden`,
    `NothingToExport`, `NoNomenclature`, `mapping.NoCode` or `WouldBeRefused`. Two people at the
    same instant get the same version: the second finds the number taken and looks again.
    """
    if not by.is_head:
        raise Forbidden
    return _numbered(lambda: _create(division, diploma, options, by=by))


class NewerVersion(Exception):
    """Another version of the division was made since its livrets were read."""


def keep_file(made: Candidate, *, known: int, by: Actor) -> Made:
    """Keep a would-be file, or hand out the last one when nothing changed, as `create_export` does.

    `known`: how many versions the division had when its livrets were read. Five queries. Raises
    `Forbidden`, `NothingToExport`, `WouldBeRefused`, or `NewerVersion`: older content never bears
    the newer number.
    """
    if not by.is_head:
        raise Forbidden
    try:
        return _keep_file(made, known=known, by=by)
    except IntegrityError as taken:
        raise NewerVersion from taken


def _numbered(make: Callable[[], Made]) -> Made:
    """Make a version; when somebody took its number meanwhile, look again."""
    for _ in range(TRIES - 1):
        try:
            return make()
        except IntegrityError:
            continue
    return make()


@transaction.atomic
def _create(division: Division, diploma: Diploma, options: Options, *, by: Actor) -> Made:
    prepared = preparation(division, diploma, by=by)
    if prepared.refusal:
        raise NothingToExport(prepared.refusal)
    return _keep_file(candidate(prepared, options, by=by), by=by)


@transaction.atomic(savepoint=False)
def _keep_file(made: Candidate, *, known: int | None = None, by: Actor) -> Made:
    prepared = made.prepared
    if prepared.refusal:
        raise NothingToExport(prepared.refusal)
    if made.findings:
        raise WouldBeRefused(made.findings)
    held = list(
        ExportVersion.objects.filter(
            school_year=prepared.year, division=prepared.division, cfd=prepared.diploma.cfd
        ).defer("content")
    )
    if known not in (None, len(held)):
        raise NewerVersion
    same = latest_alike(held, made.options)
    if same and same.sha256 == made.sha256:
        return _made(same, made, fresh=False)
    version = _version(made, number=len(held) + 1, by=by)
    _keep(version, prepared, by=by)
    return _made(version, made, fresh=True)


def _made(version: ExportVersion, made: Candidate, *, fresh: bool) -> Made:
    return Made(version, fresh, made.not_carried, made.former_left_out)


def _version(made: Candidate, *, number: int, by: Actor) -> ExportVersion:
    prepared, options, now = made.prepared, made.options, timezone.now()
    return ExportVersion(
        school_year=prepared.year,
        division=prepared.division,
        cfd=prepared.diploma.cfd,
        number=number,
        profile=options.profile.value,
        with_previous_year=options.with_previous_year,
        file_name=file_name(by.school.uai, prepared, number=number, made_at=now),
        content=made.content,
        sha256=made.sha256,
        signature=sign(made.sha256),
        nomenclature=f"{made.codes.name} {made.codes.millesime}",
        provisional=made.codes.provisional,
        referentiels=made.referentiels,
        made_at=now,
        author_id=by.author.id,
        author_name=by.author.name,
    )


def _keep(version: ExportVersion, prepared: Preparation, *, by: Actor) -> None:
    version.save(force_insert=True)
    with connection.cursor() as cursor:
        students = [sheet.enrolment.student_id for sheet in prepared.sheets]
        colours = [sheet.status.colour.value for sheet in prepared.sheets]
        cursor.execute(_KEEP_PUPILS, [version.pk, students, colours])
    change = journal.Change("exporte", "export", str(version.pk), version.file_name[:64])
    journal.record([change], school_uai=by.school.uai, by=by.author)


_KEEP_PUPILS = """
INSERT INTO lsl_export_exportedpupil (version_id, student_id, colour)
SELECT %s, * FROM unnest(%s::bigint[], %s::text[])
"""


@transaction.atomic
def hand_out(version: ExportVersion, *, by: Actor) -> bytes:
    """The exact bytes of a version, for who takes them away: the journal tells it (spec 08).

    Two queries. Raises `Forbidden`.
    """
    if not by.is_head:
        raise Forbidden
    change = journal.Change("telecharge", "export", str(version.pk), version.file_name[:64])
    journal.record([change], school_uai=by.school.uai, by=by.author)
    return bytes(version.content)


def file_name(uai: str, prepared: Preparation, *, number: int, made_at: datetime) -> str:
    """`LSLPRO_<UAI>_<DIVISION>_<AAAA>_v<NNN>_<AAAAMMJJ-HHMMSS>.xml`, in local time."""
    division = re.sub(r"[^A-Za-z0-9]+", "-", plain_letters(prepared.division.code)).strip("-")
    instant = timezone.localtime(made_at).strftime("%Y%m%d-%H%M%S")
    return f"LSLPRO_{uai}_{division}_{prepared.year.year}_v{number:03d}_{instant}.xml"
