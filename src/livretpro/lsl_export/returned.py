"""Bilans of LSL that come back: kept, tied to the version they are about, taken away (spec 07)."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils import timezone

import lsl_rules
from livretpro.journal import actions as journal
from livretpro.lsl_export.actions import Forbidden
from livretpro.lsl_export.models import ExportVersion, Outcome, ReturnedBilan, ReturnedPupil
from livretpro.lsl_export.returned_rows import (
    OF_THE_FILE,
    about,
    carried_by,
    rows_of,
    said_in,
    short,
)
from livretpro.lsl_export.seal import digest
from livretpro.schools.actors import Actor

MAX_BYTES = lsl_rules.BILAN.limits.max_bytes
MAX_PUPILS = 2_000  # a file is that of one division


class WrongBilan(Exception):
    """A bilan that is not for this school, or that says nothing; `phrase` says what to do."""

    def __init__(self, phrase: str) -> None:
        super().__init__(phrase)
        self.phrase = phrase


class AlreadyTied(Exception):
    """Somebody said meanwhile of which version this bilan is."""

    phrase = "Ce bilan est déjà rattaché à une version. Pour en changer, retirez-le et déposez-le."


@dataclass(frozen=True)
class Kept:
    """A bilan that is here now; `fresh` when this call brought it."""

    bilan: ReturnedBilan
    fresh: bool


def keep_bilan(data: bytes, name: str, *, by: Actor) -> Kept:
    """Keep a bilan of LSL, tied to its version when it says which: ten queries at most.

    The same file twice changes nothing. Raises `Forbidden`, `WrongBilan` or `safe_input.Refused`.
    """
    sha256 = digest(data)
    return _held(sha256, by=by) or _fresh(lsl_rules.read_bilan(data), name, sha256, by=by)


def keep_read(read: lsl_rules.ReturnedBilan, name: str, sha256: str, *, by: Actor) -> Kept:
    """Keep a bilan already read, of which `sha256` is the digest, as `keep_bilan` does."""
    return _held(sha256, by=by) or _fresh(read, name, sha256, by=by)


def _held(sha256: str, *, by: Actor) -> Kept | None:
    """The bilan of this digest, when it is here already. Raises `Forbidden`."""
    if not by.is_head:
        raise Forbidden
    held = ReturnedBilan.objects.filter(school=by.school, sha256=sha256).first()
    return Kept(held, fresh=False) if held else None


def _fresh(read: lsl_rules.ReturnedBilan, name: str, sha256: str, *, by: Actor) -> Kept:
    _check_school(read, by)
    try:
        return Kept(_keep(read, name, sha256, by=by), fresh=True)
    except IntegrityError:  # somebody brought it at the same instant
        return Kept(ReturnedBilan.objects.get(school=by.school, sha256=sha256), fresh=False)


def _check_school(read: lsl_rules.ReturnedBilan, by: Actor) -> None:
    if read.header.uai and read.header.uai != by.school.uai:
        raise WrongBilan(
            f"Ce bilan est celui de l’établissement {read.header.uai[:20]}, et non de "
            f"{by.school.uai} : choisissez le bilan d’un fichier envoyé d’ici."
        )
    if not read.pupils and not _rejects_all(read):
        raise WrongBilan("Ce bilan ne parle d’aucun élève : exportez de nouveau celui de l’import.")
    if len(read.pupils) > MAX_PUPILS:
        raise WrongBilan(
            f"Ce bilan compte {len(read.pupils)} élèves, plus qu’un fichier d’une division n’en "
            "porte : vérifiez que c’est bien le bilan d’un seul fichier."
        )


def _rejects_all(read: lsl_rules.ReturnedBilan) -> bool:
    return any(finding.code.startswith(OF_THE_FILE) for finding in read.file)


@transaction.atomic
def _keep(read: lsl_rules.ReturnedBilan, name: str, sha256: str, *, by: Actor) -> ReturnedBilan:
    version = _version_said(read, by)
    rows = rows_of(read.pupils, proved=version is not None, by=by)
    if version is None and rows and not any(row.student for row in rows):
        raise WrongBilan(
            "Aucun élève de ce bilan n’est de l’établissement : choisissez le bilan d’un fichier "
            "envoyé d’ici."
        )
    bilan = ReturnedBilan.objects.create(
        school=by.school,
        version=version,
        proved=version is not None,
        file_name=short(name, 100) or "bilan",
        sha256=sha256,
        sent_name=short(read.header.file_name, 200),
        at=short(read.header.at, 60),
        findings=said_in(read.file),
        unread=_unread(read),
        received_at=timezone.now(),
        author_id=by.author.id,
        author_name=by.author.name,
    )
    if version:
        rows = about(version, rows, bilan.findings)
    _keep_rows(bilan, rows)
    _tell("depose", bilan, by=by)
    return bilan


def tie_bilan(bilan: ReturnedBilan, version: ExportVersion, *, by: Actor) -> None:
    """Say of which version a bilan is. Raises `Forbidden` or `AlreadyTied`."""
    if not by.is_head:
        raise Forbidden
    with transaction.atomic():
        held = ReturnedBilan.objects.visible_to(by).select_for_update().get(pk=bilan.pk)
        if held.version_id is not None:
            raise AlreadyTied
        held.version = version
        held.save(update_fields=["version"])
        rows = carried_by(version, list(held.pupils.select_related("student")))
        rows = about(version, rows, held.findings)
        held.pupils.all().delete()
        _keep_rows(held, rows)
        _tell("rattache", held, by=by)


def remove_bilan(bilan: ReturnedBilan, *, by: Actor) -> None:
    """Take a bilan away: the livrets no longer show it. Raises `Forbidden`."""
    if not by.is_head:
        raise Forbidden
    with transaction.atomic():
        held = ReturnedBilan.objects.visible_to(by).select_for_update().filter(pk=bilan.pk).first()
        if held:
            _tell("retire", held, by=by)
            held.delete()


def _version_said(read: lsl_rules.ReturnedBilan, by: Actor) -> ExportVersion | None:
    """The version whose bytes were imported; the newest one when several are the same."""
    if not read.header.sha256:
        return None
    own = ExportVersion.objects.visible_to(by).filter(sha256=read.header.sha256)
    return own.select_related("division", "school_year").order_by("-made_at").first()


def _unread(read: lsl_rules.ReturnedBilan) -> list[str]:
    columns = [f"Colonne inconnue : « {short(name, 60)} »." for name in read.unknown_columns[:50]]
    return [*columns, *(short(line) for line in read.unread)]


def _keep_rows(bilan: ReturnedBilan, rows: Sequence[ReturnedPupil]) -> None:
    for row in rows:
        row.bilan = bilan
    ReturnedPupil.objects.bulk_create(rows)
    outcomes = [row.outcome for row in rows]
    bilan.imported = outcomes.count(Outcome.IMPORTED)
    bilan.partial = outcomes.count(Outcome.PARTIAL)
    bilan.rejected = outcomes.count(Outcome.REJECTED)
    bilan.save(update_fields=["imported", "partial", "rejected"])


def _tell(action: str, bilan: ReturnedBilan, *, by: Actor) -> None:
    change = journal.Change(
        action, "bilan_lsl", str(bilan.pk), bilan.file_name[:64], after=_words(bilan)
    )
    journal.record([change], school_uai=by.school.uai, by=by.author)


def _words(bilan: ReturnedBilan) -> str:
    version = bilan.version
    whose = f"{version.division.code}, version {version.number}" if version else "version à choisir"
    return (
        f"{whose} : importés {bilan.imported}, partiels {bilan.partial}, rejetés {bilan.rejected}"
    )
