"""The pages of the SIECLE import; the work itself is done by the real worker."""

from collections.abc import Sequence

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from background import work
from livretpro.journal.models import Entry
from livretpro.schools.models import Enrolment, ImportBatch, ImportFile, Staff, Student
from livretpro.schools.rules import Role
from lycee import UAI, Lycee, files, found, signed_in, stranger
from read_page import ReadPage
from siecle_files import division_sts, eleve, eleves_xml, individu, service, sts_xml

PAGE = f"/ecole/{UAI}/imports/"


def uploads(contents: Sequence[bytes]) -> dict[str, list[SimpleUploadedFile]]:
    """These contents, as the form sends them."""
    return {
        "fichiers": [SimpleUploadedFile(f"{n}.xml", content) for n, content in enumerate(contents)]
    }


def deposit(client: Client, contents: Sequence[bytes]) -> ReadPage:
    """Deposit these files and let the worker read them."""
    answer = client.post(PAGE, uploads(contents))
    assert answer.status_code == 302, answer.content.decode()
    work()
    return ReadPage(client.get(answer.headers["Location"]))


def last() -> ImportBatch:
    """The last import."""
    return ImportBatch.objects.latest("pk")


def address(action: str = "") -> str:
    """The address of the last import, or of something done to it."""
    return f"{PAGE}{last().pk}/{action}"


@pytest.fixture
def lycee(transactional_db: None) -> Lycee:
    return found({"TCIEL1": 12}, reference=False)


@pytest.fixture
def as_admin(lycee: Lycee) -> Client:
    return signed_in(lycee.person(Role.ADMINISTRATEUR))


def test_import_is_for_the_administrator_the_head_and_the_ddfpt(lycee: Lycee) -> None:
    expected = {
        lycee.person(Role.ADMINISTRATEUR, "ADMIN"): (200, 200, 422),
        lycee.person(Role.CHEF): (200, 200, 422),
        lycee.person(Role.DDFPT, "ROUX"): (200, 200, 422),
        lycee.person(Role.ENSEIGNANT, "PETIT", "Zoé"): (403, 403, 403),
        stranger(): (404, 404, 404),
    }
    deposit(signed_in(next(iter(expected))), files({"TCIEL1": 12}))

    got = {
        user: (
            signed_in(user).get(PAGE).status_code,
            signed_in(user).get(address()).status_code,
            signed_in(user).post(PAGE).status_code,
        )
        for user in expected
    }

    assert got == expected
    assert Client().get(PAGE).headers["Location"] == f"/connexion/?next={PAGE}"


@pytest.mark.parametrize("action", ["appliquer/", "abandonner/"])
def test_a_teacher_neither_applies_nor_gives_up(
    lycee: Lycee, as_admin: Client, action: str
) -> None:
    deposit(as_admin, files({"TCIEL1": 13}))
    teacher = signed_in(lycee.person(Role.ENSEIGNANT, "PETIT", "Zoé"))

    assert teacher.post(address(action)).status_code == 403
    assert signed_in(stranger()).post(address(action)).status_code == 404
    assert as_admin.get(address(action)).status_code == 405
    assert last().state == "apercu"


def test_an_import_of_another_school_is_not_found(lycee: Lycee, as_admin: Client) -> None:
    assert as_admin.get(f"{PAGE}999999/").status_code == 404


def test_the_first_page_says_where_to_find_the_files(as_admin: Client) -> None:
    page = ReadPage(as_admin.get(PAGE))

    assert page.title == "Import SIECLE – LivretPro"
    assert page.rows("Où trouver ces fichiers") == [
        ["ElevesSansAdresses", "SIECLE, Exportations, En XML, Génériques : Élèves sans adresses"],
        ["Structures", "SIECLE, Exportations, En XML, Génériques : Structures"],
        ["Nomenclature", "SIECLE, Exportations, En XML, Génériques : Nomenclature"],
        [f"sts_emp_{UAI}", "STS-Web, Mise à jour, Exports : Emplois du temps"],
    ]
    assert "Aucun import pour le moment" in page.text


@pytest.mark.parametrize(
    ("contents", "phrase"),
    [
        ([], "Choisissez d’abord les fichiers à importer."),
        ([b""], "Un des fichiers est vide : exportez-le de nouveau."),
        ([b"<a/>"] * 9, "Un import tient en 8 fichiers au plus."),
    ],
)
def test_a_deposit_that_cannot_be_kept_is_refused_beside_the_button(
    as_admin: Client, contents: list[bytes], phrase: str
) -> None:
    page = ReadPage(as_admin.post(PAGE, uploads(contents)))

    assert (page.status, page.main.xpath("string(.//*[@id='id_fichiers_error'])")) == (422, phrase)
    assert ImportBatch.objects.count() == 0


def test_the_page_waits_for_the_worker_and_says_so(as_admin: Client) -> None:
    as_admin.post(PAGE, uploads(files({"TCIEL1": 13})))

    page = ReadPage(as_admin.get(address()))

    assert "Lecture en attente : elle commence dès que le travail de fond est libre." in page.text
    assert page.links("Actualiser") == [address()]


def test_the_progress_is_told_with_a_count(as_admin: Client) -> None:
    as_admin.post(PAGE, uploads(files({"TCIEL1": 13})))
    ImportBatch.objects.update(attempt=1, done=120, total=240)

    part = as_admin.get(address("avancement/"), headers={"HX-Request": "true"})
    plain = as_admin.get(address("avancement/"))

    assert "Lecture : 120 / 240 élèves (50 %)" in part.content.decode()
    assert "<html" not in part.content.decode()
    assert plain.headers["Location"] == address()


def test_the_whole_page_comes_back_once_the_reading_is_over(as_admin: Client) -> None:
    deposit(as_admin, files({"TCIEL1": 13}))

    answer = as_admin.get(address("avancement/"), headers={"HX-Request": "true"})

    assert answer.headers["HX-Refresh"] == "true"


def test_the_preview_tells_what_changes_and_nothing_is_written(as_admin: Client) -> None:
    page = deposit(as_admin, files({"TCIEL1": 11, "1CIEL1": 2}))

    assert "Rien n’est encore écrit." in page.text
    assert page.rows("Ce que l’import change")[:2] == [
        ["Élèves", "1", "1", "0", "11"],
        ["Divisions", "1", "0", "0", "1"],
    ]
    assert "division : TCIEL1 → 1CIEL1" in page.text
    assert Student.objects.count() == 12


def test_an_applied_import_is_written_once_and_its_files_are_emptied(as_admin: Client) -> None:
    deposit(as_admin, files({"TCIEL1": 13}))

    answer = as_admin.post(address("appliquer/"))
    work()
    page = ReadPage(as_admin.get(answer.headers["Location"]))
    again = ReadPage(as_admin.post(address("appliquer/")))
    work()

    assert "L’import est appliqué." in page.text
    assert Enrolment.objects.filter(end=None).count() == 13
    assert {bytes(file.content) for file in ImportFile.objects.all()} == {b""}
    assert (again.status, again.messages()) == (
        409,
        ["Cet import n’attend plus de réponse : il est déjà appliqué, abandonné ou en cours."],
    )
    assert Entry.objects.filter(kind="import").count() == 2


def test_the_same_files_again_change_nothing(as_admin: Client) -> None:
    page = deposit(as_admin, files({"TCIEL1": 12}))

    assert "Ces fichiers ne changent rien : ils ont déjà été importés." in page.text
    assert page.main.xpath(".//button[.='Appliquer']") == []


def test_many_departures_ask_for_a_confirmation(as_admin: Client) -> None:
    page = deposit(as_admin, files({"TCIEL1": 8}))

    refused = ReadPage(as_admin.post(address("appliquer/")))
    work()
    present = Enrolment.objects.filter(end=None).count()
    as_admin.post(address("appliquer/"), {"departs": "on"})
    work()

    assert "Je confirme le départ de 4 élèves sur 12." in page.text
    assert (refused.status, refused.messages()) == (
        422,
        ["Cochez les confirmations demandées avant d’appliquer l’import."],
    )
    assert (present, Enrolment.objects.filter(end=None).count()) == (12, 8)


def test_a_new_year_asks_for_a_confirmation(lycee: Lycee, as_admin: Client) -> None:
    page = deposit(as_admin, files({"TCIEL1": 12}, annee=2026))

    as_admin.post(address("appliquer/"), {"nouvelle_annee": "on", "departs": "on"})
    work()
    lycee.school.refresh_from_db()

    assert "J’ouvre l’année 2026-2027 et je ferme la précédente : les enseignants n’y" in page.text
    assert lycee.school.current_year == 2026


def test_a_large_school_may_tick_each_of_its_pupils(as_admin: Client) -> None:
    deposit(as_admin, files({"TCIEL1": 12}))

    answer = as_admin.post(address("appliquer/"), {"meme": [str(n) for n in range(1, 2001)]})

    assert answer.status_code in {302, 422}


def test_a_changed_identifier_is_the_same_pupil_only_when_said(as_admin: Client) -> None:
    known = Student.objects.get(siecle_id=1012)
    one = eleve(
        9999,
        divisions=["TCIEL1"],
        CODE_MEF="24725519330",
        NOM_DE_FAMILLE=known.last_name,
        PRENOM=known.first_name,
        ID_NATIONAL=known.ine,
    )
    others = files({"TCIEL1": 11})[0].replace(
        b"</ELEVES>", one.block.encode("iso-8859-15") + b"</ELEVES>"
    )
    structures = (
        '<STRUCTURES_ELEVE ELEVE_ID="9999"><STRUCTURE><CODE_STRUCTURE>TCIEL1</CODE_STRUCTURE>'
        "<TYPE_STRUCTURE>D</TYPE_STRUCTURE></STRUCTURE></STRUCTURES_ELEVE></STRUCTURES>"
    )
    page = deposit(as_admin, [others.replace(b"</STRUCTURES>", structures.encode())])

    as_admin.post(address("appliquer/"), {"meme": "9999"})
    work()

    assert "(9999) est le même élève que" in page.text
    assert Student.objects.get(pk=known.pk).siecle_id == 9999
    assert Student.objects.count() == 12


def test_a_teacher_by_hand_is_the_one_of_sts_only_when_said(lycee: Lycee, as_admin: Client) -> None:
    user = lycee.person(Role.ENSEIGNANT, "MERCIER", "Anne")
    sts = sts_xml(
        uai=UAI,
        individus=[
            individu("501"),
            individu("502", NOM_PATRONYMIQUE="ROYER", PRENOM="Anne"),
            individu("503", NOM_PATRONYMIQUE="MERCIER", PRENOM="Anne"),
        ],
        divisions=[division_sts("TCIEL1", mefs=["24725519330"], services=[service("071100")])],
    )
    page = deposit(as_admin, [sts])
    stranger_key = as_admin.post(address("appliquer/"), {"meme_personnel": "999:epp"})

    as_admin.post(address("appliquer/"), {"meme_personnel": "503:epp"})
    work()

    assert "MERCIER Anne (STS 503:epp) est la même personne que MERCIER Anne (ajoutée à la" in (
        page.text
    )
    assert stranger_key.status_code == 422
    assert Staff.objects.get(last_name="MERCIER").sts_id == "503"
    assert Staff.objects.get(last_name="MERCIER").user == user


def test_an_abandoned_import_writes_nothing(as_admin: Client) -> None:
    deposit(as_admin, files({"TCIEL1": 13}))

    answer = as_admin.post(address("abandonner/"))
    page = ReadPage(as_admin.get(address()))

    assert answer.headers["Location"] == PAGE
    assert "Cet import a été abandonné" in page.text
    assert Student.objects.count() == 12


def test_the_files_of_another_school_are_refused_in_a_clear_sentence(as_admin: Client) -> None:
    page = deposit(as_admin, files({"TCIEL1": 12}, uai="0990001N"))

    assert page.messages() == [
        (
            "Fichier n° 1. Ce fichier (BEE_ELEVES) est celui de l’établissement 0990001N, "
            "alors que vous importez dans l’établissement 0599001N : rien n’est importé."
        )
    ]
    assert last().state == "refuse"


def test_a_malformed_file_is_refused_with_its_line(as_admin: Client) -> None:
    page = deposit(as_admin, [b'<?xml version="1.0"?>\n<BEE_ELEVES>\n<DONNEES>\n</BEE_ELEVES>'])

    assert "Ligne 4 du fichier." in page.messages()[0]
    assert page.links("Importer d’autres fichiers") == [PAGE]


def test_warnings_name_the_pupil_and_the_line(as_admin: Client) -> None:
    content = eleves_xml(
        uai=UAI, eleves=[eleve(1001, divisions=["TCIEL1", "1CIEL1"], NOM_DE_FAMILLE="AUBRY")]
    )

    page = deposit(as_admin, [content])

    assert "AUBRY Léa (élève 1001) : le fichier lui donne plusieurs divisions" in page.text
    line = content[: content.index(b"<ELEVE ")].count(b"\n") + 1
    assert f"Ligne {line}." in page.text


@pytest.mark.parametrize("imports", [1, 3])
def test_the_history_costs_the_same_for_one_import_or_three(
    as_admin: Client, imports: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(imports):
        as_admin.post(PAGE, uploads(files({"TCIEL1": 12})))

    with django_assert_num_queries(5):
        page = ReadPage(as_admin.get(PAGE))

    assert len(page.rows("Imports précédents")) == imports
