"""The page of a period: its grid, its appraisals, its publication."""

import json

import pytest
from django.test import Client
from django.utils import timezone

from livretpro.livrets.actions import record
from livretpro.livrets.models import PeriodPublication
from livretpro.livrets.queries import sheets
from livretpro.referentiels.rules import Level
from livretpro.schools.models import Enrolment, Staff
from livretpro.schools.rules import APPRENTICE_STATUS, Role
from lycee import CIEL, COMPETENCES, UAI, Lycee, found, signed_in
from query_counts import queries
from read_page import ReadPage, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def lycee() -> Lycee:
    made = found({"TCIEL1": 3, "1CIEL1": 1})
    made.open_entry(Level.TERMINALE)
    return made


@pytest.fixture
def head(lycee: Lycee) -> Client:
    return signed_in(lycee.person(Role.CHEF))


def page(lycee: Lycee, number: int = 1, *, of: str = "TCIEL1") -> str:
    return f"/suivi/{UAI}/{CIEL}/divisions/{lycee.division(of).pk}/bilans/{number}/"


def content(lycee: Lycee, pupil: int):
    return sheets([lycee.enrolment(pupil)], lycee.year, bilans=True)[0].content


def text_of(answer) -> str:
    return " ".join(answer.content.decode().split())


def test_the_grid_shows_the_period_and_its_dates(lycee: Lycee, head: Client) -> None:
    record(lycee.enrolment(1001), "bilan_1_competence:C03", "2", by=lycee.actor)
    record(lycee.enrolment(1001), "competence:C03", "4", by=lycee.actor)

    first, second = head.get(page(lycee)), head.get(page(lycee, 2))

    assert "Bac pro CIEL, trimestre 1" in text_of(first)
    assert "Du 1 septembre 2025 au" in text_of(first)
    assert 'data-champ="bilan_1_competence:C03"' in first.content.decode()
    assert first.content.decode().count('data-v="2"') == 1
    assert 'data-v="4"' not in first.content.decode()
    assert 'data-v="2"' not in second.content.decode()


def test_an_apprentice_is_in_the_grid_of_the_period_and_not_in_that_of_the_livrets(
    lycee: Lycee, head: Client
) -> None:
    own = lycee.enrolment(1001)
    Enrolment.objects.filter(pk=own.pk).update(status=APPRENTICE_STATUS)
    cell = {"eleve": own.pk, "champ": "bilan_1_competence:C03", "valeur": "3", "remplace": ""}
    class_page = f"/suivi/{UAI}/{CIEL}/divisions/{lycee.division('TCIEL1').pk}/"

    saved = head.post(
        f"{class_page}cellules/", json.dumps({"cellules": [cell]}), "application/json"
    )
    period, texts = ReadPage(head.get(page(lycee))), head.get(f"{page(lycee)}?vue=appreciations")
    livrets = ReadPage(head.get(class_page))

    assert saved.json()["cellules"][0]["etat"] == "garde"
    (row,) = period.main.xpath(f".//tr[@data-eleve='{own.pk}']/th")
    assert words(row) == f"rouge : {own.student} apprenti"
    assert not row.xpath(".//a")
    assert period.main.xpath(f".//li[@data-eleve='{own.pk}']//span[.='apprenti']")
    assert "apprenti" in text_of(texts)
    assert not livrets.main.xpath(f".//tr[@data-eleve='{own.pk}']")


def test_cells_are_saved_by_the_door_of_the_class_and_told_to_open_pages(
    lycee: Lycee, head: Client
) -> None:
    address = page(lycee)
    cursor = head.get(address).context["page"].cursor
    cell = {
        "eleve": lycee.enrolment(1001).pk,
        "champ": "bilan_1_competence:C03",
        "valeur": "3",
        "remplace": "",
    }
    saved = head.post(
        f"/suivi/{UAI}/{CIEL}/divisions/{lycee.division('TCIEL1').pk}/cellules/",
        json.dumps({"cellules": [cell]}),
        content_type="application/json",
    ).json()

    news = head.get(f"{address}nouveautes/?depuis={cursor}").json()

    assert saved["cellules"][0]["etat"] == "garde"
    (line,) = news["lignes"]
    assert line["eleve"] == lycee.enrolment(1001).pk
    assert line["textes"]["bilan_1_competence:C03"] == "3"
    assert "bilan_1_competence:C03" not in line["manques"]
    assert line["manques"]["bilan_1_appreciation"] == "orange"
    assert head.get(f"{address}nouveautes/?depuis={news['curseur']}").json() == {
        "curseur": news["curseur"]
    }


def test_appraisals_are_typed_without_scripts_and_a_long_one_stays_on_screen(
    lycee: Lycee, head: Client
) -> None:
    first, second = lycee.enrolment(1001).pk, lycee.enrolment(1002).pk
    form = {
        "champ": "bilan_1_appreciation",
        f"valeur:{first}": "Un bon départ.",
        f"remplace:{first}": "",
        f"valeur:{second}": "x" * 301,
        f"remplace:{second}": "",
    }

    answer = head.post(page(lycee), form)

    assert answer.status_code == 409
    assert "301 / 300, 1 de trop" in text_of(answer)
    assert "x" * 301 in answer.content.decode()
    assert content(lycee, 1001).appraisals == {1: "Un bon départ."}
    assert content(lycee, 1002).appraisals == {}


def test_one_column_is_filled_without_scripts(lycee: Lycee, head: Client) -> None:
    pupil = lycee.enrolment(1001).pk
    key = "bilan_1_competence:C04"

    answer = head.post(page(lycee), {"champ": key, f"valeur:{pupil}": "4", f"remplace:{pupil}": ""})

    assert (answer.status_code, "colonne=bilan_1" in answer["Location"]) == (302, True)
    assert content(lycee, 1001).period_degrees == {(1, "C04"): 4}


def test_the_period_is_published_with_what_is_missing_said_then_taken_back(
    lycee: Lycee, head: Client
) -> None:
    empty = text_of(head.get(page(lycee)))
    for code in COMPETENCES:
        record(lycee.enrolment(1001), f"bilan_1_competence:{code}", "3", by=lycee.actor)
    before = text_of(head.get(page(lycee)))
    published = text_of(head.post(f"{page(lycee)}publier/", follow=True))
    taken_back = text_of(head.post(f"{page(lycee)}publier/", {"reprendre": "oui"}, follow=True))

    assert "Rien n’est encore saisi pour cette période." in empty
    assert "Publier la période" not in empty
    for lack in ("3 moyennes", "2 élèves sans tous leurs degrés", "3 appréciations"):
        assert f"<li>{lack}</li>" in before
    assert "Publier la période" in before
    assert "La période 1 de TCIEL1 est publiée." in published
    assert "par Claire FERRAND" in published
    assert "Reprendre la période" in published
    assert "La période 1 de TCIEL1 n’est plus publiée." in taken_back
    assert not PeriodPublication.objects.exists()


def test_a_period_of_which_nothing_is_entered_is_refused(lycee: Lycee, head: Client) -> None:
    answer = head.post(f"{page(lycee)}publier/", follow=True)

    assert "Rien n’est encore saisi" in text_of(answer)
    assert not PeriodPublication.objects.exists()


def test_a_period_that_is_over_names_who_is_read_elsewhere_than_on_the_page(
    lycee: Lycee, head: Client
) -> None:
    """Somebody who moved today is read with the division, somebody who came today is not."""
    day, (gone, come) = timezone.localdate(), (lycee.enrolment(n) for n in (1001, 1004))
    for moved, into in ((gone, "1CIEL1"), (come, "TCIEL1")):
        type(moved).objects.filter(pk=moved.pk).update(end=day)
        moved.pk, moved.start, moved.division = None, day, lycee.division(into)
        moved.level = Level.TERMINALE if into == "TCIEL1" else moved.level
        moved.save(force_insert=True)

    before = text_of(head.get(page(lycee)))
    PeriodPublication.objects.create(division=lycee.division("TCIEL1"), number=1)
    after = text_of(head.get(page(lycee)))

    for shown, reads in ((before, "liront"), (after, "lisent")):
        assert f"Ils {reads} aussi les bilans de qui a fini la période" in shown
        assert f"quittée depuis : {gone.student}.</p>" in shown
        assert f"Ils ne {reads} pas ceux de qui est arrivé depuis : {come.student}.</p>" in shown


def test_a_teacher_of_the_speciality_types_and_does_not_publish(lycee: Lycee) -> None:
    teacher = signed_in(lycee.person(Role.ENSEIGNANT, "PETIT", "Zoé"))

    shown = text_of(teacher.get(page(lycee)))

    assert 'data-ouvert="oui"' in shown
    assert "le professeur principal publient la période" in shown
    assert "Publier la période" not in shown
    assert teacher.post(f"{page(lycee)}publier/").status_code == 403


def test_who_follows_one_pupil_is_told_nothing_of_the_division(lycee: Lycee, head: Client) -> None:
    referent = signed_in(lycee.person(Role.ENSEIGNANT, "ROYER", "Anne"))
    sent = {"eleve": [lycee.enrolment(1001).pk], "staff": Staff.objects.get(last_name="ROYER").pk}
    division = lycee.division("TCIEL1").pk
    head.post(f"/suivi/{UAI}/{CIEL}/enseignants/divisions/{division}/referents/", sent)

    shown = referent.get(page(lycee))

    assert (shown.status_code, text_of(shown).count("data-eleve=")) == (200, 2)
    assert "Publication" not in text_of(shown)


def test_a_division_without_periodicity_says_who_chooses_it(lycee: Lycee, head: Client) -> None:
    answer = text_of(head.get(page(lycee, of="1CIEL1")))

    assert "Choisir la périodicité" in answer
    assert "Publier la période" not in answer


@pytest.mark.parametrize("number", [0, 4, 9])
def test_a_period_that_does_not_exist(lycee: Lycee, head: Client, number: int) -> None:
    assert head.get(page(lycee, number)).status_code == 404
    assert head.get(f"{page(lycee, number)}nouveautes/?depuis=0").status_code == 404


@pytest.mark.parametrize("pupils", [1, 3])
def test_the_page_costs_the_same_whatever_the_number_of_pupils(pupils: int) -> None:
    lycee = found({"TCIEL1": pupils})
    lycee.open_entry(Level.TERMINALE)
    for number in range(pupils):
        record(lycee.enrolment(1001 + number), "moyenne_1", "12", by=lycee.actor)
    head = signed_in(lycee.person(Role.CHEF))
    address = page(lycee)
    head.get(address)

    with queries(18):
        head.get(address)
