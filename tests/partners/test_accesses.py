"""Accesses of partners: made, revoked, their tokens, what is counted, what the journal tells."""

from datetime import UTC, datetime, timedelta

import pytest

import factories
import livret_factories as make
from livret_reading import told
from livretpro.bearer import TooManyRequests
from livretpro.partners.actions import (
    BadName,
    DeadToken,
    NotYourPartners,
    UnknownClient,
    create_client,
    give_token,
    revoke_client,
    spend_token,
)
from livretpro.partners.models import PartnerClient, PartnerToken
from livretpro.partners.queries import client_called, clients_of
from livretpro.partners.rules import PER_MINUTE
from query_counts import queries

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 1, 12, 10, tzinfo=UTC)


def given(made, now=NOW):
    return give_token(made.client.client_id, made.secret, now=now).token


def test_an_access_keeps_neither_its_secret_nor_its_tokens() -> None:
    made = create_client("  PRONOTE   2026 ", by=factories.actor())
    token = given(made)

    row = PartnerClient.objects.values().get()
    kept = PartnerToken.objects.values().get()
    assert row["name"] == "PRONOTE 2026"
    assert made.secret not in map(str, row.values())
    assert token not in map(str, kept.values())
    assert min(len(made.secret), len(token)) == 43
    assert told("partenaire") == [("accès", "", "PRONOTE 2026")]


def test_a_token_opens_its_school_for_an_hour() -> None:
    made = create_client("PRONOTE", by=factories.actor())
    token = given(made)

    with queries(2):
        opened = spend_token(token, now=NOW + timedelta(minutes=59))

    assert (opened.pk, opened.school.uai) == (made.client.pk, factories.school().uai)
    with pytest.raises(DeadToken):
        spend_token(token, now=NOW + timedelta(minutes=60))
    with pytest.raises(DeadToken):
        spend_token("un autre", now=NOW)


def test_a_new_token_clears_those_that_are_dead_and_only_those() -> None:
    made = create_client("PRONOTE", by=factories.actor())
    given(made)
    second = given(made, NOW + timedelta(minutes=30))
    given(made, NOW + timedelta(minutes=61))

    assert PartnerToken.objects.count() == 2
    assert spend_token(second, now=NOW + timedelta(minutes=61))


@pytest.mark.parametrize("secret", ["", "un autre", "\0", "é" * 500])
def test_a_wrong_secret_gets_nothing(secret: str) -> None:
    made = create_client("PRONOTE", by=factories.actor())

    with pytest.raises(UnknownClient):
        give_token(made.client.client_id, secret, now=NOW)

    assert not PartnerToken.objects.exists()


def test_an_unknown_identifier_gets_nothing() -> None:
    made = create_client("PRONOTE", by=factories.actor())

    with pytest.raises(UnknownClient):
        give_token(made.client.client_id[:-1], made.secret, now=NOW)
    with pytest.raises(UnknownClient):
        give_token("\0", made.secret, now=NOW)


def test_a_revoked_access_is_closed_at_once() -> None:
    by = factories.actor()
    made = create_client("PRONOTE", by=by)
    token = given(made)

    assert revoke_client(made.client, by=by, now=NOW)
    assert not revoke_client(made.client, by=by, now=NOW)

    with pytest.raises(DeadToken):
        spend_token(token, now=NOW)
    with pytest.raises(UnknownClient):
        given(made)
    assert told("partenaire") == [("accès", "", "PRONOTE"), ("accès", "PRONOTE", "")]


def test_one_open_access_a_partner() -> None:
    by = factories.actor()
    made = create_client("PRONOTE", by=by)

    with pytest.raises(BadName) as refused:
        create_client("pronote", by=by)
    revoke_client(made.client, by=by, now=NOW)
    again = create_client("Pronote", by=by)

    assert "révoquez-le d’abord" in refused.value.phrase
    assert [client.pk for client in clients_of(by)] == [again.client.pk, made.client.pk]
    assert client_called(by, "PRONOTE") == again.client
    assert client_called(by, made.client.client_id) == made.client


@pytest.mark.parametrize(
    ("name", "said"), [("  ", "Donnez le nom"), ("A\u200b\0", "Donnez le nom"), ("x" * 81, "81")]
)
def test_a_name_that_cannot_be_kept(name: str, said: str) -> None:
    with pytest.raises(BadName) as refused:
        create_client(name, by=factories.actor())

    assert said in refused.value.phrase
    assert not PartnerClient.objects.exists()


def test_a_teacher_opens_and_revokes_nothing() -> None:
    made = create_client("PRONOTE", by=factories.actor())
    teacher = make.teacher(principal=[factories.division("TMELEC")])

    with pytest.raises(NotYourPartners):
        create_client("AUTRE", by=teacher)
    with pytest.raises(NotYourPartners):
        revoke_client(made.client, by=teacher, now=NOW)

    assert clients_of(teacher) == []


def test_requests_are_counted_by_access_minute_after_minute() -> None:
    by = factories.actor()
    made, other = create_client("PRONOTE", by=by), create_client("AUTRE", by=by)
    token, another = given(made), given(other)
    for _ in range(PER_MINUTE - 1):
        spend_token(token, now=NOW + timedelta(seconds=20))

    with pytest.raises(TooManyRequests) as refused:
        spend_token(token, now=NOW + timedelta(seconds=20))
    with pytest.raises(TooManyRequests):
        given(made, NOW + timedelta(seconds=21))

    assert refused.value.after == 41
    assert spend_token(another, now=NOW + timedelta(seconds=20))
    assert spend_token(token, now=NOW + timedelta(seconds=61))
    assert PartnerClient.objects.get(pk=made.client.pk).last_used_at == NOW + timedelta(seconds=61)
