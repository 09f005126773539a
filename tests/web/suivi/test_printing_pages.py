"""The buttons that print, and what they answer."""

import pytest
from django.test import Client

from livretpro.livrets.models import Periodicity
from livretpro.referentiels.rules import Level
from livretpro.schools.rules import Role
from lycee import CIEL, UAI, Lycee, found, signed_in
from pdf_reading import pages
from read_page import ReadPage

pytestmark = pytest.mark.django_db

SUIVI = f"/suivi/{UAI}/{CIEL}"


@pytest.fixture
def lycee() -> Lycee:
    made = found({"TCIEL1": 2})
    made.open_entry(Level.TERMINALE)
    made.fill(1001, green=True)
    return made


@pytest.fixture
def as_head(lycee: Lycee) -> Client:
    return signed_in(lycee.person(Role.CHEF))


def prints(client: Client, address: str) -> list[str]:
    """Where the buttons of a page that print send."""
    page = ReadPage(client.get(address))
    return page.main.xpath(".//form[.//button[contains(., 'Imprimer')]]/@action")


def test_the_class_and_the_livret_offer_to_print(lycee: Lycee, as_head: Client) -> None:
    division = f"{SUIVI}/divisions/{lycee.division('TCIEL1').pk}/"
    livret = f"{SUIVI}/livrets/{lycee.enrolment(1001).pk}/"

    for page, names in ((division, ["AUBRY", "BENHADDOU"]), (livret, ["AUBRY"])):
        (address,) = prints(as_head, page)
        answer = as_head.post(address)

        assert answer["Content-Type"] == "application/pdf"
        assert answer["Content-Disposition"].startswith('attachment; filename="LIVRET')
        told = pages(answer.content)[::2]
        assert [name in page for name, page in zip(names, told, strict=True)] == [True] * len(names)


def test_before_the_periodicity_no_button_and_a_reason(lycee: Lycee, as_head: Client) -> None:
    Periodicity.objects.all().delete()
    livret = f"{SUIVI}/livrets/{lycee.enrolment(1001).pk}/"

    assert prints(as_head, livret) == []

    answer = as_head.post(f"{livret}imprimer/", follow=True)
    assert "Il n’y a rien à imprimer" in answer.content.decode()


def test_the_journal_names_what_was_printed(lycee: Lycee, as_head: Client) -> None:
    division = f"{SUIVI}/divisions/{lycee.division('TCIEL1').pk}/"
    livret = f"{SUIVI}/livrets/{lycee.enrolment(1001).pk}/"
    as_head.post(f"{division}imprimer/")
    as_head.post(f"{livret}imprimer/")

    page = ReadPage(as_head.get(f"/ecole/{UAI}/journal/?sorte=impression"))

    rows = page.main.xpath(".//tbody/tr")
    assert ["AUBRY" in rows[0].text_content(), "TCIEL1" in rows[1].text_content()] == [True, True]
    assert page.main.xpath(".//tbody//a/@href") == [livret, division]
