"""The doors where files come in. Each takes bytes and gives what a person would read."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

import lsl_rules
import safe_input
from livretpro.backups.archive import BadArchive, unpack
from livretpro.livrets.actions import fill
from livretpro.referentiels.actions import load_nomenclature
from livretpro.referentiels.nomenclature import BadNomenclature
from livretpro.schools.importing import jobs
from livretpro.schools.models import ImportBatch
from lycee import CIEL, UAI, Lycee
from read_page import ReadPage, words

TAKEN = "pris"
VERDICT = ".//*[contains(@class, 'lp-verify') or @role='alert' or @role='status']"
Door = Callable[[bytes, Lycee, Client], str]
"""Gives the sentence of a refusal, or `TAKEN`."""


def siecle(data: bytes, lycee: Lycee, head: Client) -> str:
    """The page of imports, then its background job, then the page that tells."""
    answer = head.post(f"/suivi/{UAI}/imports/", {"fichiers": _upload(data)})
    if answer.status_code != 302:
        assert answer.status_code == 422, answer.status_code
        return ReadPage(answer).text
    batch = ImportBatch.objects.latest("pk")
    jobs.read_batch(batch.pk, on=timezone.localdate())
    page = ReadPage(head.get(answer["Location"]))
    assert page.status == 200
    batch.refresh_from_db()
    refused = batch.report["refus"]
    assert refused is None or refused["code"] != "erreur", refused
    return refused["phrase"] if refused else TAKEN


def lsl_check(data: bytes, lycee: Lycee, head: Client) -> str:
    """`livretpro lsl check`."""
    try:
        found = lsl_rules.check_document(data)
    except safe_input.Refused as refusal:
        return refusal.phrase
    return found[0].phrase if found else TAKEN


def lsl_verify(data: bytes, lycee: Lycee, head: Client) -> str:
    """ "Vérifier un fichier", on the export page."""
    answer = head.post(f"/suivi/{UAI}/{CIEL}/export/verifier/", {"fichier": _upload(data)})
    assert answer.status_code in {200, 422}, answer.status_code
    return " ".join(words(told) for told in ReadPage(answer).main.xpath(VERDICT))


def referentiel(data: bytes, lycee: Lycee, head: Client) -> str:
    """A référentiel of another school, as JSON."""
    address = f"/suivi/{UAI}/{CIEL}/referentiel/modifier/"
    answer = head.post(address, {"fichier": _upload(data)})
    assert answer.status_code in {200, 422}, answer.status_code
    page = ReadPage(answer)
    return TAKEN if answer.status_code == 200 else page.messages()[0]


def nomenclature(data: bytes, lycee: Lycee, head: Client) -> str:
    """`livretpro referentiels nomenclature-officielle`."""
    try:
        load_nomenclature(data, provisional=False)
    except (safe_input.Refused, BadNomenclature) as refusal:
        return str(getattr(refusal, "phrase", refusal))
    return TAKEN


def sheet(data: bytes, lycee: Lycee, head: Client) -> str:
    """`livretpro livret fill`."""
    try:
        text = safe_input.read_text(data)
    except safe_input.Refused as refusal:
        return refusal.phrase
    filled = fill(lycee.year, text, by=lycee.actor, apply=False)
    return filled.errors[0].phrase if filled.errors else TAKEN


def backup(data: bytes, lycee: Lycee, head: Client) -> str:
    """`livretpro restore`, up to the moment when something would be written."""
    with TemporaryDirectory() as folder:
        path, target = Path(folder) / "a.sauvegarde", Path(folder) / "contenu"
        path.write_bytes(data)
        target.mkdir()
        try:
            unpack(path, target)
        except BadArchive as refusal:
            return refusal.phrase
    return TAKEN


def _upload(data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("fichier.xml", data)


DOORS: dict[str, Door] = {
    door.__name__: door
    for door in (siecle, lsl_check, lsl_verify, referentiel, nomenclature, sheet, backup)
}
