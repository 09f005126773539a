"""Counts of tries: exact when many come at once, and never pushed back by insisting."""

from datetime import timedelta

import pytest
from django.db import connection

from at_once import at_once, kinds
from livretpro.web.base.throttling import TooMany, count_try, forget_tries

WINDOW = 300


def pass_by(seconds: int) -> None:
    """Let time pass for the counts."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE base_cache SET expires = expires - %s", [timedelta(seconds=seconds)])


def attempt() -> None:
    count_try("essai", "anna", tries=2, window=WINDOW)


@pytest.mark.django_db
def test_a_refused_try_does_not_push_the_window_back() -> None:
    attempt()
    attempt()
    pass_by(200)
    with pytest.raises(TooMany):
        attempt()

    pass_by(101)

    attempt()


@pytest.mark.django_db
def test_a_success_ends_the_count() -> None:
    attempt()
    attempt()

    forget_tries("essai", "anna", tries=2)

    attempt()


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_no_more_pass_than_may() -> None:
    outcomes = at_once(*[attempt] * 6)

    assert kinds(outcomes) == ["NoneType"] * 2 + ["TooMany"] * 4
