"""The page "Configuration et export du LSL Pro"."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from livretpro.journal.models import Entry
from livretpro.livrets.actions import record
from livretpro.livrets.models import Periodicity
from livretpro.referentiels.models import NomenclatureCode, Referentiel
from livretpro.referentiels.rules import Level
from livretpro.schools.models import Enrolment
from livretpro.schools.rules import Role
from lycee import CIEL, UAI, Lycee, found, signed_in, stranger
from read_page import ReadPage

pytestmark = pytest.mark.django_db

PAGE = f"/suivi/{UAI}/{CIEL}/export/"
PERIODICITY = f"{PAGE}periodicite/"
PROJECT = f"{PAGE}projet/"
VERIFY = f"{PAGE}verifier/"


@pytest.fixture
def lycee() -> Lycee:
    return found({"1CIEL1": 2, "TCIEL1": 3})


@pytest.fixture
def as_head(lycee: Lycee) -> Client:
    return signed_in(lycee.person(Role.CHEF))


def test_the_page_opens_to_the_head_and_the_ddfpt_alone(lycee: Lycee) -> None:
    expected = {
        lycee.person(Role.CHEF): 200,
        lycee.person(Role.DDFPT, "ROUX"): 200,
        lycee.person(Role.ENSEIGNANT, "PETIT", "Zoé"): 403,
        lycee.person(Role.ENSEIGNANT, "ROYER", "Anne"): 404,
        lycee.person(Role.ADMINISTRATEUR, "ADMIN"): 404,
        stranger(): 404,
    }

    got = {user: signed_in(user).get(PAGE).status_code for user in expected}

    assert got == expected
    assert Client().get(PAGE).headers["Location"] == f"/connexion/?next={PAGE}"


@pytest.mark.parametrize("address", [PERIODICITY, PROJECT, VERIFY])
def test_nobody_else_writes_there(lycee: Lycee, address: str) -> None:
    teacher = lycee.person(Role.ENSEIGNANT, "PETIT", "Zoé")
    outsider = stranger()

    assert signed_in(teacher).post(address, {"niveau": "terminale"}).status_code == 403
    assert signed_in(outsider).post(address, {"niveau": "terminale"}).status_code == 404
    assert Client().post(address).headers["Location"] == "/connexion/?next=%2F"
    assert signed_in(teacher).get(address).status_code == 405
    assert Periodicity.objects.count() == 0


def test_the_title_names_the_diploma(as_head: Client) -> None:
    assert ReadPage(as_head.get(PAGE)).title == (
        "Configuration et export du LSL Pro – Bac pro CIEL – LivretPro"
    )


def test_the_entry_is_closed_until_a_periodicity_is_chosen(as_head: Client) -> None:
    page = ReadPage(as_head.get(PAGE))

    assert "À choisir. D’ici là, la saisie des 2 livrets est fermée." in page.text
    assert "À choisir. D’ici là, la saisie des 3 livrets est fermée." in page.text


def test_choosing_a_periodicity_opens_the_entry_and_says_it(as_head: Client) -> None:
    answer = as_head.post(PERIODICITY, {"niveau": "terminale", "periodicite": "S"}, follow=True)

    assert answer.redirect_chain == [(PAGE, 302)]
    assert ReadPage(answer).messages() == [
        (
            "La saisie des livrets de terminale est ouverte, par semestres : "
            "vous pouvez prévenir les enseignants."
        )
    ]
    assert [(p.level, p.kind) for p in Periodicity.objects.all()] == [("terminale", "S")]


def test_choosing_the_same_twice_changes_nothing(as_head: Client) -> None:
    choice = {"niveau": "terminale", "periodicite": "T"}
    as_head.post(PERIODICITY, choice)
    told = Entry.objects.filter(kind="periodicite").count()

    answer = as_head.post(PERIODICITY, choice, follow=True)

    assert answer.redirect_chain == [(PAGE, 302)]
    assert Entry.objects.filter(kind="periodicite").count() == told


def test_a_periodicity_may_change_while_nothing_is_typed(as_head: Client) -> None:
    as_head.post(PERIODICITY, {"niveau": "terminale", "periodicite": "T"})

    as_head.post(PERIODICITY, {"niveau": "terminale", "periodicite": "S"})

    assert Periodicity.objects.get().kind == "S"


@pytest.mark.parametrize("typed", [{}, {"periodicite": ""}])
def test_no_choice_is_refused_beside_the_level(as_head: Client, typed: dict[str, str]) -> None:
    page = ReadPage(as_head.post(PERIODICITY, {"niveau": "premiere", **typed}))

    assert (page.status, page.messages()) == (
        422,
        ["Choisissez d’abord trimestres ou semestres."],
    )
    assert Periodicity.objects.count() == 0


def test_typed_livrets_freeze_the_periodicity(lycee: Lycee, as_head: Client) -> None:
    lycee.open_entry(Level.TERMINALE)
    lycee.fill(1003)

    shown = ReadPage(as_head.get(PAGE))
    refused = ReadPage(as_head.post(PERIODICITY, {"niveau": "terminale", "periodicite": "S"}))

    assert "Figée : un élève a déjà des données de livret." in shown.text
    assert refused.status == 409
    assert refused.messages() == [
        (
            "La périodicité de la terminale ne peut plus changer : "
            "un élève a déjà des données de livret."
        )
    ]
    assert Periodicity.objects.get().kind == "T"


def test_the_project_block_is_closed_then_opened_again(lycee: Lycee, as_head: Client) -> None:
    lycee.open_entry(Level.TERMINALE)

    closed = as_head.post(PROJECT, {"niveau": "terminale", "ouvrir": "non"}, follow=True)
    held = Periodicity.objects.get().project
    as_head.post(PROJECT, {"niveau": "terminale", "ouvrir": "oui"})

    assert ReadPage(closed).messages() == [
        "Le bloc Projet de terminale est fermé : ce qui était saisi est gardé."
    ]
    assert (held, Periodicity.objects.get().project) == (False, True)


def test_there_is_no_project_to_open_before_the_periodicity(as_head: Client) -> None:
    answer = as_head.post(PROJECT, {"niveau": "terminale", "ouvrir": "oui"})

    assert answer.status_code == 404


def test_a_division_all_red_cannot_be_prepared_and_says_why(as_head: Client) -> None:
    page = ReadPage(as_head.get(PAGE))
    buttons = page.main.xpath(".//table//button")

    assert [b.get("disabled") is not None for b in buttons] == [True, True]
    assert [page.reason(b) for b in buttons] == [
        "Les 2 livrets de 1CIEL1 sont rouges.",
        "Les 3 livrets de TCIEL1 sont rouges.",
    ]


def test_a_division_of_apprentices_alone_says_that_nobody_is_eligible(
    lycee: Lycee, as_head: Client
) -> None:
    Enrolment.objects.filter(division__code="1CIEL1").update(status="AP")

    page = ReadPage(as_head.get(PAGE))

    assert page.rows("Export par division")[0] == [
        "1CIEL1",
        "0",
        "",
        *("0", "0", "0"),
        "jamais Aucun élève sous statut scolaire de 1CIEL1 n’a de livret à ce diplôme.",
        "Préparer",
    ]


def test_counts_lead_to_the_pupils_they_count(lycee: Lycee, as_head: Client) -> None:
    lycee.open_entry(Level.TERMINALE)
    lycee.fill(1003)
    lycee.fill(1004, green=True)
    division = f"/suivi/{UAI}/{CIEL}/divisions/{lycee.division('TCIEL1').pk}/"

    page = ReadPage(as_head.get(PAGE))

    assert page.rows("Export par division")[1][:6] == [
        *("TCIEL1", "3", ""),
        *("1 rouge en TCIEL1", "1 orange en TCIEL1", "1 vert en TCIEL1"),
    ]
    assert page.links("1 orange en TCIEL1") == [f"{division}?statut=orange"]
    assert page.links("Préparer TCIEL1") == [f"{PAGE}divisions/{lycee.division('TCIEL1').pk}/"]


def test_the_last_version_says_whether_something_changed_since(
    lycee: Lycee, as_head: Client
) -> None:
    lycee.open_entry(Level.TERMINALE)
    lycee.fill(1003, 1004)
    lycee.export("TCIEL1")

    same = ReadPage(as_head.get(PAGE)).rows("Export par division")[1][6]
    lycee.fill(1003, 1005, average="8")
    changed = ReadPage(as_head.get(PAGE)).rows("Export par division")[1][6]

    assert same == "v001, aujourd’hui rien n’a changé depuis la version 1"
    assert changed == "v001, aujourd’hui 2 livrets ont changé depuis la version 1"


def test_several_divisions_say_who_each_file_leaves_out(lycee: Lycee, as_head: Client) -> None:
    lycee.open_entry(Level.TERMINALE)
    lycee.fill(1003, 1004)
    lycee.export("TCIEL1")
    record(lycee.enrolment(1003), "competence:C01", "", by=lycee.actor)

    page = ReadPage(as_head.get(PAGE))

    assert "2 rouges laissés de côté, 1 déjà transmis, absent de ce fichier" in page.text


def test_a_referentiel_that_is_not_complete_is_said(lycee: Lycee, as_head: Client) -> None:
    Referentiel.objects.filter(diplomas__cfd=CIEL).update(
        complete=False, reliability="blocs 1 et 2"
    )

    assert ReadPage(as_head.get(PAGE)).messages() == [
        (
            "La liste des compétences attendues de ce diplôme n’est pas complète ou n’est pas sûre "
            "(blocs 1 et 2) : relisez-la avant d’exporter. Relire la liste"
        )
    ]


def test_a_nomenclature_that_came_to_lack_a_code_is_said(lycee: Lycee, as_head: Client) -> None:
    lycee.open_entry(Level.TERMINALE)
    lycee.fill(1003)
    lycee.export("TCIEL1")
    NomenclatureCode.objects.filter(mef="2472551933", competence="C08").delete()

    assert ReadPage(as_head.get(PAGE)).messages() == [
        (
            "La nomenclature « LivretPro provisoire » n’a pas de code pour la compétence C08 "
            "du MEF 2472551933 : le fichier ne peut pas être fait."
        )
    ]


def test_a_file_handed_out_is_recognised_and_its_replacement_named(
    lycee: Lycee, as_head: Client
) -> None:
    lycee.open_entry(Level.TERMINALE)
    lycee.fill(1003)
    first = lycee.export("TCIEL1").version
    lycee.fill(1004)
    second = lycee.export("TCIEL1").version

    older, newer, other = (
        ReadPage(as_head.post(VERIFY, {"fichier": SimpleUploadedFile("a.xml", content)}))
        for content in (
            bytes(first.content),
            bytes(second.content),
            bytes(second.content).replace(b"12.5", b"13.5", 1),
        )
    )

    assert older.messages()[0].startswith(
        "C’est la version 001 de TCIEL1, intacte. Elle est remplacée par la version 002, du "
    )
    assert newer.messages() == [f"C’est la version 002 de TCIEL1, intacte. {second.file_name}"]
    assert other.messages() == [
        (
            "Ce fichier n’est pas un de ceux de l’établissement, ou il a été modifié : "
            "ne l’envoyez pas. Téléchargez de nouveau la version voulue."
        )
    ]


@pytest.mark.parametrize(
    ("sent", "phrase"),
    [
        ({}, "Choisissez d’abord un fichier."),
        (
            {"fichier": SimpleUploadedFile("a.zip", b"PK\x03\x04 and no more")},
            "L’archive zip est abîmée ou incomplète : téléchargez-la ou exportez-la de nouveau.",
        ),
    ],
)
def test_what_cannot_be_read_is_refused_beside_the_button(
    as_head: Client, sent: dict[str, SimpleUploadedFile], phrase: str
) -> None:
    page = ReadPage(as_head.post(VERIFY, sent))

    assert (page.status, page.main.xpath("string(.//*[@id='id_fichier_error'])")) == (422, phrase)


@pytest.mark.parametrize("divisions", [1, 3])
def test_the_page_costs_the_same_for_one_division_or_three(
    divisions: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    lycee = found({f"TCIEL{number}": 2 for number in range(1, divisions + 1)})
    lycee.open_entry(Level.TERMINALE)
    lycee.fill(*range(1001, 1001 + 2 * divisions))
    for number in range(1, divisions + 1):
        lycee.export(f"TCIEL{number}")
    lycee.fill(*range(1001, 1001 + 2 * divisions), average="14")
    head = signed_in(lycee.person(Role.CHEF))
    head.get(PAGE)

    with django_assert_num_queries(22):
        head.get(PAGE)
