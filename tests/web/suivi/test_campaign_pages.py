"""The campaign on screen: its dates, its closing, what a teacher still owes."""

from datetime import date

import pytest

from livretpro.livrets.actions import set_campaign
from livretpro.livrets.campaign import Campaign
from livretpro.livrets.models import Periodicity
from livretpro.referentiels.rules import Level
from livretpro.schools.rules import Role
from lycee import CIEL, UAI, Lycee, found, signed_in
from read_page import ReadPage, words

pytestmark = pytest.mark.django_db
ROOT = f"/suivi/{UAI}/{CIEL}/"


@pytest.fixture
def lycee(db: None) -> Lycee:
    made = found({"TCIEL1": 3})
    made.open_entry(Level.TERMINALE)
    return made


def closing(lycee: Lycee, day: date) -> None:
    set_campaign(lycee.year, CIEL, Level.TERMINALE, Campaign(closes=day), by=lycee.actor)


def test_the_head_sets_the_campaign_from_the_configuration_page(lycee: Lycee) -> None:
    head = signed_in(lycee.person(Role.CHEF))
    sent = {"niveau": "terminale", "ouverture": "04/05/2026", "fermeture": "12/06/2026"}

    page = ReadPage(head.post(f"{ROOT}export/campagne/", sent, follow=True))

    assert page.messages() == ["La campagne de terminale est enregistrée."]
    shown = page.main.xpath(".//input[@name='ouverture' or @name='fermeture']/@value")
    assert shown == ["04/05/2026", "12/06/2026"]
    ready = ReadPage(head.get(f"{ROOT}export/annonce/terminale/"))
    assert words(ready.main.xpath(".//textarea")[0]) == (
        "Bonjour, La saisie des livrets de terminale est ouverte, par trimestres jusqu’au "
        f"12/06/2026. Vous pouvez les remplir à cette adresse : http://testserver{ROOT}saisie/"
    )


@pytest.mark.parametrize(
    ("day", "phrase"),
    [
        ("31/06/2026", "Donnez la date par le jour, le mois et l’année : 12/06/2026."),
        ("12/06/2031", "La campagne tient dans l’année scolaire, du 01/09/2025 au 31/08/2026."),
    ],
)
def test_a_refused_date_stays_on_screen_with_its_reason(
    lycee: Lycee, day: str, phrase: str
) -> None:
    head = signed_in(lycee.person(Role.CHEF))

    page = ReadPage(head.post(f"{ROOT}export/campagne/", {"niveau": "terminale", "fermeture": day}))

    assert page.status == 422
    assert page.main.xpath("string(.//*[@role='alert'])") == phrase
    assert page.main.xpath(".//input[@name='fermeture']/@value") == [day]
    assert Periodicity.objects.get().closes_on is None


def test_after_the_closing_a_teacher_reads_and_the_page_says_the_date(lycee: Lycee) -> None:
    closing(lycee, date(2025, 9, 30))
    pupil = f"{ROOT}livrets/{lycee.enrolment(1001).pk}/"
    teacher = signed_in(lycee.person(Role.ENSEIGNANT, "PETIT", "Zoé"))
    head = signed_in(lycee.person(Role.CHEF))

    page, its = ReadPage(teacher.get(pupil)), ReadPage(head.get(pupil))
    refused = teacher.post(f"{pupil}champ/", {"champ": "moyenne_1", "valeur": "12"})

    assert "La saisie a fermé le 30/09/2025 : vous consultez ce livret." in page.text
    assert page.main.xpath(".//input[@name='moyenne_1'][not(@readonly) and not(@disabled)]") == []
    assert "Saisie ouverte aux enseignants jusqu’au 30 septembre 2025." in its.text
    assert refused.status_code == 409


def test_a_teacher_sees_what_is_owed_before_a_near_closing(lycee: Lycee) -> None:
    closing(lycee, lycee.year.end)  # today, bounded to the year, is its last day
    lycee.fill(1001)
    teacher = signed_in(lycee.person(Role.ENSEIGNANT, "PETIT", "Zoé"))
    head = signed_in(lycee.person(Role.CHEF))

    told = ReadPage(teacher.get(f"{ROOT}saisie/"))
    quiet = ReadPage(head.get(f"{ROOT}saisie/")).text

    owed = (
        "La saisie de terminale ferme aujourd’hui, le 31 août 2026. "
        "Il vous reste 2 livrets rouges : TCIEL1."
    )
    assert owed in told.text
    division = lycee.division("TCIEL1").pk
    assert f"{ROOT}divisions/{division}/?statut=rouge" in told.links("TCIEL1")
    assert "ferme le" not in quiet
