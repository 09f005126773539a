"""The trail of changes."""

import pytest
from django.db import transaction

from livretpro.journal.actions import Author, Change, NoTransaction, record
from livretpro.journal.models import Entry, EntryValues
from livretpro.journal.queries import latest
from livretpro.journal.requests import request_id

ANNA = Author("anna.exemple", "Anna Exemple")
UAI = "0599001N"


def change(number: int) -> Change:
    return Change("modifie", "livret", "7", f"champ{number}", "avant", "après")


@pytest.mark.django_db
def test_a_change_is_kept_with_its_author_its_request_and_its_values() -> None:
    token = request_id.set("abc123")

    record([change(1)], school_uai=UAI, by=ANNA)

    request_id.reset(token)
    entry = Entry.objects.get()
    assert (entry.school_uai, entry.author_id, entry.author_name) == (UAI, *vars(ANNA).values())
    assert (entry.kind, entry.key, entry.field, entry.request_id) == (
        "livret",
        "7",
        "champ1",
        "abc123",
    )
    assert str(entry.values_kept) == "avant → après"


@pytest.mark.django_db
def test_an_event_without_values_keeps_none() -> None:
    record([Change("exporte", "export", "1")], school_uai=UAI, by=ANNA)

    assert (Entry.objects.count(), EntryValues.objects.count()) == (1, 0)


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 3])
def test_two_queries_whatever_the_number_of_changes(count: int, django_assert_num_queries) -> None:
    with transaction.atomic(), django_assert_num_queries(2):
        record([change(n) for n in range(count)], school_uai=UAI, by=ANNA)

    assert Entry.objects.count() == count


@pytest.mark.django_db
def test_the_latest_come_first_and_only_those_of_the_object() -> None:
    record([change(1), change(2)], school_uai=UAI, by=ANNA)
    record([Change("modifie", "livret", "8", "autre")], school_uai=UAI, by=ANNA)

    found = latest(school_uai=UAI, kind="livret", key="7")

    assert [entry.field for entry in found] == ["champ2", "champ1"]


@pytest.mark.django_db(transaction=True)
def test_a_change_told_outside_its_transaction_is_a_bug() -> None:
    with pytest.raises(NoTransaction):
        record([change(1)], school_uai=UAI, by=ANNA)

    assert not Entry.objects.exists()
