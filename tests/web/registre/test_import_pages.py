"""Paramétrage / Importer, by the hands of a head: deposit, progress, bilan, list of bilans."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from python_calamine import CalamineWorkbook

import factories
import registry_factories as make
from bilans import rows_of
from livretpro.lsl_registry import bilans, jobs
from livretpro.lsl_registry.jobs import run_import
from livretpro.lsl_registry.models import Import
from livretpro.lsl_registry.storing import store
from livretpro.referentiels.models import Nomenclature
from livretpro.referentiels.queries import NoNomenclature
from livretpro.schools.models import Group
from livretpro.schools.rules import Role
from lsl_rules import Judged
from lsl_xml import Profile
from lycee import signed_in
from query_counts import queries
from read_page import ReadPage

pytestmark = pytest.mark.django_db
IMPORTS = f"/registre/{factories.UAI}/importer/"
SESSION_AND_DOOR = 2 + 2


@pytest.fixture
def as_head() -> Client:
    make.room(3)
    factories.membership(role=Role.CHEF)
    return signed_in(factories.user())


def sent(name: str = "TMELEC.xml", content: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, make.content(make.document()) if content is None else content)


def address(of: Import) -> str:
    return f"{IMPORTS}{of.pk}/"


def test_a_file_sent_is_followed_then_read(as_head: Client) -> None:
    response = as_head.post(IMPORTS, {"fichiers": sent(), "division": ""})
    received = Import.objects.get()
    assert response["Location"] == address(received)

    waiting = ReadPage(as_head.get(address(received)))
    run_import(received.pk)
    over = ReadPage(as_head.get(address(received)))

    assert "Contrôle du fichier" in waiting.text
    assert "sans lien avec LSL" in as_head.get(address(received)).text
    assert "NOM0001" in over.text
    assert "Élèves de la division absents du fichier" in over.text


def test_the_progress_is_asked_by_itself_then_the_whole_page(as_head: Client) -> None:
    received = make.keep(make.document())
    Import.objects.update(total=23, done=12)
    ask = {"HTTP_HX_REQUEST": "true"}

    assert "Import : 12 / 23 (52%)" in as_head.get(f"{address(received)}avancement/", **ask).text
    Import.objects.update(done=0, total=0)
    run_import(received.pk)

    assert as_head.get(f"{address(received)}avancement/", **ask)["HX-Refresh"] == "true"


def test_several_files_are_followed_in_the_list(as_head: Client) -> None:
    body = {"fichiers": [sent("A.xml"), sent("B.xml")], "division": ""}

    response = as_head.post(IMPORTS, body)

    assert response["Location"] == IMPORTS
    page = ReadPage(as_head.get(IMPORTS))
    assert page.text.index("B.xml") < page.text.index("A.xml")


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ([], "Choisissez d’abord les fichiers"),
        ([("vide.xml", b"")], "Un des fichiers est vide"),
        ([("abime.zip", b"PK\x03\x04abime")], "abîmée"),
    ],
)
def test_what_cannot_be_kept_is_told_beside_the_field(
    as_head: Client, files: list[tuple[str, bytes]], told: str
) -> None:
    body = {"fichiers": [sent(name, content) for name, content in files], "division": "TMELEC"}

    response = as_head.post(IMPORTS, body)

    assert response.status_code == 422
    assert told in ReadPage(response).text
    assert 'value="TMELEC" selected' in response.text
    assert not Import.objects.exists()


def test_a_refused_file_says_why_and_that_nothing_was_imported(as_head: Client) -> None:
    seen = make.received(b"<lsl")

    page = ReadPage(as_head.get(address(seen.received)))

    assert "Le fichier est refusé : rien n’a été importé" in page.text
    assert "REJLSL_F01" in page.text


def test_an_import_broken_off_says_how_far_it_went(
    as_head: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail_at_the_second(received: Import, rank: int, *rest: object) -> Judged:
        if rank == 2:
            raise ZeroDivisionError
        return store(received, rank, *rest)

    monkeypatch.setattr(jobs, "store", fail_at_the_second)
    eleves = (make.eleve(number) for number in (1001, 1002, 1003))

    seen = make.received(make.document(*eleves))

    page = ReadPage(as_head.get(address(seen.received)))
    assert [one.eleve_id for one in seen.lines] == [1001]
    assert page.messages()[0] == f"Import interrompu : 1 élève sur 3. {jobs.BROKEN}"
    assert "En attente" not in page.text
    book = rows_of(as_head.get(f"{address(seen.received)}bilan/").content)
    said = dict(row[:2] for row in book["Bilan"])
    assert said["Résultat"] == f"Import interrompu : 1 élève sur 3. {jobs.BROKEN}"
    assert said["Origine"] == "Registre de répétition, sans lien avec LSL"


def test_an_ine_in_a_finding_is_masked(as_head: Client) -> None:
    seen = make.received(make.document(make.eleve(ine="0123456789A")))

    page = ReadPage(as_head.get(address(seen.received)))

    assert "•••••••789A" in page.text
    assert "0123456789A" not in page.text


def test_the_same_file_again_says_that_nothing_changed(as_head: Client) -> None:
    make.received(make.document())
    seen = make.received(make.document())

    assert "Rien n’a changé : tout ce" in ReadPage(as_head.get(address(seen.received))).text


def test_a_file_of_which_nothing_was_taken_says_so(as_head: Client) -> None:
    seen = make.received(
        make.document(make.eleve(scolarites=(make.scolarite(annee_scolaire=2020),)))
    )

    page = ReadPage(as_head.get(address(seen.received)))

    assert "Rien n’a changé dans les dossiers : ce qui n’a pas été pris" in page.text


def test_the_bilan_is_a_workbook_that_calamine_reads(as_head: Client) -> None:
    seen = make.received(make.document())

    response = as_head.get(f"{address(seen.received)}bilan/")

    day = seen.received.bilan_day
    assert f'filename="LSL_Bilan_import_{day:%Y-%m-%d}.xls"' in response["Content-Disposition"]
    book = CalamineWorkbook.from_filelike(io.BytesIO(response.content))
    sheets = [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]
    cells = [cell for sheet in sheets for row in sheet for cell in row]
    assert "NOM0001" in cells


def test_the_prerequisites_say_what_is_there_and_what_is_not(as_head: Client) -> None:
    year = factories.school_year()
    for code in ("TMEL1", "TMEL2"):
        Group.objects.create(school_year=year, code=code)
    Group.objects.create(school_year=factories.school_year(year=year.year - 1), code="1MEL1")

    there = ReadPage(as_head.get(IMPORTS)).text
    Group.objects.all().delete()
    Nomenclature.objects.all().delete()
    missing = ReadPage(as_head.get(IMPORTS)).text

    assert "1 division, 2 groupes." in there
    assert "La nomenclature des compétences doit être chargée : LivretPro provisoire." in there
    assert "1 division, aucun groupe." in missing
    assert NoNomenclature.phrase in missing


def test_the_list_follows_its_files_until_they_are_over(as_head: Client) -> None:
    ask = {"HTTP_HX_REQUEST": "true"}
    received = [make.keep(make.document(), name=f"{name}.xml") for name in "AB"]
    Import.objects.filter(pk=received[0].pk).update(total=23, done=12)

    page = as_head.get(IMPORTS)
    waiting = as_head.get(f"{IMPORTS}avancement/", **ask)
    Import.objects.update(total=0, done=0)
    for one in received:
        run_import(one.pk)
    over = as_head.get(f"{IMPORTS}avancement/", **ask)

    assert "every 2s" in page.text
    assert "2 fichiers en cours" in ReadPage(page).text
    assert ReadPage(page).links("Actualiser") == [IMPORTS]
    assert "12 / 23 (52%)" in waiting.text
    assert "every 2s" in waiting.text
    assert "Terminé" in over.text
    assert "every" not in over.text
    assert as_head.get(f"{IMPORTS}avancement/")["Location"] == IMPORTS


def test_every_bilan_is_reached_page_after_page(
    as_head: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bilans, "IN_SIGHT", 2)
    received = [make.keep(make.document(), name=f"{name}.xml") for name in "ABCD"]

    def files(page: ReadPage) -> list[str]:
        return [row[1] for row in page.rows("Bilans")]

    first = ReadPage(as_head.get(IMPORTS))
    (older,) = first.links("Bilans plus anciens")
    second = as_head.get(f"{IMPORTS}{older}")
    beyond = ReadPage(as_head.get(f"{IMPORTS}?avant={received[0].pk}"))

    assert files(first) == ["D.xml", "C.xml"]
    assert files(ReadPage(second)) == ["B.xml", "A.xml"]
    assert ReadPage(second).links("Bilans plus anciens") == []
    assert ReadPage(second).links("Derniers bilans") == [IMPORTS]
    assert f"avancement/?avant={received[2].pk}" in second.text
    assert "Aucun bilan n’est plus ancien." in beyond.text
    assert files(ReadPage(as_head.get(f"{IMPORTS}?avant=x"))) == ["D.xml", "C.xml"]


def test_a_large_file_shows_its_first_pupils_and_findings(
    as_head: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = make.document(*(make.eleve(n) for n in (1001, 1002, 998, 999)), division=None)
    seen = make.received(make.content(file, Profile.V1_0))
    received = seen.received
    whole = ReadPage(as_head.get(address(received)))
    monkeypatch.setattr(bilans, "MOST", 1)

    with queries(SESSION_AND_DOOR + 4):
        cut = ReadPage(as_head.get(address(received)))

    assert "aucune n’a été choisie" in whole.text
    assert bilans.bilan_of(seen).header.unchecked in whole.text
    assert "EXPORTER BILAN les donne tous" not in whole.text
    assert [len(whole.rows(table)) for table in ("Constats", "Élèves du fichier")] == [2, 4]
    assert "EXPORTER BILAN les donne tous" in cut.text
    assert [row[0] for row in cut.rows("Constats")] == ["élève 998"]
    assert [row[1] for row in cut.rows("Élèves du fichier")] == ["NOM0001 Léa"]
    assert "Importés2" in cut.text.replace(" ", "")


def test_the_pages_cost_the_same_whatever_the_pupils(as_head: Client) -> None:
    one = make.received(make.document())
    three = make.received(make.document(*(make.eleve(n) for n in (1001, 1002, 1003))))

    for seen in (one, three):
        with queries(SESSION_AND_DOOR + 2):
            as_head.get(address(seen.received))
    with queries(SESSION_AND_DOOR + 5):
        as_head.get(IMPORTS)
    with queries(SESSION_AND_DOOR + 1):
        as_head.get(f"{IMPORTS}avancement/", HTTP_HX_REQUEST="true")
    with queries(SESSION_AND_DOOR + 1):
        as_head.get(f"{address(three.received)}avancement/")
