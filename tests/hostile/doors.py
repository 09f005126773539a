"""The doors where files come in. Each takes bytes and gives what a person would read."""

from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

import safe_input
from livretpro.backups.archive import BadArchive, unpack
from livretpro.cli.main import main
from livretpro.livrets.actions import fill
from livretpro.lsl_registry.deposits import make_token
from livretpro.lsl_registry.jobs import run_import
from livretpro.lsl_registry.models import Import, ImportState
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
    answer = head.post(f"/ecole/{UAI}/imports/", {"fichiers": _upload(data)})
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
    return command(data, "lsl", "check")


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


def spreadsheet(data: bytes, lycee: Lycee, head: Client) -> str:
    """ "Déposer le tableau rempli", on the page of a class."""
    address = f"/suivi/{UAI}/{CIEL}/divisions/{lycee.division('TCIEL1').pk}/tableur/"
    answer = head.post(address, {"fichier": _upload(data)})
    assert answer.status_code in {200, 422}, answer.status_code
    page = ReadPage(answer)
    return TAKEN if answer.status_code == 200 else page.text


def bilan(data: bytes, lycee: Lycee, head: Client) -> str:
    """ "Déposer un bilan du LSL", on the page of bilans; one that is taken is taken away again."""
    answer = head.post(f"/suivi/{UAI}/{CIEL}/export/bilans/", {"fichier": _upload(data)})
    if answer.status_code == 302:
        assert head.get(answer["Location"]).status_code == 200
        assert head.post(f"{answer['Location']}retirer/").status_code == 302
        return TAKEN
    assert answer.status_code == 422, answer.status_code
    return ReadPage(answer).text


def registre(data: bytes, lycee: Lycee, head: Client) -> str:
    """Paramétrage / Importer, then the job, then the bilan."""
    answer = head.post(f"/registre/{UAI}/importer/", {"fichiers": _upload(data), "division": ""})
    if answer.status_code != 302:
        assert answer.status_code == 422, answer.status_code
        return ReadPage(answer).text
    received = Import.objects.latest("pk")
    run_import(received.pk)
    page = ReadPage(head.get(f"/registre/{UAI}/importer/{received.pk}/"))
    received.refresh_from_db()
    assert (page.status, received.failure) == (200, "")
    return page.text if received.state == ImportState.REFUSED else TAKEN


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


def cli_import(data: bytes, lycee: Lycee, head: Client) -> str:
    """`livretpro siecle import`."""
    return command(data, "siecle", "import", "--uai", UAI)


def cli_verify(data: bytes, lycee: Lycee, head: Client) -> str:
    """`livretpro lsl verify`."""
    return command(data, "lsl", "verify")


def cli_rehearse(data: bytes, lycee: Lycee, head: Client) -> str:
    """`livretpro lsl rehearse`."""
    return command(data, "lsl", "rehearse", "--uai", UAI)


def cli_fill(data: bytes, lycee: Lycee, head: Client) -> str:
    """`livretpro livret fill`."""
    return command(data, "livret", "fill", "--uai", UAI)


def cli_referentiel(data: bytes, lycee: Lycee, head: Client) -> str:
    """`livretpro referentiels import`."""
    return command(data, "referentiels", "import", "--uai", UAI, "--diplome", CIEL)


def cli_nomenclature(data: bytes, lycee: Lycee, head: Client) -> str:
    """`livretpro referentiels nomenclature-officielle`."""
    return command(data, "referentiels", "nomenclature-officielle")


def cli_bilan(data: bytes, lycee: Lycee, head: Client) -> str:
    """`livretpro lsl bilan`."""
    return command(data, "lsl", "bilan", "--uai", UAI)


def cli_registre(data: bytes, lycee: Lycee, head: Client) -> str:
    """`livretpro registre import`."""
    return command(data, "registre", "import", "--uai", UAI)


def cli_registre_nomenclature(data: bytes, lycee: Lycee, head: Client) -> str:
    """`livretpro registre nomenclature`."""
    return command(data, "registre", "nomenclature", "--uai", UAI)


def deposit(data: bytes, lycee: Lycee, head: Client) -> str:
    """A software deposits at the Registre, then its job, then what the software reads of it."""
    made = make_token("Logiciel", by=lycee.actor)
    headers = {"Authorization": f"Bearer {made.secret}"}
    answer = Client().post("/api/v1/depots", data, content_type="text/xml", headers=headers)
    if answer.status_code == 201:
        run_import(answer.json()["import"])
        answer = Client().get(answer["Location"], headers=headers)
        assert answer.status_code == 200, answer.content
    made.token.delete()
    said = answer.json()
    refused = said["bilan"]["fichier"] if "bilan" in said else said
    return str(refused["phrase"]) if refused else TAKEN


def command(data: bytes, *words: str) -> str:
    """Run `livretpro` on a file; what it says when it refuses it."""
    said, refused = StringIO(), StringIO()
    with TemporaryDirectory() as folder, redirect_stdout(said), redirect_stderr(refused):
        path = Path(folder) / "fichier"
        path.write_bytes(data)
        status = main([*words, str(path)])
        name = str(path)
    assert status in {0, 1}, status
    return TAKEN if status == 0 else f"{said.getvalue()} {refused.getvalue()}".replace(name, "")


def _upload(data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("fichier.xml", data)


DOORS: dict[str, Door] = {
    door.__name__: door
    for door in (
        siecle,
        lsl_check,
        referentiel,
        nomenclature,
        sheet,
        spreadsheet,
        bilan,
        backup,
        registre,
    )
}
FEW: dict[str, Door] = {
    door.__name__: door
    for door in (
        lsl_verify,
        cli_import,
        cli_verify,
        cli_rehearse,
        cli_fill,
        cli_referentiel,
        cli_nomenclature,
        cli_bilan,
        cli_registre,
        cli_registre_nomenclature,
        deposit,
    )
}
"""Doors where a file of each family is enough: commands and deposits have the same readers as the
doors above, and to verify a file is to open an archive and compare bytes."""
