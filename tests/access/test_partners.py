"""The access table of partners (spec 08): what each token opens, of its school and of another.

The answers stand in `partners.csv`: one line an address, one column an identity. Pages of people
are there too: a token opens none.
"""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from livretpro.partners.actions import revoke_client
from livretpro.partners.models import PartnerClient
from lycee import CIEL, UAI
from web.api.partner_world import Partner, partner, school

with Path(__file__).with_name("partners.csv").open(encoding="utf-8", newline="") as _file:
    ROWS = list(csv.DictReader(_file, delimiter=";"))
SHUT, DEAD, SCOPELESS, OWN, ELSEWHERE = list(ROWS[0])[1:]
WORDS = {
    "api:bilans": {"code": "TCIEL1", "numero": 1},
    "suivi:partners": {"uai": UAI},
    "suivi:division": {"uai": UAI, "cfd": CIEL, "division": 1},
}


@pytest.fixture(scope="module")
def identities(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[dict[str, Partner | None]]:
    """A school with a published period, one without, and their partners."""
    with django_db_blocker.unblock(), transaction.atomic():
        own, other = school(pupils=1), school("0990002P", pupils=1, reference=False)
        other.division("TCIEL1").period_publications.all().delete()
        dead, scopeless = partner(own, "MORT"), partner(own, "SANS PORTÉE")
        revoke_client(dead.made.client, by=own.actor, now=timezone.now())
        PartnerClient.objects.filter(pk=scopeless.made.client.pk).update(scopes=[])
        yield {
            SHUT: None,
            DEAD: dead,
            SCOPELESS: scopeless,
            OWN: partner(own),
            ELSEWHERE: partner(other),
        }
        transaction.set_rollback(True)


def test_every_address_of_the_api_has_its_line() -> None:
    _, resolver = get_resolver().namespace_dict["api"]
    names = {f"api:{one.name}" for one in resolver.url_patterns}

    assert names == {row["adresse"] for row in ROWS if row["adresse"].startswith("api:")}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["adresse"])
def test_each_identity_gets_the_answer_of_the_table(
    identities: dict[str, Partner | None], row: dict[str, str]
) -> None:
    name = row["adresse"]
    path = reverse(name, kwargs=WORDS.get(name, {}))

    got = {who: str(_status(path, one)) for who, one in identities.items()}

    assert got == {who: row[who] for who in identities}


def _status(path: str, one: Partner | None) -> int:
    client = Client(raise_request_exception=False)
    return client.get(path, headers=one.authorized if one else {}).status_code
