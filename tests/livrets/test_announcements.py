"""Telling the teachers of a level: who is told, one mail each, who read it, reminders."""

from datetime import date, timedelta
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected

import pytest
from django.conf import settings
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from at_once import at_once, kinds
from background import work
from livretpro.accounts.models import User
from livretpro.accounts.rules import folded
from livretpro.journal.models import Entry
from livretpro.livrets.actions import NotSent, announce, mark_seen, record, set_campaign
from livretpro.livrets.actions.announcements import NotYours, remind_closings
from livretpro.livrets.announcing import level_pupils, told, unread
from livretpro.livrets.campaign import Campaign, reminder_due
from livretpro.livrets.fields import Part
from livretpro.livrets.mail import mail_readers
from livretpro.livrets.models import Announcement, AnnouncementReader, Periodicity
from livretpro.livrets.permissions import can_write
from livretpro.referentiels.rules import Level
from livretpro.schools.actors import Actor, actor_of
from livretpro.schools.followers import followers
from livretpro.schools.models import (
    HandTeacher,
    Membership,
    PfmpReferent,
    PrincipalTeacher,
    Staff,
    Substitution,
)
from livretpro.schools.rules import Role
from lycee import CIEL, Lycee, found

CLOSES = date(2026, 6, 12)
TODAY = timezone.localdate


@pytest.fixture
def lycee(db: None) -> Lycee:
    """PETIT teaches both divisions; ROYER nothing yet."""
    made = found({"TCIEL1": 2, "1CIEL1": 1})
    made.open_entry(*Level)
    return made


@pytest.fixture
def smtp(monkeypatch: pytest.MonkeyPatch) -> None:
    """An instance that sends mails, kept in `mail.outbox`."""
    monkeypatch.setattr(settings, "EMAIL_HOST", "smtp.example")


def teacher(lycee: Lycee, last_name: str = "PETIT", first_name: str = "Zoé") -> User:
    """A teacher with an account since the beginning of the year, and an address."""
    user = lycee.person(Role.ENSEIGNANT, last_name, first_name)
    user.email = f"{last_name.lower()}@ac.example"
    user.save(update_fields=["email"])
    Membership.objects.filter(user=user).update(start=lycee.year.start)
    return user


def staff(lycee: Lycee, last_name: str) -> Staff:
    return Staff.objects.create(
        school=lycee.school, last_name=last_name, first_name="A", name_key=folded(f"{last_name} A")
    )


def actor(lycee: Lycee, user: User) -> Actor:
    acting = actor_of(user, lycee.school.uai, on=TODAY())
    assert acting is not None
    return acting


def level_row(level: Level = Level.TERMINALE) -> Periodicity:
    return Periodicity.objects.select_related("school_year__school").get(level=level)


def closing(lycee: Lycee, day: date = CLOSES) -> None:
    set_campaign(lycee.year, CIEL, Level.TERMINALE, Campaign(closes=day), by=lycee.actor)


def test_those_told_are_exactly_those_who_may_write(lycee: Lycee) -> None:
    """Every way to have a right, and none: the pupils' side agrees with the teacher's."""
    terminale, premiere = lycee.division("TCIEL1"), lycee.division("1CIEL1")
    people = {"PETIT": teacher(lycee), "ROYER": teacher(lycee, "ROYER", "Anne")}
    for name in ("MAIN", "PRINCIPAL", "FINI", "SUPPLEANT", "DÉPART", "PREMIERE", "REFERENT"):
        staff(lycee, name)
        people[name] = teacher(lycee, name, "A")
    by_name = {person.last_name: person for person in Staff.objects.filter(school=lycee.school)}
    HandTeacher.objects.create(staff=by_name["MAIN"], division=terminale, cfd=CIEL)
    HandTeacher.objects.create(staff=by_name["DÉPART"], division=terminale, cfd=CIEL)
    HandTeacher.objects.create(staff=by_name["PREMIERE"], division=premiere, cfd=CIEL)
    PrincipalTeacher.objects.create(staff=by_name["PRINCIPAL"], division=terminale)
    PrincipalTeacher.objects.create(
        staff=by_name["FINI"], division=terminale, end=lycee.year.end - timedelta(days=1)
    )
    PfmpReferent.objects.create(
        student=lycee.enrolment(1001).student,
        school_year=lycee.year,
        staff=by_name["REFERENT"],
        start=lycee.year.start,
    )
    Substitution.objects.create(
        absent=by_name["MAIN"], substitute=by_name["SUPPLEANT"], start=lycee.year.start
    )
    Membership.objects.filter(user=people["DÉPART"]).update(end=TODAY() - timedelta(days=1))

    def writes(user: User) -> bool:
        acting = actor_of(user, lycee.school.uai, on=TODAY())
        pupil = lycee.enrolment(1001)
        return acting is not None and any(can_write(acting, part, pupil) for part in Part)

    pupils = level_pupils(lycee.year, CIEL, Level.TERMINALE)
    found = followers(lycee.year, pupils, on=TODAY())
    told_to = {teacher.user.last_name for teacher in found if teacher.user}

    assert told_to == {name for name, user in people.items() if writes(user)}
    assert told_to == {"PETIT", "MAIN", "PRINCIPAL", "SUPPLEANT", "REFERENT"}


def test_a_message_reaches_its_teachers_and_the_journal_tells_how_many(lycee: Lycee) -> None:
    zoe = teacher(lycee)

    made = lycee.announce("Bonjour,\r\nla saisie est ouverte. ")

    assert made.text == "Bonjour,\nla saisie est ouverte."
    assert made.subject == "Livrets de terminale, Bac pro CIEL"
    assert unread(zoe, lycee.year) == [made]
    entry = Entry.objects.select_related("values_kept").get(action="previent")
    assert (entry.key, entry.values_kept.after) == (
        "2025:40025519:terminale",
        "message : 1 enseignant",
    )


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("  \n", "Le message est vide : écrivez ce que les enseignants doivent savoir."),
        ("a" * 2001, "Le message compte 2001 caractères : la limite est de 2000, 1 de trop."),
    ],
)
def test_a_message_that_says_nothing_or_too_much_is_not_sent(
    lycee: Lycee, text: str, phrase: str
) -> None:
    teacher(lycee)

    with pytest.raises(NotSent) as refusal:
        lycee.announce(text)

    assert refusal.value.phrase == phrase
    assert Announcement.objects.count() == 0


def test_nobody_with_an_account_is_nobody_to_tell(lycee: Lycee) -> None:
    with pytest.raises(NotSent, match="Aucun enseignant de ce niveau n’a de compte"):
        lycee.announce()


def test_a_teacher_tells_nobody(lycee: Lycee) -> None:
    by = actor(lycee, teacher(lycee))

    with pytest.raises(NotYours):
        announce(level_row(), lycee.diploma, "Bonjour.", last=0, by=by, on=TODAY())


@pytest.mark.django_db(transaction=True)
def test_the_button_pressed_twice_at_once_sends_one_message(
    transactional_db: None, smtp: None
) -> None:
    lycee = found({"TCIEL1": 1})
    lycee.open_entry(Level.TERMINALE)
    teacher(lycee)

    outcomes = at_once(lycee.announce, lycee.announce)

    assert kinds(outcomes) == ["Announcement", "NotSent"]
    assert Announcement.objects.count() == 1
    work()
    assert len(mail.outbox) == 1


def test_a_second_message_is_sent_by_who_saw_the_first(lycee: Lycee) -> None:
    teacher(lycee)
    first = lycee.announce()

    second = lycee.announce("Bis.", last=first.pk)

    assert [line.announcement for line in told(lycee.year, CIEL)] == [second, first]


def test_reading_is_kept_once_and_told_once(lycee: Lycee) -> None:
    zoe = teacher(lycee)
    made, by = lycee.announce(), actor(lycee, zoe)

    assert mark_seen(made.pk, by=by, now=timezone.now()) is True
    first = AnnouncementReader.objects.get().seen_at
    assert mark_seen(made.pk, by=by, now=timezone.now()) is False

    assert AnnouncementReader.objects.get().seen_at == first
    assert unread(zoe, lycee.year) == []
    assert Entry.objects.filter(action="lit").count() == 1


def test_what_was_not_for_this_person_is_not_there(lycee: Lycee) -> None:
    teacher(lycee)
    other = actor(lycee, teacher(lycee, "ROYER", "Anne"))

    assert mark_seen(lycee.announce().pk, by=other, now=timezone.now()) is None


def test_without_a_server_of_mails_no_job_waits(lycee: Lycee) -> None:
    teacher(lycee)

    lycee.announce()

    assert ProcrastinateJob.objects.filter(task_name="livrets.mail_announcement").count() == 0


def test_each_reader_with_an_address_gets_one_mail_however_often_the_job_runs(
    lycee: Lycee, smtp: None
) -> None:
    teacher(lycee)
    staff(lycee, "MAIN")
    HandTeacher.objects.create(
        staff=Staff.objects.get(last_name="MAIN"), division=lycee.division("TCIEL1"), cfd=CIEL
    )
    lycee.person(Role.ENSEIGNANT, "MAIN", "A")  # no address
    made = lycee.announce()

    counts = [mail_readers(made), mail_readers(made)]

    (letter,) = mail.outbox
    assert counts == [1, 0]
    assert (letter.to, letter.subject) == (["petit@ac.example"], made.subject)
    assert letter.body.startswith("La saisie est ouverte.\n\n—\n")
    assert "AUBRY" not in letter.body
    assert ProcrastinateJob.objects.get(task_name="livrets.mail_announcement").args == {
        "announcement_id": made.pk
    }
    kept = AnnouncementReader.objects.order_by("user__last_name")
    assert [line.mailed_at is None for line in kept] == [True, False]


class Refusing(EmailBackend):
    """A server that refuses the address of ROYER, and takes the others."""

    def send_messages(self, messages):
        if "royer@ac.example" in messages[0].to:
            raise SMTPRecipientsRefused({"royer@ac.example": (550, b"no such user")})
        return super().send_messages(messages)


class Cutting(EmailBackend):
    """A server that goes silent once it has the mail: nobody knows whether it took it."""

    def send_messages(self, messages):
        raise SMTPServerDisconnected(len(messages))


class Absent(EmailBackend):
    """A server that cannot be reached."""

    def open(self):
        raise ConnectionRefusedError


@pytest.fixture
def two_readers(lycee: Lycee) -> Announcement:
    """ROYER first, then PETIT."""
    anne = Staff.objects.get(last_name="ROYER")
    HandTeacher.objects.create(staff=anne, division=lycee.division("TCIEL1"), cfd=CIEL)
    teacher(lycee, "ROYER", "Anne")
    teacher(lycee)
    made = lycee.announce()
    lines = AnnouncementReader.objects.filter(announcement=made).order_by("-user__last_name")
    assert [line.user.last_name for line in lines] == ["ROYER", "PETIT"]
    return made


def claimed() -> list[tuple[str, bool, bool]]:
    lines = AnnouncementReader.objects.order_by("user__last_name").select_related("user")
    return [(r.user.last_name, bool(r.mail_claimed_at), bool(r.mailed_at)) for r in lines]


def test_a_refused_address_keeps_nobody_else_from_the_mail(
    two_readers: Announcement, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("livretpro.livrets.mail.get_connection", Refusing)

    for _ in range(2):
        with pytest.raises(SMTPRecipientsRefused):
            mail_readers(two_readers)

    assert [letter.to for letter in mail.outbox] == [["petit@ac.example"]]
    assert claimed() == [("PETIT", True, True), ("ROYER", False, False)]


def test_a_server_that_goes_silent_is_not_asked_twice_for_the_same_mail(
    two_readers: Announcement, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as silent:
        silent.setattr("livretpro.livrets.mail.get_connection", Cutting)
        with pytest.raises(SMTPServerDisconnected):
            mail_readers(two_readers)
    before = {name for name, taken, _ in claimed() if taken}

    assert mail_readers(two_readers) == 1
    assert len(before) == 1
    assert {letter.to[0].partition("@")[0].upper() for letter in mail.outbox} == (
        {"PETIT", "ROYER"} - before
    )


def test_a_server_out_of_reach_leaves_every_mail_to_the_next_run(
    two_readers: Announcement, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as far:
        far.setattr("livretpro.livrets.mail.get_connection", Absent)
        with pytest.raises(ConnectionRefusedError):
            mail_readers(two_readers)
    assert claimed() == [("PETIT", False, False), ("ROYER", False, False)]

    assert mail_readers(two_readers) == 2


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_write_once_to_everybody(transactional_db: None) -> None:
    lycee = found({"TCIEL1": 1})
    lycee.open_entry(Level.TERMINALE)
    teacher(lycee)
    made = lycee.announce()

    at_once(lambda: mail_readers(made), lambda: mail_readers(made))

    assert len(mail.outbox) == 1


@pytest.mark.parametrize(
    ("on", "days"),
    [
        (date(2026, 6, 4), None),
        (date(2026, 6, 5), 7),
        (date(2026, 6, 9), 7),
        (date(2026, 6, 10), 2),
        (date(2026, 6, 12), 2),
        (date(2026, 6, 13), None),
    ],
)
def test_a_reminder_is_due_from_its_day_on(on: date, days: int | None) -> None:
    assert reminder_due(Campaign(closes=CLOSES), on) == days


def test_no_reminder_before_entry_opens_nor_without_a_closing() -> None:
    assert reminder_due(Campaign(date(2026, 6, 8), CLOSES), date(2026, 6, 6)) is None
    assert reminder_due(Campaign(date(2026, 6, 1)), date(2026, 6, 6)) is None


def test_who_owes_is_reminded_once_for_each_date(lycee: Lycee, smtp: None) -> None:
    teacher(lycee)
    closing(lycee)

    days = [date(2026, 6, day) for day in (4, 5, 5, 6, 10, 11, 13)]
    made = [remind_closings(on=day) for day in days]

    assert made == [0, 1, 0, 0, 1, 0, 0]
    assert [(line.announcement.days_before, line.readers) for line in told(lycee.year, CIEL)] == [
        (2, 1),
        (7, 1),
    ]
    assert Announcement.objects.latest("pk").text.startswith(
        "Bonjour,\n\nLa saisie des livrets de terminale ferme le 12/06/2026."
    )
    assert ProcrastinateJob.objects.filter(task_name="livrets.mail_announcement").count() == 2
    assert set(Entry.objects.filter(action="previent").values_list("author_name", flat=True)) == {
        "LivretPro"
    }


def test_who_owes_nothing_is_not_reminded(lycee: Lycee) -> None:
    teacher(lycee)
    lycee.fill(1001, 1002)
    closing(lycee)

    remind_closings(on=date(2026, 6, 5))

    (line,) = told(lycee.year, CIEL)
    assert line.readers == 0


def test_a_principal_is_reminded_of_the_pfmp_alone(lycee: Lycee) -> None:
    PrincipalTeacher.objects.create(
        staff=staff(lycee, "PRINCIPAL"), division=lycee.division("TCIEL1")
    )
    teacher(lycee, "PRINCIPAL", "A")
    closing(lycee)
    remind_closings(on=date(2026, 6, 5))
    record(lycee.enrolment(1001), "pfmp_exporter", "oui", by=lycee.actor)

    remind_closings(on=date(2026, 6, 10))

    assert [line.readers for line in told(lycee.year, CIEL)] == [1, 0]


def test_another_closing_has_its_own_reminders(lycee: Lycee) -> None:
    teacher(lycee)
    closing(lycee)
    remind_closings(on=date(2026, 6, 5))
    closing(lycee, date(2026, 6, 19))

    assert remind_closings(on=date(2026, 6, 12)) == 1


def test_a_reminder_is_no_banner_and_counts_for_no_message(lycee: Lycee) -> None:
    zoe = teacher(lycee)
    closing(lycee)
    remind_closings(on=date(2026, 6, 5))

    assert unread(zoe, lycee.year) == []
    assert lycee.announce(last=0).days_before is None


@pytest.mark.django_db(transaction=True)
def test_two_daily_runs_at_once_make_one_reminder(transactional_db: None) -> None:
    lycee = found({"TCIEL1": 1})
    lycee.open_entry(Level.TERMINALE)
    closing(lycee)
    day = date(2026, 6, 5)

    outcomes = at_once(lambda: remind_closings(on=day), lambda: remind_closings(on=day))

    assert sorted(outcomes) == [0, 1]
    assert Announcement.objects.count() == 1
