"""The page of the référents PFMP of a division, and what a référent then opens."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from livretpro.accounts.models import User
from livretpro.referentiels.rules import Level
from livretpro.schools.models import PfmpReferent, PrincipalTeacher, Staff
from livretpro.schools.rules import Role
from lycee import CIEL, UAI, Lycee, found, signed_in
from read_page import ReadPage

pytestmark = pytest.mark.django_db
DIPLOMA = f"/suivi/{UAI}/{CIEL}/"
TEACHERS = f"{DIPLOMA}enseignants/"


@pytest.fixture
def lycee() -> Lycee:
    """PETIT Zoé teaches both divisions; ROYER Anne none, and has an account."""
    made = found({"1CIEL1": 1, "TCIEL1": 3})
    made.person(Role.ENSEIGNANT, "ROYER", "Anne")
    return made


@pytest.fixture
def as_head(lycee: Lycee) -> Client:
    return signed_in(lycee.person(Role.CHEF))


def page(lycee: Lycee, code: str = "TCIEL1") -> str:
    return f"{TEACHERS}divisions/{lycee.division(code).pk}/referents/"


def anne() -> Staff:
    return Staff.objects.get(last_name="ROYER")


def pupils(lycee: Lycee, *numbers: int) -> list[int]:
    return [lycee.enrolment(number).pk for number in numbers]


def listed(answer: ReadPage) -> list[list[str]]:
    return answer.rows("Élèves de TCIEL1 et leur référent PFMP")


def test_several_pupils_are_given_a_referent_at_once(lycee: Lycee, as_head: Client) -> None:
    sent = {"eleve": pupils(lycee, 1002, 1003), "staff": anne().pk}

    answer = ReadPage(as_head.post(page(lycee), sent, follow=True))

    assert answer.messages() == ["ROYER Anne est référent PFMP de 2 élèves."]
    assert [row[1] for row in listed(answer)] == [
        "ROYER Anne, du 31/08/2026, par Claire FERRAND",
        "ROYER Anne, du 31/08/2026, par Claire FERRAND",
        "personne",
    ]
    told = ReadPage(as_head.get(TEACHERS)).text
    assert "2 élèves sur 3 en ont un" in told
    assert "aucun élève n’en a" in told


def test_the_whole_division_is_one_box(lycee: Lycee, as_head: Client) -> None:
    as_head.post(page(lycee), {"tous": "on", "staff": anne().pk})
    before = PfmpReferent.objects.count()

    answer = as_head.post(page(lycee), {"tous": "on", "retirer": "on"}, follow=True)

    assert (before, PfmpReferent.objects.count()) == (3, 0)
    assert ReadPage(answer).messages()[-1:] == ["3 élèves sans référent PFMP désormais."]


@pytest.mark.parametrize(
    ("sent", "phrase"),
    [
        ({}, "Cochez au moins un élève. Choisissez d’abord une personne."),
        ({"tous": "on"}, "Choisissez d’abord une personne."),
        ({"tous": "on", "staff": "0"}, "Cette personne n’a plus de compte"),
        ({"eleve": "0", "staff": "0"}, "Un des élèves n’est plus dans cette division"),
    ],
)
def test_what_is_missing_is_told_and_what_was_ticked_stays(
    lycee: Lycee, as_head: Client, sent: dict[str, str], phrase: str
) -> None:
    answer = ReadPage(as_head.post(page(lycee), sent))

    assert answer.status == 422
    assert phrase in answer.main.xpath("string(.//*[@role='alert'])")
    assert not PfmpReferent.objects.exists()


def test_a_refused_form_keeps_the_ticks(lycee: Lycee, as_head: Client) -> None:
    answer = ReadPage(as_head.post(page(lycee), {"eleve": pupils(lycee, 1003)}))

    ticked = answer.main.xpath(".//input[@name='eleve'][@checked]/@value")
    assert [int(pk) for pk in ticked] == pupils(lycee, 1003)


def test_without_an_account_nobody_can_be_named(as_head: Client, lycee: Lycee) -> None:
    Staff.objects.update(user=None)

    answer = ReadPage(as_head.get(page(lycee)))

    assert "Aucun enseignant n’a de compte" in answer.text


def test_a_referent_opens_their_pupils_and_nothing_else(lycee: Lycee, as_head: Client) -> None:
    lycee.open_entry(Level.TERMINALE)
    mine, other = pupils(lycee, 1003, 1004)
    as_head.post(page(lycee), {"eleve": [mine], "staff": anne().pk})
    client = signed_in(_user(anne()))
    division = f"{DIPLOMA}divisions/{lycee.division('TCIEL1').pk}/"
    addresses = {
        DIPLOMA: 403,
        f"{DIPLOMA}saisie/": 200,
        division: 200,
        f"{DIPLOMA}livrets/{mine}/": 200,
        f"{DIPLOMA}livrets/{mine}/historique/": 200,
        f"{DIPLOMA}livrets/{other}/": 404,
        f"{DIPLOMA}divisions/{lycee.division('1CIEL1').pk}/": 404,
        page(lycee): 403,
    }

    got = {address: client.get(address).status_code for address in addresses}
    livrets = ReadPage(client.get(division)).main.xpath(".//a[contains(@href, '/livrets/')]/@href")
    livret = ReadPage(client.get(f"{DIPLOMA}livrets/{mine}/"))

    assert got == addresses
    assert set(livrets) == {f"{DIPLOMA}livrets/{mine}/"}
    assert livret.main.xpath(".//*[@name='pfmp_synthese'][not(@readonly or @disabled)]")
    assert not livret.main.xpath(".//*[@name='moyenne_1'][not(@readonly or @disabled)]")


def test_a_referent_withdrawn_opens_nothing_at_the_next_request(
    lycee: Lycee, as_head: Client
) -> None:
    as_head.post(page(lycee), {"tous": "on", "staff": anne().pk})
    client, livret = signed_in(_user(anne())), f"{DIPLOMA}livrets/{pupils(lycee, 1003)[0]}/"
    before = client.get(livret).status_code

    as_head.post(page(lycee), {"tous": "on", "retirer": "on"})

    assert (before, client.get(livret).status_code) == (200, 404)


def test_a_division_of_a_former_year_or_of_another_school_is_not_found(
    lycee: Lycee, as_head: Client
) -> None:
    former = page(lycee)
    lycee.next_year({"1CIEL1": 1, "TCIEL1": 1})

    assert as_head.get(former).status_code == 404


def test_a_professeur_principal_is_named_then_withdrawn(lycee: Lycee, as_head: Client) -> None:
    division = lycee.division("TCIEL1").pk
    sent = {"division": division, "staff": anne().pk, "charge": "principal", "du": "2026-03-02"}

    named = ReadPage(as_head.post(TEACHERS, sent, follow=True))
    line = PrincipalTeacher.objects.get()
    withdrawn = ReadPage(as_head.post(f"{TEACHERS}principaux/{line.pk}/retirer/", follow=True))

    assert named.messages() == ["ROYER Anne est professeur principal de TCIEL1."]
    assert "ROYER Anne à la main, du 02/03/2026, par Claire FERRAND" in named.text
    assert withdrawn.messages() == ["ROYER Anne n’est plus professeur principal de TCIEL1."]
    assert (
        "ROYER Anne, professeur principal, du 02/03/2026 au 30/08/2026, par Claire FERRAND"
        in withdrawn.text
    )


def test_a_charge_of_sts_has_no_button(lycee: Lycee, as_head: Client) -> None:
    line = PrincipalTeacher.objects.create(staff=anne(), division=lycee.division("TCIEL1"))

    shown = ReadPage(as_head.get(TEACHERS))

    assert "ROYER Anne STS" in shown.text
    assert as_head.post(f"{TEACHERS}principaux/{line.pk}/retirer/").status_code == 404


def test_dates_that_cannot_be_are_told_beside_the_division(lycee: Lycee, as_head: Client) -> None:
    division = lycee.division("TCIEL1").pk
    sent = {"division": division, "staff": anne().pk, "du": "2026-03-02", "au": "2026-03-01"}

    answer = ReadPage(as_head.post(TEACHERS, sent))

    assert answer.status == 422
    assert "La fin vient avant le début" in answer.main.xpath(
        f"string(.//*[@id='refus-{division}'])"
    )
    assert answer.main.xpath(f".//*[@id='au-{division}']/@value") == ["2026-03-01"]


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_for_one_pupil_or_three(
    count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    lycee = found({"TCIEL1": count})
    lycee.person(Role.ENSEIGNANT, "ROYER", "Anne")
    head = signed_in(lycee.person(Role.CHEF))
    head.post(page(lycee), {"tous": "on", "staff": anne().pk})
    head.get(page(lycee))

    with django_assert_num_queries(12):
        head.get(page(lycee))


def _user(staff: Staff) -> User:
    assert staff.user
    return staff.user
