"""`livretpro check`: every line of a fit instance, and what each fault turns it into."""

import socket
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from livretpro import checks
from livretpro.addresses import mail_settings
from livretpro.backups import back_up_keys
from livretpro.backups.kept import backups_folder, name_of
from livretpro.checks import Line, State
from livretpro.database_roles import grant
from livretpro.journal.actions import Author, Change, record
from livretpro.journal.anchoring import anchor_chains, anchors_folder
from livretpro.keys import private_folder
from livretpro.referentiels.actions import load_all
from livretpro.schools.founding import create_school
from livretpro.sign_in_provider import SignInProvider, from_environment
from openid_provider import CLIENT, SECRET, WELL_KNOWN, running_provider
from reference_data import DATA


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(settings, "DATA_DIR", tmp_path)
    return private_folder(tmp_path / "cles")


def found() -> dict[str, Line]:
    return {line.name: line for line in checks.run(now=timezone.now())}


@pytest.mark.django_db
def test_a_fit_instance_has_nothing_that_blocks(own_folder: Path) -> None:
    load_all(DATA)
    (private_folder(backups_folder()) / name_of(timezone.now())).touch()
    never = found()["clés"].state
    back_up_keys(own_folder.with_name("ailleurs"))

    states = {name: line.state for name, line in found().items() if name != "durabilité"}

    assert State.BLOQUANT not in states.values()
    assert (states["sauvegarde"], states["référentiels"], states["clés"]) == (State.OK,) * 3
    assert never is State.ATTENTION


@pytest.mark.django_db
def test_a_server_that_may_forget_what_it_accepted_blocks() -> None:
    """The cluster of the tests is one."""
    line = found()["durabilité"]

    assert (line.state, "fsync" in line.phrase) == (State.BLOQUANT, True)


@pytest.mark.django_db
def test_an_application_that_owns_the_tables_is_not_said_to_be_held_back() -> None:
    line = found()["rôles"]

    assert (line.state, "DATABASE_OWNER_URL" in line.phrase) == (State.ATTENTION, True)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("more", "state"),
    [("", State.OK), ("DELETE", State.BLOQUANT), ("TRUNCATE", State.BLOQUANT)],
)
def test_an_application_that_may_only_add_to_the_journal_is_told_so(
    monkeypatch: pytest.MonkeyPatch, more: str, state: State
) -> None:
    monkeypatch.setattr(settings, "DATABASE_ROLE", "livretpro_tests")
    monkeypatch.setattr(checks, "as_owner", nullcontext)
    grant()
    if more:
        with connection.cursor() as cursor:
            cursor.execute(f"GRANT {more} ON journal_entry TO livretpro_tests")

    assert found()["rôles"].state is state


@pytest.mark.django_db
def test_reference_data_that_lack_block() -> None:
    assert found()["référentiels"].state is State.BLOQUANT


@pytest.mark.django_db
def test_keys_that_others_can_read_block(own_folder: Path) -> None:
    key = own_folder / "sceau"
    key.touch(mode=0o644)

    line = found()["clés"]

    assert (line.state, "sceau" in line.phrase) == (State.BLOQUANT, True)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("age", "state"),
    [(None, State.ATTENTION), (timedelta(hours=30), State.ATTENTION), (timedelta(0), State.OK)],
)
def test_a_backup_that_is_late_is_said(age: timedelta | None, state: State) -> None:
    if age is not None:
        (private_folder(backups_folder()) / name_of(timezone.now() - age)).touch()

    assert found()["sauvegarde"].state is state


@pytest.mark.django_db
def test_a_provider_is_only_spoken_of_when_something_is_given() -> None:
    assert "fournisseur d’identité" not in found()


@pytest.mark.django_db
def test_a_provider_half_configured_is_said_and_why(monkeypatch: pytest.MonkeyPatch) -> None:
    half = from_environment({"LIVRETPRO_OIDC_URL": "https://ent.example"})
    monkeypatch.setattr(settings, "SIGN_IN_PROVIDER_PROBLEMS", half.problems)

    line = found()["fournisseur d’identité"]

    assert (line.state, line.phrase) == (
        State.ATTENTION,
        (
            "Réglé à moitié, il n’est pas proposé à la connexion. LIVRETPRO_OIDC_CLIENT manque. "
            "LIVRETPRO_OIDC_SECRET ou LIVRETPRO_OIDC_SECRET_FICHIER manque."
        ),
    )


@pytest.mark.django_db
def test_a_provider_is_asked_whether_it_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    with running_provider() as running:
        told = SignInProvider(running.url, CLIENT, SECRET, "l’ENT")
        monkeypatch.setattr(settings, "SIGN_IN_PROVIDER", told)
        answering = found()["fournisseur d’identité"]
        running.broken = {WELL_KNOWN: (500, "text/html", b"<p>")}
        failing = found()["fournisseur d’identité"]

    assert (answering.state, failing.state) == (State.OK, State.ATTENTION)
    assert failing.phrase.endswith("(Unusable status 500).")


@pytest.mark.django_db
def test_migrations_that_wait_block() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'journal'")

    assert found()["mises à jour"].state is State.BLOQUANT


@pytest.mark.django_db
def test_a_site_in_https_is_held_to_the_rules_of_deployment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(settings, "SERVED_BY_TLS", True)
    monkeypatch.setattr(settings, "LIVRETPRO_URL", "https://livret.example")

    lines = checks.run(now=timezone.now())

    said = [line.phrase for line in lines if line.name == "réglages"]
    assert any("security.W004" in phrase for phrase in said)
    assert any(line.name == "mandataires" for line in lines)


@pytest.mark.django_db
def test_without_a_server_of_mails_codes_are_printed() -> None:
    line = found()["courriels"]

    assert (line.state, "les codes s’impriment" in line.phrase) == (State.OK, True)


@pytest.fixture
def mail_port() -> Iterator[int]:
    """A port where nothing listens."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield int(held.getsockname()[1])


@pytest.mark.django_db
def test_a_server_of_mails_that_does_not_answer_is_said(
    mail_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "EMAIL_BACKEND", "django.core.mail.backends.smtp.EmailBackend")
    for name, value in mail_settings(f"smtp://127.0.0.1:{mail_port}").items():
        monkeypatch.setattr(settings, name, value)

    line = found()["courriels"]

    assert (line.state, "ne répond pas" in line.phrase) == (State.ATTENTION, True)


@pytest.mark.django_db
def test_a_journal_that_is_anchored_is_fit_until_it_moves_and_waits() -> None:
    create_school("0599001N", "Lycée")
    now = timezone.now()

    never = state_of_anchors(now)
    anchor_chains()
    at_once = state_of_anchors(now + timedelta(days=9))
    record([Change("cree", "livret", "1")], school_uai="0599001N", by=Author("a", "A"))
    moved = state_of_anchors(now + timedelta(hours=25))
    late = state_of_anchors(now + timedelta(hours=27))

    assert [never, at_once, moved, late] == [
        State.ATTENTION, State.OK, State.OK, State.ATTENTION
    ]  # fmt: skip


def state_of_anchors(now: datetime) -> State:
    return next(line.state for line in checks.run(now=now) if line.name == "ancres")


@pytest.mark.django_db
def test_anchors_that_do_not_read_block() -> None:
    (private_folder(anchors_folder()) / "2026-03.jsonl").write_text("{\n")

    assert found()["ancres"].state is State.BLOQUANT


@pytest.mark.django_db
@pytest.mark.parametrize(("made", "said"), [(False, "son serveur"), (True, "moins d’une heure")])
def test_an_outside_database_has_the_backups_that_are_made(
    made: bool, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "EMBEDDED", False)
    if made:
        (private_folder(backups_folder()) / name_of(timezone.now())).touch()

    assert said in found()["sauvegarde"].phrase


@pytest.mark.django_db
def test_what_was_weighed_and_set_aside_is_not_said_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "SERVED_BY_TLS", True)

    lines = checks.run(now=timezone.now())

    assert [line for line in lines if "W021" in line.phrase] == []
