"""Verifying a file, and telling it: who, which digest, which answer (spec 08, Journal)."""

from typing import BinaryIO

from django.db import transaction

import safe_input
from livretpro.journal import actions as journal
from livretpro.lsl_export.queries import Verdict, schools_with_exports, verify
from livretpro.lsl_export.seal import digest
from livretpro.schools.actors import Actor, command_line

UNKNOWN = "inconnu de cet établissement, ou modifié"


def verify_upload(file: BinaryIO, *, by: Actor) -> Verdict | None:
    """Say which version of the school's a file is, alone in a zip or not; the journal tells it.

    Reads no more than the largest honest file. Raises `safe_input.Refused`.
    """
    sent = file.read(safe_input.TREE_LIMITS.max_bytes + 1)
    content = safe_input.unwrap(sent, safe_input.TREE_LIMITS)
    verdict = verify(content, among=[by])
    _tell(content, verdict, by=by)
    return verdict


@transaction.atomic
def verify_here(content: bytes) -> Verdict | None:
    """Say which version of any school of the instance a file is, for the command line.

    Told in the school of the version; for a file that none made, in each school that has versions.
    """
    verdict = verify(content)
    schools = [verdict.version.school_year.school] if verdict else schools_with_exports()
    for school in schools:
        _tell(content, verdict, by=command_line(school))
    return verdict


@transaction.atomic
def _tell(content: bytes, verdict: Verdict | None, *, by: Actor) -> None:
    sha256 = digest(content)
    key = str(verdict.version.pk) if verdict else sha256
    change = journal.Change(
        "verifie", "export", key, "SHA-256", after=f"{sha256} : {_words(verdict)}"
    )
    journal.record([change], school_uai=by.school.uai, by=by.author)


def _words(verdict: Verdict | None) -> str:
    if verdict is None:
        return UNKNOWN
    newer = verdict.replaced_by
    return f"intact, remplacé par la version {newer.number}" if newer else "intact"
