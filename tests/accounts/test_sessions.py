"""Sessions end by themselves, and with the password or the role they were opened under."""

from datetime import timedelta

import pytest
from django.contrib.sessions.backends.base import UpdateError
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

import factories
from livretpro.accounts.actions import activate, end_sessions, issue_code
from livretpro.accounts.models import Session, User
from livretpro.accounts.queries import sessions_of
from livretpro.schools.actors import command_line
from livretpro.schools.roles import end_membership
from livretpro.schools.rules import Role

pytestmark = pytest.mark.django_db

PAGE = "/a-propos/"
PASSWORD = "trois petits tournevis"


@pytest.fixture
def anna() -> User:
    return factories.user("anna.exemple", last_name="EXEMPLE", first_name="Anna")


@pytest.fixture
def browser(anna: User) -> Client:
    client = Client()
    client.force_login(anna)
    return client


def is_in(browser: Client) -> bool:
    """Whether the browser is still signed in."""
    return browser.get(PAGE).status_code == 200


def age(user: User, *, seen: timedelta, opened: timedelta) -> None:
    """Make the only session of `user` older."""
    now = timezone.now()
    session = Session.objects.get(user=user)
    session.seen_at = now - seen
    session.opened_at = now - opened
    session.expire_date = session.opened_at + timedelta(hours=12)
    session.save()


@pytest.mark.parametrize(
    ("idle", "still_in"), [(timedelta(minutes=59), True), (timedelta(minutes=61), False)]
)
def test_a_session_ends_after_an_hour_without_a_page(
    anna: User, browser: Client, idle: timedelta, still_in: bool
) -> None:
    age(anna, seen=idle, opened=idle)

    assert is_in(browser) is still_in


@pytest.mark.parametrize(
    ("opened", "still_in"),
    [(timedelta(hours=11, minutes=59), True), (timedelta(hours=12, minutes=1), False)],
)
def test_a_session_at_work_ends_after_twelve_hours(
    anna: User, browser: Client, opened: timedelta, still_in: bool
) -> None:
    age(anna, seen=timedelta(minutes=1), opened=opened)

    assert is_in(browser) is still_in


def test_writing_in_a_session_does_not_make_it_longer(anna: User, browser: Client) -> None:
    age(anna, seen=timedelta(minutes=1), opened=timedelta(hours=11))
    end = Session.objects.get(user=anna).expire_date

    session = browser.session
    session["last_place"] = ["0990001N", "40025519"]
    session.save()

    assert Session.objects.get(user=anna).expire_date == end


def test_a_database_gone_while_a_session_is_written_is_not_a_session_that_is_over(
    anna: User, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object, **__: object) -> None:
        raise OperationalError("terminating connection due to unexpected postmaster exit")

    session = browser.session
    session["last_place"] = ["0990001N", "40025519"]
    monkeypatch.setattr(Session, "save", gone)

    with pytest.raises(OperationalError):
        session.save()


def test_a_session_at_work_is_written_again_every_five_minutes(anna: User, browser: Client) -> None:
    for minutes, rewritten in ((4, False), (6, True)):
        age(anna, seen=timedelta(minutes=minutes), opened=timedelta(hours=1))
        before = Session.objects.get(user=anna).seen_at

        browser.get(PAGE)

        assert (Session.objects.get(user=anna).seen_at > before) is rewritten


def test_what_a_page_asks_by_itself_does_not_keep_a_session_at_work(
    anna: User, browser: Client
) -> None:
    age(anna, seen=timedelta(minutes=6), opened=timedelta(hours=1))
    before = Session.objects.get(user=anna).seen_at

    answer = browser.get(PAGE, headers={"X-By-Itself": "1"})

    assert answer.status_code == 200
    assert Session.objects.get(user=anna).seen_at == before


def test_a_new_code_ends_every_session(anna: User, browser: Client) -> None:
    issue_code(anna, now=timezone.now())

    assert not is_in(browser)
    assert not Session.objects.filter(user=anna).exists()


def test_choosing_a_password_by_code_ends_every_session(anna: User) -> None:
    code = issue_code(anna, now=timezone.now())
    thief = Client()
    thief.force_login(anna)

    activate(code, PASSWORD, now=timezone.now())

    assert not is_in(thief)


def test_a_role_taken_back_ends_the_sessions_of_that_person_alone(
    anna: User, browser: Client
) -> None:
    held = factories.membership(anna, Role.CHEF)
    other = Client()
    other.force_login(factories.user("zoe.petit", last_name="PETIT", first_name="Zoé"))

    end_membership(held, by=command_line(held.school), now=timezone.now())

    assert (is_in(browser), is_in(other)) == (False, True)


def test_a_disabled_account_is_out_at_once(anna: User, browser: Client) -> None:
    User.objects.filter(pk=anna.pk).update(is_active=False)

    assert not is_in(browser)


def test_the_key_changes_at_sign_in_and_the_former_row_goes(anna: User) -> None:
    client = Client()
    session = client.session
    session["before"] = "sign-in"
    session.save()
    client.cookies["sessionid"] = session.session_key

    client.force_login(anna)

    assert client.cookies["sessionid"].value != session.session_key
    assert not Session.objects.filter(session_key=session.session_key).exists()


def test_one_session_may_be_kept(anna: User, browser: Client) -> None:
    Client().force_login(anna)
    kept = browser.session.session_key

    assert end_sessions(anna, keep_session=kept) == 1
    assert [s.session_key for s in sessions_of(anna, now=timezone.now())] == [kept]


def test_a_session_that_was_ended_is_not_written_back(anna: User, browser: Client) -> None:
    session = browser.session
    session["typed"] = "later"
    end_sessions(anna)

    with pytest.raises(UpdateError):
        session.save()

    assert not Session.objects.filter(user=anna).exists()
