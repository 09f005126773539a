"""What is sent after the session ended: told as lost, with the way back."""

import pytest
from django.test import Client
from django.urls import reverse

from livretpro.accounts.models import User
from read_page import ReadPage
from web.base.valmeray import PASSWORD, UAI, Valmeray

pytestmark = pytest.mark.django_db

POSTED = "/compte/autres-appareils/"
HELD_BY = "http://testserver/compte/?onglet=1"
LOST = "ce que vous veniez d’envoyer n’a pas été enregistré"


def test_a_form_sent_too_late_leads_to_the_sign_in_and_says_what_happened(client: Client) -> None:
    page = ReadPage(client.post(POSTED, headers={"Referer": HELD_BY}, follow=True))

    assert (page.status, LOST in page.text) == (200, True)
    assert "Connexion" in page.title


def test_after_the_sign_in_one_is_back_on_the_page_that_held_the_form(
    client: Client, head: User
) -> None:
    asked = client.post(POSTED, headers={"Referer": HELD_BY})
    sign_in = ReadPage(client.get(asked["Location"]))
    kept = sign_in.main.xpath("string(.//input[@name='next']/@value)")

    answer = client.post(
        "/connexion/", {"login": head.identifier, "password": PASSWORD, "next": kept}
    )

    assert answer["Location"] == "/compte/?onglet=1"


@pytest.mark.parametrize("source", ["", "https://ailleurs.example/compte/", "javascript:alert(1)"])
def test_without_a_page_of_ours_behind_one_is_led_home(client: Client, source: str) -> None:
    answer = client.post(POSTED, headers={"Referer": source} if source else {})

    assert answer["Location"] == "/connexion/?next=%2F"


def test_a_page_that_was_only_read_comes_back_after_the_sign_in(client: Client) -> None:
    answer = client.get("/compte/")

    assert answer["Location"] == "/connexion/?next=/compte/"
    assert LOST not in ReadPage(client.get(answer["Location"])).text


def test_a_save_of_htmx_is_refused_without_moving_the_page(client: Client) -> None:
    answer = client.post(POSTED, headers={"HX-Request": "true", "HX-Current-URL": HELD_BY})

    assert (answer.status_code, LOST in answer.content.decode()) == (401, True)
    assert LOST not in ReadPage(client.get("/connexion/")).text


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_script_that_wants_json_is_told_and_nothing_is_said_to_be_lost(
    client: Client, method: str
) -> None:
    answer = getattr(client, method)(POSTED, headers={"Accept": "application/json"})

    assert answer.status_code == 401
    assert LOST not in ReadPage(client.get("/connexion/")).text


def test_a_part_read_by_htmx_leads_the_whole_page_to_the_sign_in(
    client: Client, valmeray: Valmeray
) -> None:
    answer = client.get(
        reverse("search", args=[UAI]), headers={"HX-Request": "true", "HX-Current-URL": HELD_BY}
    )

    assert answer["HX-Redirect"] == "/connexion/?next=%2Fcompte%2F%3Fonglet%3D1"
