"""Inviting the teachers of a division: accounts, codes, slips or mails."""

import re
import socketserver
import threading
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.core import mail
from django.db import connection
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from livretpro.accounts.actions import activate, user_of_code
from livretpro.accounts.models import ActivationCode, ProviderLink, Session, User
from livretpro.addresses import MailAddressError, mail_settings
from livretpro.journal.models import Entry
from livretpro.schools import tasks
from livretpro.schools.inviting import BadAddresses, invite, invited_words
from livretpro.schools.members import AccountState, CodeMail, code_mail, members
from livretpro.schools.models import Membership, Staff
from livretpro.schools.people import LAST_NAME_MAX, NotAllowed, reset_account
from livretpro.schools.rules import Role
from livretpro.sign_in_provider import SignInProvider
from lycee import Lycee, found

PASSWORD = "une suite de mots assez longue"


@pytest.fixture
def lycee(db: None) -> Lycee:
    """STS knows PETIT Zoé, who teaches TCIEL1, and ROYER Anne, who teaches nothing."""
    return found({"TCIEL1": 1}, reference=False)


def names(people: object) -> list[str]:
    return [slip.user.last_name for slip in people]


def test_the_teachers_of_a_division_get_an_account_and_a_code(lycee: Lycee) -> None:
    made = invite(lycee.school, lycee.division("TCIEL1"), by=lycee.actor, now=timezone.now())

    (slip,) = made.slips
    assert (names(made.slips), made.active) == (["PETIT"], 0)
    assert user_of_code(slip.code, now=timezone.now()) == slip.user
    assert Staff.objects.get(last_name="PETIT").user == slip.user
    assert Membership.objects.get(user=slip.user).role == Role.ENSEIGNANT
    assert Entry.objects.filter(action="invite").count() == 1


def test_without_a_division_every_teacher_of_sts_is_invited(lycee: Lycee) -> None:
    made = invite(lycee.school, None, by=lycee.actor, now=timezone.now())

    assert names(made.slips) == ["PETIT", "ROYER"]


def test_who_has_a_password_keeps_it_and_who_has_none_gets_another_code(lycee: Lycee) -> None:
    first = invite(lycee.school, None, by=lycee.actor, now=timezone.now())
    activate(first.slips[0].code, PASSWORD, now=timezone.now())

    again = invite(lycee.school, None, by=lycee.actor, now=timezone.now())

    assert (names(again.slips), again.active, User.objects.count()) == (["ROYER"], 1, 2)
    assert invited_words(again) == ["1 personne peut déjà se connecter : rien ne change pour elle."]


def by_provider_alone(user: User, *, issuer: str = "https://ent.example") -> ProviderLink:
    """Somebody who never chose a password: the provider of `issuer` opens the account."""
    return ProviderLink.objects.create(
        user=user, issuer=issuer, subject="4711", by_claim=True, made_at=timezone.now()
    )


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> None:
    """This instance has a provider of identity."""
    described = SignInProvider("https://ent.example", "livretpro", "secret")
    monkeypatch.setattr(settings, "SIGN_IN_PROVIDER", described)


@pytest.mark.usefixtures("provider")
def test_who_signs_in_by_the_provider_stays_at_work_when_a_division_is_invited_again(
    lycee: Lycee,
) -> None:
    made = invite(lycee.school, lycee.division("TCIEL1"), by=lycee.actor, now=timezone.now())
    (slip,) = made.slips
    link = by_provider_alone(slip.user)
    Client().force_login(slip.user)

    again = invite(lycee.school, None, by=lycee.actor, now=timezone.now())

    assert (names(again.slips), again.active) == (["ROYER"], 1)
    assert (ProviderLink.objects.get(), Session.objects.count()) == (link, 1)
    states = {m.membership.user: m.state for m in members(lycee.school, now=timezone.now())}
    assert states[slip.user] == AccountState.PROVIDER


@pytest.mark.usefixtures("provider")
def test_a_link_to_a_former_provider_is_no_way_in(lycee: Lycee) -> None:
    made = invite(lycee.school, lycee.division("TCIEL1"), by=lycee.actor, now=timezone.now())
    (slip,) = made.slips
    by_provider_alone(slip.user, issuer="https://ancien.example")

    again = invite(lycee.school, lycee.division("TCIEL1"), by=lycee.actor, now=timezone.now())

    assert names(again.slips) == ["PETIT"]


def test_the_journal_tells_the_role_that_an_invitation_gives_and_to_whom_of_sts(
    lycee: Lycee,
) -> None:
    invite(lycee.school, lycee.division("TCIEL1"), by=lycee.actor, now=timezone.now())

    told = Entry.objects.filter(kind="compte").select_related("values_kept").order_by("rank")
    line = Staff.objects.get(last_name="PETIT")
    assert [(e.action, e.field, e.values_kept.after) for e in told[:2]] == [
        ("cree", "rôle", "enseignant"),
        ("relie", "personnel", f"PETIT Zoé (STS {line.sts_id})"),
    ]
    assert [(e.action, e.field) for e in told[2:]] == [("invite", "code d’activation")]


def test_a_name_that_no_account_holds_is_not_cut(lycee: Lycee) -> None:
    Staff.objects.filter(last_name="ROYER").update(last_name="R" * (LAST_NAME_MAX + 1))

    made = invite(lycee.school, None, by=lycee.actor, now=timezone.now())

    assert (names(made.slips), len(made.too_long)) == (["PETIT"], 1)
    (said,) = invited_words(made)
    name = "R" * (LAST_NAME_MAX + 1)
    assert said.startswith(f"Nom trop long pour un compte : {name} Anne. Créez le compte ")


@pytest.mark.parametrize("teachers", ["TCIEL1", None])
def test_nobody_but_the_administrator_invites(lycee: Lycee, teachers: str | None) -> None:
    from factories import actor

    division = lycee.division(teachers) if teachers else None

    with pytest.raises(NotAllowed):
        invite(lycee.school, division, by=actor(Role.CHEF, of=lycee.school), now=timezone.now())

    assert not User.objects.exists()


def test_an_address_that_is_known_is_written_to(
    lycee: Lycee, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "EMAIL_HOST", "smtp.example")
    typed = {Staff.objects.get(last_name="PETIT").pk: "zoe.petit@example.org"}

    made = invite(lycee.school, None, addresses=typed, by=lycee.actor, now=timezone.now())
    (user,) = made.written_to
    tasks.send_code(user_id=user.pk)

    (sent,) = mail.outbox
    link = re.search(r"http://localhost:8000/activation/([0-9A-Z-]+)/", sent.body)
    assert (names(made.slips), sent.to) == (["ROYER"], ["zoe.petit@example.org"])
    assert link
    assert user_of_code(link.group(1), now=timezone.now()) == user


def test_a_mail_that_leaves_late_takes_nothing_back(
    lycee: Lycee, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "EMAIL_HOST", "smtp.example")
    typed = {Staff.objects.get(last_name="PETIT").pk: "zoe.petit@example.org"}
    made = invite(lycee.school, None, addresses=typed, by=lycee.actor, now=timezone.now())
    (user,) = made.written_to
    job = ProcrastinateJob.objects.get(task_name=tasks.SEND_CODE)

    with monkeypatch.context() as refused:
        refused.setattr("livretpro.accounts.mail.send_mail", _refuses)
        with pytest.raises(ConnectionRefusedError):
            tasks.send_code(**job.args)
    slip = reset_account(lycee.school, user.identifier, by=lycee.actor, now=timezone.now())
    tasks.send_code(**job.args)
    assert user_of_code(slip, now=timezone.now()) == user

    activate(slip, PASSWORD, now=timezone.now())
    tasks.send_code(**job.args)
    tasks.send_code(user_id=user.pk)  # a job of a former version
    user.refresh_from_db()
    assert (mail.outbox, user.has_usable_password()) == ([], True)


def test_a_mail_played_twice_leaves_once(lycee: Lycee, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "EMAIL_HOST", "smtp.example")
    typed = {Staff.objects.get(last_name="PETIT").pk: "zoe.petit@example.org"}
    made = invite(lycee.school, None, addresses=typed, by=lycee.actor, now=timezone.now())
    job = ProcrastinateJob.objects.get(task_name=tasks.SEND_CODE)
    waits = code_mail(made.written_to[0])

    for _ in range(2):
        tasks.send_code(**job.args)
    job_ended(job, "failed")

    assert (waits, len(mail.outbox)) == (CodeMail.WAITS, 1)
    assert code_mail(made.written_to[0]) is CodeMail.FAILED


def job_ended(job: ProcrastinateJob, status: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = %s::procrastinate_job_status WHERE id = %s",
            [status, job.pk],
        )


def _refuses(*_: object, **__: object) -> None:
    raise ConnectionRefusedError


def test_an_address_that_is_none_stops_everything(lycee: Lycee) -> None:
    wrong = Staff.objects.get(last_name="PETIT").pk

    with pytest.raises(BadAddresses) as refusal:
        invite(lycee.school, None, addresses={wrong: "zoe"}, by=lycee.actor, now=timezone.now())

    assert list(refusal.value.errors) == [wrong]
    assert User.objects.count() == 0


def test_an_address_typed_later_replaces_the_first_and_is_told(lycee: Lycee) -> None:
    pk = Staff.objects.get(last_name="PETIT").pk
    for address in ("faux@example.org", "zoe@example.org", ""):
        invite(lycee.school, None, addresses={pk: address}, by=lycee.actor, now=timezone.now())

    told = Entry.objects.filter(field="adresse électronique").order_by("pk")
    assert User.objects.get(last_name="PETIT").email == "zoe@example.org"
    assert [e.values_kept.after for e in told] == ["faux@example.org", "zoe@example.org"]


def test_whoever_works_elsewhere_keeps_the_address_known(lycee: Lycee) -> None:
    from factories import school

    user = lycee.person(Role.ENSEIGNANT, "PETIT", "Zoé")
    Membership.objects.create(
        user=user, school=school("0990009X"), role=Role.CHEF, start="2025-09-01"
    )
    pk = Staff.objects.get(last_name="PETIT").pk
    before = ActivationCode.objects.get(user=user).digest

    made = invite(
        lycee.school, None, addresses={pk: "moi@example.org"}, by=lycee.actor, now=timezone.now()
    )

    user.refresh_from_db()
    assert user.email == ""
    assert made.elsewhere == (user,)
    assert user not in [slip.user for slip in made.slips]
    assert ActivationCode.objects.get(user=user).digest == before
    assert "L’exploitant de LivretPro donne leur code." in invited_words(made)[0]


class Mailbox(socketserver.StreamRequestHandler):
    """Enough of SMTP to receive one mail."""

    received: list[str] = []

    def handle(self) -> None:
        self.wfile.write(b"220 essai\r\n")
        while line := self.rfile.readline():
            word = line[:4].upper()
            if word == b"DATA":
                self.wfile.write(b"354 oui\r\n")
                self.received.append(self._text())
            self.wfile.write(b"221 fin\r\n" if word == b"QUIT" else b"250 oui\r\n")
            if word == b"QUIT":
                return

    def _text(self) -> str:
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line.decode())
        return "".join(lines)


@pytest.fixture
def mailbox() -> Iterator[socketserver.TCPServer]:
    Mailbox.received.clear()
    with socketserver.TCPServer(("127.0.0.1", 0), Mailbox) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_a_mail_goes_to_the_server_that_is_given(
    lycee: Lycee, mailbox: socketserver.TCPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = lycee.person(Role.ENSEIGNANT, "PETIT", "Zoé")
    User.objects.filter(pk=user.pk).update(email="zoe.petit@example.org")
    port = mailbox.server_address[1]
    for name, value in mail_settings(f"smtp://127.0.0.1:{port}").items():
        monkeypatch.setattr(settings, name, value)
    monkeypatch.setattr(settings, "EMAIL_BACKEND", "django.core.mail.backends.smtp.EmailBackend")

    tasks.send_code(user_id=user.pk)

    (text,) = Mailbox.received
    assert "To: zoe.petit@example.org" in text
    assert "/activation/" in text


def test_the_address_of_the_mails_is_read_whole() -> None:
    found = mail_settings("smtp+tls://robot%40ac.fr:mot@smtp.example")

    assert (found["EMAIL_HOST"], found["EMAIL_PORT"], found["EMAIL_USE_TLS"]) == (
        "smtp.example",
        587,
        True,
    )
    assert (found["EMAIL_HOST_USER"], found["EMAIL_HOST_PASSWORD"]) == ("robot@ac.fr", "mot")
    assert mail_settings("") == {"EMAIL_HOST": ""}


@pytest.mark.parametrize("url", ["smtp.example", "http://smtp.example", "smtp://"])
def test_another_address_is_refused_without_being_repeated(url: str) -> None:
    with pytest.raises(MailAddressError) as refused:
        mail_settings(url)

    assert url not in str(refused.value)
