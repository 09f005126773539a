"""The MEF of another ministry: shown to the head, opened, closed, told."""

import pytest
from django.test import Client

from livretpro.journal.models import Entry
from livretpro.referentiels.rules import OTHER_MINISTRY
from livretpro.schools.models import Enrolment, School
from livretpro.schools.rules import Role
from lycee import UAI, Lycee, found, signed_in
from query_counts import queries
from read_page import ReadPage

pytestmark = pytest.mark.django_db
PAGE = f"/suivi/{UAI}/diplomes/"
SETTING = f"/suivi/{UAI}/mef/"
MEF = "2762552033"


@pytest.fixture
def lycee() -> Lycee:
    """The pupils of TMELEC2 are of another ministry."""
    made = found({"TCIEL1": 1, "TMELEC2": 2})
    others = Enrolment.objects.filter(division__code="TMELEC2")
    others.update(no_livret=OTHER_MINISTRY, mef=MEF)
    return made


@pytest.fixture
def as_head(lycee: Lycee) -> Client:
    return signed_in(lycee.person(Role.CHEF))


def livrets() -> int:
    return Enrolment.objects.with_livret().count()


def test_the_head_opens_it_and_closes_it_again(as_head: Client) -> None:
    assert f"MEF {MEF}, 2 élèves : livret fermé." in ReadPage(as_head.get(PAGE)).text

    page = ReadPage(as_head.post(SETTING, {"mef": MEF, "faire": "ouvrir"}, follow=True))
    assert f"MEF {MEF}, 2 élèves : livret ouvert." in page.text
    assert livrets() == 3
    as_head.post(SETTING, {"mef": MEF, "faire": "fermer"})

    assert (livrets(), School.objects.get().extra_mefs) == (1, [])
    told = Entry.objects.filter(field="MEF d’un autre ministère").order_by("pk")
    assert [one.values_kept.after for one in told] == [MEF, ""]


def test_a_mef_that_nobody_follows_is_not_opened(as_head: Client) -> None:
    page = ReadPage(as_head.post(SETTING, {"mef": "2762552032"}, follow=True))

    assert "Aucun élève présent" in page.messages()[0]
    assert School.objects.get().extra_mefs == []


def test_asked_twice_it_is_told_once(as_head: Client) -> None:
    for _ in range(2):
        page = ReadPage(as_head.post(SETTING, {"mef": MEF}, follow=True))

    assert page.messages() == ["Rien n’avait changé."]
    assert Entry.objects.filter(field="MEF d’un autre ministère").count() == 1


def test_a_teacher_is_shown_none(lycee: Lycee) -> None:
    page = ReadPage(signed_in(lycee.person(Role.ENSEIGNANT, "PETIT", "Zoé")).get(PAGE))

    assert "autre ministère" not in page.text


@pytest.mark.parametrize("mefs", [1, 3])
def test_the_choice_costs_the_same_whatever_their_number(as_head: Client, mefs: int) -> None:
    School.objects.update(extra_mefs=[f"276255203{n}" for n in range(mefs)])
    as_head.get(PAGE)

    with queries(8):
        as_head.get(PAGE)
