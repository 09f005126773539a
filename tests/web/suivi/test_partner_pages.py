"""The page of partners: an access given, its secret shown once, revoked."""

import pytest
from django.test import Client

from livretpro.partners.models import PartnerClient
from livretpro.schools.rules import Role
from lycee import UAI, found, signed_in
from query_counts import queries

pytestmark = pytest.mark.django_db
PAGE = f"/suivi/{UAI}/partenaires/"


@pytest.fixture
def head() -> Client:
    return signed_in(found({"TCIEL1": 1}).person(Role.CHEF))


def test_an_access_is_given_and_its_secret_shown_once(head: Client) -> None:
    assert "Aucun logiciel ne lit" in head.get(PAGE).content.decode()

    answer = head.post(PAGE, {"nom": "PRONOTE"})

    client = PartnerClient.objects.get()
    secret = answer.context["made"].secret
    assert (answer.status_code, secret in answer.content.decode()) == (200, True)
    page = head.get(PAGE).content.decode()
    assert (client.client_id in page, secret in page) == (True, False)
    assert "jamais" in page


def test_a_name_that_is_refused_stays_on_screen(head: Client) -> None:
    head.post(PAGE, {"nom": "PRONOTE"})

    answer = head.post(PAGE, {"nom": "pronote"})

    assert answer.status_code == 422
    assert 'value="pronote"' in answer.content.decode()
    assert "révoquez-le d’abord" in answer.content.decode()
    assert PartnerClient.objects.count() == 1


def test_an_access_is_revoked_and_a_second_time_changes_nothing(head: Client) -> None:
    head.post(PAGE, {"nom": "PRONOTE"})
    client = PartnerClient.objects.get()

    first = head.post(f"{PAGE}{client.pk}/revoquer/", follow=True)
    second = head.post(f"{PAGE}{client.pk}/revoquer/", follow=True)

    assert "L’accès de PRONOTE est révoqué." in first.content.decode()
    assert "était déjà révoqué" in second.content.decode()
    assert "Révoquer</button>" not in second.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_whatever_the_number_of_accesses(head: Client, count: int) -> None:
    for number in range(count):
        head.post(PAGE, {"nom": f"LOGICIEL {number}"})

    with queries(5):
        head.get(PAGE)
