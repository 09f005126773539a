"""Inviting the teachers of a division: accounts, codes, slips or mails."""

import re
import socketserver
import threading
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.core import mail
from django.utils import timezone

from livretpro.accounts.actions import activate, user_of_code
from livretpro.accounts.models import ActivationCode, User
from livretpro.addresses import MailAddressError, mail_settings
from livretpro.journal.models import Entry
from livretpro.schools import tasks
from livretpro.schools.inviting import BadAddresses, invite, invited_words
from livretpro.schools.models import Membership, Staff
from livretpro.schools.people import NotAllowed
from livretpro.schools.rules import Role
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
    assert invited_words(again) == ["1 personne a déjà un mot de passe : rien ne change pour elle."]


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
