"""The history of a livret, field by field, and putting a former value back."""

from datetime import date

import pytest
from django.test import Client
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from browser import assert_accessible_everywhere, sign_in
from livret_factories import classroom, typed
from livretpro.journal.actions import Author, erase_values
from livretpro.journal.models import Entry
from livretpro.livrets.models import Livret, PeriodBilan, Periodicity
from livretpro.schools.models import Enrolment
from read_page import ReadPage
from web.suivi.class_people import address, chef, principal, signed_in, teacher

pytestmark = pytest.mark.django_db

CAPTION = "Changements, du plus récent au plus ancien"


def history(client: Client, pupil: Enrolment, query: str = "") -> ReadPage:
    return ReadPage(client.get(address(pupil, "historique/") + query))


def put_back(client: Client, pupil: Enrolment, *, before: str, stands: str) -> ReadPage:
    """Press « Rétablir » beside the value `before` of the average."""
    entry = Entry.objects.get(field="moyenne_1", values_kept__before=before)
    sent = {"entree": entry.pk, "remplace": stands}
    return ReadPage(client.post(address(pupil, "retablir/"), sent, follow=True))


def test_a_former_value_comes_back_and_the_journal_tells_it() -> None:
    room = classroom(1)
    typed(room.first, {"moyenne_1": "12,5"})
    typed(room.first, {"moyenne_1": "8"})

    page = put_back(signed_in(teacher(room)), room.first, before="12,50", stands="8,00")

    assert page.messages() == ["La valeur d’avant est rétablie."]
    assert PeriodBilan.objects.get().average == 12.5
    last = Entry.objects.latest("rank")
    assert (last.values_kept.before, last.values_kept.after) == ("8,00", "12,50")
    assert last.author_name == "Karine DUVAL"


def test_a_value_changed_since_the_page_was_made_is_not_overwritten() -> None:
    room = classroom(1)
    typed(room.first, {"moyenne_1": "12,5"})
    typed(room.first, {"moyenne_1": "8"})
    typed(room.first, {"moyenne_1": "9"})

    page = put_back(signed_in(chef()), room.first, before="12,50", stands="8,00")

    assert page.messages() == [
        "Moyenne de la période 1 a changé entre-temps : choisissez la valeur à garder."
    ]
    assert PeriodBilan.objects.get().average == 9


def test_who_may_not_write_reads_without_a_button() -> None:
    room = classroom(1)
    typed(room.first, {"moyenne_1": "12,5"})
    typed(room.first, {"moyenne_1": "8"})
    client = signed_in(principal(room))

    page = history(client, room.first)
    entry = Entry.objects.filter(field="moyenne_1").latest("rank")
    answer = client.post(address(room.first, "retablir/"), {"entree": entry.pk, "remplace": "8,00"})

    assert (page.main.xpath(".//td//button"), answer.status_code) == ([], 403)


def test_erased_values_show_that_they_are() -> None:
    room = classroom(1)
    typed(room.first, {"moyenne_1": "12,5"})
    livret = Livret.objects.get()
    erase_values(
        school_uai=room.year.school.uai,
        kind="livret",
        key=str(livret.pk),
        by=Author("a", "Anna Exemple"),
    )
    client = signed_in(chef())

    rows = history(client, room.first).rows(CAPTION)
    entry = Entry.objects.get(field="moyenne_1")
    answer = client.post(address(room.first, "retablir/"), {"entree": entry.pk, "remplace": ""})

    assert rows[-1][2:] == ["Moyenne, trimestre 1", "effacé"]
    assert answer.status_code == 404


def test_one_field_can_be_followed_alone() -> None:
    room = classroom(1)
    typed(room.first, {"moyenne_1": "12,5"})
    typed(room.first, {"competence:C2": "4"})
    client = signed_in(chef())

    page = history(client, room.first, "?champ=competence:C2")

    assert [row[2] for row in page.rows(CAPTION)] == ["Degré C2"]
    assert "Degré C2 seulement." in page.text


def test_each_field_that_was_saved_links_to_its_own_history() -> None:
    room = classroom(1)
    typed(room.first, {"moyenne_1": "12,5"})
    typed(room.first, {"competence:C2": "4"})
    client = signed_in(chef())

    page = ReadPage(client.get(address(room.first)))

    told = [f"Historique : {label}" for label in ("Moyenne de la période 1", "Degré de C2")]
    links = [page.links(words) for words in told]
    past = address(room.first, "historique/")
    assert links == [[f"{past}?champ=moyenne_1"], [f"{past}?champ=competence%3AC2"]]
    assert page.links("Historique : Appréciation générale") == []


def test_putting_back_from_one_field_comes_back_to_that_field() -> None:
    room = classroom(1)
    typed(room.first, {"moyenne_1": "12,5"})
    entry = Entry.objects.get(field="moyenne_1")

    answer = signed_in(chef()).post(
        address(room.first, "retablir/"), {"entree": entry.pk, "remplace": "12,50", "seul": "1"}
    )

    assert answer["Location"] == address(room.first, "historique/") + "?champ=moyenne_1"


def test_the_change_of_another_pupil_is_not_found() -> None:
    room = classroom(2)
    typed(room.pupils[0], {"moyenne_1": "12,5"})
    typed(room.pupils[1], {"moyenne_1": "9"})
    other = Entry.objects.filter(field="moyenne_1").latest("rank")

    answer = signed_in(chef()).post(
        address(room.pupils[0], "retablir/"), {"entree": other.pk, "remplace": "12,50"}
    )

    assert answer.status_code == 404


@pytest.mark.parametrize("query", ["?champ=appreciation", "?champ=appr%00eciation"])
def test_a_field_that_never_changed_says_so(query: str) -> None:
    room = classroom(1)
    typed(room.first, {"moyenne_1": "12,5"})

    page = history(signed_in(teacher(room)), room.first, query)

    assert "Cette donnée n’a jamais changé." in page.text
    assert "Rien n’a encore été saisi" not in page.text


def test_the_button_goes_when_the_campaign_closes() -> None:
    room = classroom(1)
    typed(room.first, {"moyenne_1": "12,5"})
    typed(room.first, {"moyenne_1": "8"})
    people = {"Karine DUVAL": signed_in(teacher(room)), "chef": signed_in(chef())}
    Periodicity.objects.update(closes_on=date(2025, 9, 2))

    buttons = {name: "Rétablir" in history(who, room.first).text for name, who in people.items()}

    assert buttons == {"Karine DUVAL": False, "chef": True}


@pytest.mark.django_db(transaction=True)
def test_the_history_is_read_and_used_in_a_browser(page: Page, live_server: LiveServer) -> None:
    room = classroom(1)
    typed(room.first, {"moyenne_1": "12,5"})
    typed(room.first, {"moyenne_1": "8"})
    sign_in(page, teacher(room), live_server)
    page.goto(address(room.first, "historique/"))

    box = page.get_by_role("row", name="12,50").first.bounding_box()
    assert box
    assert box["height"] < 100, "A row holds no blank lines"
    assert_accessible_everywhere(page)
    page.get_by_role("button", name="Rétablir").first.click()

    expect(page.get_by_text("La valeur d’avant est rétablie.")).to_be_visible()
