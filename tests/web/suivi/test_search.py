"""Search: what each role finds, how words are read, what it costs, the key `/`."""

from datetime import date

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django import DjangoAssertNumQueries
from pytest_django.live_server_helper import LiveServer

from browser import assert_accessible, assert_accessible_everywhere, sign_in
from livretpro.accounts.actions import create_user
from livretpro.schools.models import Enrolment, School, Student
from livretpro.schools.rules import Role
from livretpro.web.base import systems
from livretpro.web.registre.system import REGISTRE
from lycee import CIEL, UAI, Lycee, found, signed_in
from read_page import ReadPage

pytestmark = pytest.mark.django_db

PAGE = f"/ecole/{UAI}/recherche/"


@pytest.fixture
def lycee() -> Lycee:
    """AUBRY, BENHADDOU and CORDIER in TCIEL1, DE SOUSA in 1CIEL1; PETIT teaches both divisions."""
    return found({"TCIEL1": 3, "1CIEL1": 1})


@pytest.fixture
def as_head(lycee: Lycee) -> Client:
    return signed_in(lycee.person(Role.CHEF))


def look(client: Client, typed: str) -> dict[str, list[str]]:
    """What is found, by sort."""
    page = ReadPage(client.post(PAGE, {"q": typed}))
    return {
        str(section.xpath("string(./h2)")): [
            " ".join("".join(item.itertext()).split()) for item in section.xpath(".//li")
        ]
        for section in page.main.xpath(".//section")
    }


@pytest.mark.parametrize(
    "typed", ["de sousa", "SOUSA de", "Élève4 sou", "eleve4", "De-Sousa", "1004"]
)
def test_a_pupil_is_found_by_any_word_in_any_order(as_head: Client, typed: str) -> None:
    assert look(as_head, typed)["Élèves"] == ["DE SOUSA Élève4 1CIEL1"]


def test_a_registre_alone_leads_to_the_record_and_to_the_records(
    as_head: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(systems, "_installed", [REGISTRE])

    page = ReadPage(as_head.post(PAGE, {"q": "tciel1"}))
    pupil = ReadPage(as_head.post(PAGE, {"q": "de sousa"}))

    assert page.links("TCIEL1") == [f"/registre/{UAI}/dossiers/"]
    assert pupil.links("DE SOUSA Élève4") == [f"/registre/{UAI}/dossiers/1004/"]


@pytest.mark.parametrize("typed", ["ousa", "%", "__", "xyz", "99999"])
def test_what_begins_no_word_finds_nobody(as_head: Client, typed: str) -> None:
    assert "Élèves" not in look(as_head, typed)


@pytest.mark.parametrize("typed", ["tciel\0", "1234567\x00890", "\0\0"])
def test_a_null_character_is_not_looked_for(as_head: Client, typed: str) -> None:
    assert as_head.post(PAGE, {"q": typed}).status_code == 200


def test_each_hit_leads_to_its_page(lycee: Lycee, as_head: Client) -> None:
    page = ReadPage(as_head.post(PAGE, {"q": "aubry"}))

    pupil = lycee.enrolment(1001)
    assert page.links("AUBRY Élève1") == [f"/suivi/{UAI}/{CIEL}/livrets/{pupil.pk}/"]


def test_divisions_and_people_are_found_too(as_head: Client) -> None:
    assert look(as_head, "tciel")["Divisions"] == [f"TCIEL1 {CIEL}"]
    assert look(as_head, "petit")["Personnels"] == ["PETIT Zoé ENS"]
    School.objects.get().memberships.create(
        user=create_user(last_name="O’BRIEN", first_name="Ada"),
        role=Role.ADMINISTRATEUR,
        start=timezone.localdate(),
    )
    assert look(as_head, "ada brien")["Personnels"] == ["O’BRIEN Ada administrateur"]


def test_the_head_finds_those_who_left_too(lycee: Lycee, as_head: Client) -> None:
    Enrolment.objects.filter(student__siecle_id=1001).update(end=date(2026, 1, 12))
    lycee.next_year({"TCIEL1": 1})
    Enrolment.objects.filter(student__siecle_id=1002, school_year__year=2026).delete()

    assert look(as_head, "benhaddou")["Élèves"] == ["BENHADDOU Élève2 TCIEL1 2025-2026"]
    (page,) = ReadPage(as_head.post(PAGE, {"q": "benhaddou"})).links("BENHADDOU Élève2")
    assert as_head.get(page).status_code == 200


def test_who_left_this_year_is_told_so_to_the_head_alone(lycee: Lycee, as_head: Client) -> None:
    Enrolment.objects.filter(student__siecle_id=1001).update(end=date(2026, 1, 12))
    teacher = signed_in(lycee.person(Role.ENSEIGNANT, "PETIT", "Zoé"))

    assert look(as_head, "aubry")["Élèves"] == ["AUBRY Élève1 TCIEL1 parti le 12/01/2026"]
    assert look(teacher, "aubry") == {}


def test_a_division_without_livret_is_found_without_a_page(as_head: Client) -> None:
    Enrolment.objects.filter(division__code="1CIEL1").update(cfd="", level="")

    assert look(as_head, "1ciel")["Divisions"] == ["1CIEL1"]


@pytest.mark.parametrize("page", ["/compte/", "/aide/", "/a-propos/"])
def test_a_page_of_no_school_searches_that_of_the_person(as_head: Client, page: str) -> None:
    forms = ReadPage(as_head.get(page)).main.getroottree().xpath("//form[@role='search']/@action")

    assert forms == [PAGE]


def test_the_administrator_finds_people_and_no_pupil(lycee: Lycee) -> None:
    client = signed_in(lycee.person(Role.ADMINISTRATEUR))

    assert (look(client, "aubry"), list(look(client, "petit"))) == ({}, ["Personnels"])


def test_a_teacher_finds_own_pupils_alone(lycee: Lycee) -> None:
    own = signed_in(lycee.person(Role.ENSEIGNANT, "PETIT", "Zoé"))
    none = signed_in(lycee.person(Role.ENSEIGNANT, "ROYER", "Anne"))

    assert look(own, "aubry") == {"Élèves": ["AUBRY Élève1 TCIEL1"]}
    assert (look(own, "petit"), look(own, "1001"), look(none, "aubry")) == ({}, {}, {})


def test_two_letters_are_needed(as_head: Client) -> None:
    answer = as_head.post(PAGE, {"q": "a"})

    assert "Saisissez au moins 2 lettres" in ReadPage(answer).text


def test_what_is_looked_for_never_stands_in_an_address(as_head: Client) -> None:
    assert look(as_head, "aubry")
    assert "AUBRY" not in as_head.get(f"{PAGE}?q=aubry").content.decode()


@pytest.mark.parametrize("pupils", [1, 3])
def test_it_costs_the_same_whatever_it_finds(
    lycee: Lycee, as_head: Client, pupils: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    ids = [1001 + rank for rank in range(pupils)]
    Student.objects.filter(siecle_id__in=ids).update(name_key="trouve")

    with django_assert_num_queries(8):
        as_head.post(PAGE, {"q": "trouve"})


def test_what_is_found_shows_without_a_page_while_one_types(as_head: Client) -> None:
    answer = as_head.post(PAGE, {"q": "élève"}, headers={"HX-Request": "true"})

    text = answer.content.decode()
    assert "<html" not in text
    assert "4 résultats" in text
    assert text.count("<li>") == 4


@pytest.mark.django_db(transaction=True)
def test_keys_search_show_the_keys_and_can_be_switched_off(
    page: Page, live_server: LiveServer
) -> None:
    lycee = found({"TCIEL1": 2})
    sign_in(page, lycee.person(Role.CHEF), live_server)
    page.goto(f"/suivi/{UAI}/{CIEL}/saisie/")
    shown = page.locator(".lp-found")

    page.keyboard.press("/")
    page.keyboard.type("tciel1")
    expect(shown.get_by_role("link", name="TCIEL1")).to_be_visible()
    page.keyboard.press("Control+a")
    page.keyboard.type("Aubry")
    expect(shown.get_by_role("link", name="AUBRY Élève1")).to_be_visible()
    expect(shown.get_by_role("link", name="TCIEL1")).to_have_count(0)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert_accessible(page)
    page.keyboard.press("Escape")
    expect(shown).to_be_hidden()
    page.keyboard.press("/")
    page.keyboard.type("aubry")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="AUBRY Élève1")).to_be_visible()
    assert_accessible_everywhere(page)

    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"/suivi/{UAI}/{CIEL}/saisie/")
    page.keyboard.press("/")
    page.keyboard.type("aub")
    expect(shown.get_by_role("link", name="AUBRY Élève1")).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="AUBRY Élève1")).to_be_visible()

    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Touches du clavier")
    expect(dialog.get_by_role("button", name="Fermer")).to_be_focused()
    assert_accessible_everywhere(page)
    dialog.get_by_role("checkbox").uncheck()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.locator("h1").click()
    page.keyboard.press("?")
    expect(dialog).to_be_hidden()
    page.set_viewport_size({"width": 1280, "height": 900})
    page.get_by_role("link", name="Touches du clavier").click()
    expect(dialog.get_by_role("checkbox")).not_to_be_checked()


@pytest.mark.django_db(transaction=True)
def test_the_key_is_left_alone_where_the_box_is_not_shown(
    page: Page, live_server: LiveServer
) -> None:
    lycee = found({"TCIEL1": 1})
    sign_in(page, lycee.person(Role.CHEF), live_server)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"/suivi/{UAI}/{CIEL}/saisie/")
    page.evaluate("addEventListener('keydown', e => { window.kept = !e.defaultPrevented })")

    page.keyboard.press("/")

    assert page.evaluate("window.kept")
