"""Several divisions at once: their files in one zip, with a signed manifest (spec 02, Export)."""

import io
import json
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from livretpro.journal import actions as journal
from livretpro.lsl_export.actions import (
    Forbidden,
    Made,
    NothingToExport,
    WouldBeRefused,
    create_export,
)
from livretpro.lsl_export.mapping import NoCode
from livretpro.lsl_export.models import ExportVersion
from livretpro.lsl_export.profiles import Options
from livretpro.lsl_export.seal import digest, public_key, sign
from livretpro.referentiels.models import Diploma
from livretpro.referentiels.queries import NoNomenclature
from livretpro.schools.actors import Actor
from livretpro.schools.models import Division

NO_FILE = (NothingToExport, NoCode, NoNomenclature, WouldBeRefused)
MANIFEST, SIGNATURE = "manifeste.json", "manifeste.json.sig"


@dataclass(frozen=True)
class LeftOut:
    """A division that has no file, and why."""

    division: Division
    phrase: str


@dataclass(frozen=True)
class Batch:
    """What became of several divisions."""

    made: tuple[Made, ...]
    left_out: tuple[LeftOut, ...]

    @property
    def versions(self) -> list[ExportVersion]:
        """The files, in the order of the divisions asked for."""
        return [made.version for made in self.made]


def create_exports(
    divisions: Iterable[Division], diploma: Diploma, options: Options, *, by: Actor
) -> Batch:
    """Make the file of each division, or hand out the last one when nothing changed.

    Each on its own: a division that cannot be exported keeps no other from its file. The queries of
    `create_export` for each. Raises `Forbidden`.
    """
    if not by.is_head:
        raise Forbidden
    made, left_out = [], []
    for division in divisions:
        try:
            made.append(create_export(division, diploma, options, by=by))
        except NO_FILE as refusal:
            left_out.append(LeftOut(division, refusal.phrase))
    return Batch(tuple(made), tuple(left_out))


@transaction.atomic
def hand_out_all(versions: Sequence[ExportVersion], diploma: Diploma, *, by: Actor) -> bytes:
    """A zip of these files, byte for byte, with their manifest and its signature; the journal tells
    who takes each away. Two queries. Raises `Forbidden`.

    The same versions give the same bytes.
    """
    if not by.is_head:
        raise Forbidden
    changes = [
        journal.Change("telecharge", "export", str(version.pk), version.file_name[:64])
        for version in versions
    ]
    journal.record(changes, school_uai=by.school.uai, by=by.author)
    manifest = _manifest(versions, diploma, by.school.uai)
    files = [(version.file_name, bytes(version.content)) for version in versions]
    files += [(MANIFEST, manifest), (SIGNATURE, sign(digest(manifest)))]
    return _zip(files, max(timezone.localtime(v.made_at) for v in versions).timetuple()[:6])


def archive_name(versions: Sequence[ExportVersion], uai: str) -> str:
    """`LSLPRO_<UAI>_<n>-divisions_<AAAAMMJJ-HHMMSS>.zip`, the instant of the newest version."""
    newest = max(timezone.localtime(version.made_at) for version in versions)
    return f"LSLPRO_{uai}_{len(versions)}-divisions_{newest:%Y%m%d-%H%M%S}.zip"


def _manifest(versions: Sequence[ExportVersion], diploma: Diploma, uai: str) -> bytes:
    """What the zip holds: SHA-256 of each file, référentiel and nomenclature in use, public key."""
    referentiel = diploma.referentiel
    told = {
        "etablissement": uai,
        "diplome": diploma.cfd,
        "referentiel": f"{referentiel.slug} v{referentiel.version}" if referentiel else "",
        "fichiers": [
            {
                "nom": version.file_name,
                "sha256": version.sha256,
                "division": version.division.code,
                "annee": version.school_year.year,
                "version": version.number,
                "profil": version.profile,
                "nomenclature": version.nomenclature,
                "fait_le": version.made_at.isoformat(),
            }
            for version in versions
        ],
        "cle_publique": public_key(),
    }
    return json.dumps(told, ensure_ascii=False, indent=1).encode()


def _zip(files: Iterable[tuple[str, bytes]], instant: tuple[int, ...]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            year, month, day, hour, minute, second = instant
            member = zipfile.ZipInfo(name, (year, month, day, hour, minute, second))
            member.compress_type = zipfile.ZIP_DEFLATED
            member.external_attr = 0o600 << 16
            archive.writestr(member, content)
    return written.getvalue()
