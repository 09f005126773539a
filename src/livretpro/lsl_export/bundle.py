"""Several divisions at once: their files in one zip, with a signed manifest (spec 02, Export)."""

import io
import json
import zipfile
from collections import Counter
from collections.abc import Iterable, Sequence

from django.db import transaction
from django.utils import timezone

from livretpro.journal import actions as journal
from livretpro.lsl_export.actions import Forbidden
from livretpro.lsl_export.models import ExportVersion
from livretpro.lsl_export.seal import digest, public_key, sign
from livretpro.schools.actors import Actor

MANIFEST, SIGNATURE = "manifeste.json", "manifeste.json.sig"


@transaction.atomic
def hand_out_all(versions: Sequence[ExportVersion], *, by: Actor) -> bytes:
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
    names = _names(versions)
    manifest = _manifest(list(zip(names, versions, strict=True)), by.school.uai)
    files = [(name, bytes(v.content)) for name, v in zip(names, versions, strict=True)]
    files += [(MANIFEST, manifest), (SIGNATURE, sign(digest(manifest)))]
    return _zip(files, max(timezone.localtime(v.made_at) for v in versions).timetuple()[:6])


def archive_name(versions: Sequence[ExportVersion], uai: str) -> str:
    """`LSLPRO_<UAI>_<n>-divisions_<AAAAMMJJ-HHMMSS>.zip`, the instant of the newest version."""
    newest = max(timezone.localtime(version.made_at) for version in versions)
    return f"LSLPRO_{uai}_{len(versions)}-divisions_{newest:%Y%m%d-%H%M%S}.zip"


def _names(versions: Sequence[ExportVersion]) -> list[str]:
    """One name a file in the zip, whatever the case: two codes of division may be reduced alike,
    and both versions made within a second."""
    taken: Counter[str] = Counter()
    names = []
    for version in versions:
        taken[version.file_name.casefold()] += 1
        rank = taken[version.file_name.casefold()]
        stem = version.file_name.removesuffix(".xml")
        names.append(version.file_name if rank == 1 else f"{stem}-{rank}.xml")
    return names


def _manifest(versions: Sequence[tuple[str, ExportVersion]], uai: str) -> bytes:
    """What the zip holds: SHA-256 of each file, référentiels and nomenclature it was made with,
    public key. Versions of one diploma."""
    told = {
        "etablissement": uai,
        "diplome": versions[0][1].cfd,
        "fichiers": [
            {
                "nom": name,
                "sha256": version.sha256,
                "division": version.division.code,
                "annee": version.school_year.year,
                "version": version.number,
                "profil": version.profile,
                "nomenclature": version.nomenclature,
                "referentiels": version.referentiels,
                "fait_le": version.made_at.isoformat(),
            }
            for name, version in versions
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
