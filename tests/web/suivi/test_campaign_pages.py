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


PERIODS = {
    "debut_1": "01/09/2025",
    "fin_1": "28/11/2025",
    "debut_2": "01/12/2025",
    "fin_2": "06/03/2026",
    "debut_3": "09/03/2026",
    "fin_3": "12/06/2026",
}


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
    ("address", "first", "second", "phrase"),
    [
        ("campagne", {"fermeture": "12/06/2026"}, {"fermeture": "19/06/2026"}, "au 12/06/2026."),
        ("periodes", PERIODS, PERIODS | {"fin_3": "19/06/2026"}, "du 01/09/2025 au 28/11/2025, "),
    ],
)
def test_dates_that_another_head_set_meanwhile_are_shown_before_they_go(
    lycee: Lycee, address: str, first: dict[str, str], second: dict[str, str], phrase: str
) -> None:
    head, target = signed_in(lycee.person(Role.CHEF)), f"{ROOT}export/{address}/"
    sent = {"niveau": "terminale", "vu": ""}
    assert head.post(target, sent | first).status_code == 302

    again = head.post(target, sent | first)
    page = ReadPage(head.post(target, sent | second))

    assert (again.status_code, page.status) == (302, 409)
    assert f"Ces dates ont changé entre-temps : {phrase}" in page.main.xpath(
        "string(.//*[@role='alert'])"
    )
    (seen,) = page.main.xpath(f".//form[contains(@action, '{address}')]/input[@name='vu']/@value")
    assert head.post(target, sent | second | {"vu": seen}).status_code == 302


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


def dates_shown(page: ReadPage) -> list[str]:
    """The dates beside the averages of a livret."""
    return [words(element) for element in page.main.find_class("lp-averages__dates")]


def period_fields(page: ReadPage) -> dict[str, str]:
    boxes = page.main.xpath(".//input[starts-with(@name, 'debut_') or starts-with(@name, 'fin_')]")
    return {box.get("name"): box.get("value") for box in boxes}


def test_the_head_sets_the_dates_of_the_periods_and_the_livret_shows_them(lycee: Lycee) -> None:
    head = signed_in(lycee.person(Role.CHEF))
    livret = f"{ROOT}livrets/{lycee.enrolment(1001).pk}/"
    assert dates_shown(ReadPage(head.get(livret))) == [
        "01/09 – 30/12",
        "31/12 – 01/05",
        "02/05 – 31/08",
    ]

    sent = {"niveau": "terminale", **PERIODS}
    page = ReadPage(head.post(f"{ROOT}export/periodes/", sent, follow=True))

    assert page.messages() == ["Les dates des périodes de terminale sont enregistrées."]
    assert period_fields(page) == PERIODS
    assert dates_shown(ReadPage(head.get(livret))) == [
        "01/09 – 28/11",
        "01/12 – 06/03",
        "09/03 – 12/06",
    ]


@pytest.mark.parametrize(
    ("change", "phrase", "focus"),
    [
        (
            {"fin_2": ""},
            (
                "Donnez le début et la fin de chaque période, ou effacez toutes les dates pour "
                "revenir à des parts égales de l’année."
            ),
            "debut_1",
        ),
        (
            {"fin_2": "31/02/2026"},
            "Donnez la date par le jour, le mois et l’année : 12/06/2026.",
            "fin_2",
        ),
        (
            {"debut_2": "28/11/2025"},
            "Le début du 2e trimestre doit suivre la fin du précédent.",
            "debut_1",
        ),
    ],
)
def test_refused_dates_of_periods_stay_on_screen_with_their_reason(
    lycee: Lycee, change: dict[str, str], phrase: str, focus: str
) -> None:
    head = signed_in(lycee.person(Role.CHEF))
    typed = PERIODS | change

    page = ReadPage(head.post(f"{ROOT}export/periodes/", {"niveau": "terminale", **typed}))

    assert (page.status, page.messages()) == (422, [phrase])
    assert period_fields(page) == typed
    assert page.main.xpath("boolean(.//details[@open]//input[@name='debut_1'])")
    assert page.main.xpath("string(.//details[@open]//input[@autofocus]/@name)") == focus
    assert Periodicity.objects.get().period_days == []


def test_all_dates_emptied_bring_the_equal_parts_back(lycee: Lycee) -> None:
    head = signed_in(lycee.person(Role.CHEF))
    head.post(f"{ROOT}export/periodes/", {"niveau": "terminale", **PERIODS})

    sent = {"niveau": "terminale", **dict.fromkeys(PERIODS, "")}
    page = ReadPage(head.post(f"{ROOT}export/periodes/", sent, follow=True))

    assert period_fields(page)["fin_1"] == "30/12/2025"
    assert Periodicity.objects.get().period_days == []
