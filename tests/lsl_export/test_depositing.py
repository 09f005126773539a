"""« Déposer au registre »: a version sent to a real registry, and the bilan that comes back."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.live_server_helper import LiveServer

import factories
import registry_factories
from export_reading import export, full_room
from livretpro.journal.models import Entry
from livretpro.lsl_export.actions import Forbidden
from livretpro.lsl_export.depositing import (
    MAX_ATTEMPTS,
    BadConnection,
    NoConnection,
    follow,
    save_connection,
    start_deposit,
)
from livretpro.lsl_export.models import (
    DepositState,
    ExportVersion,
    RegistryConnection,
    RegistryDeposit,
    ReturnedBilan,
)
from livretpro.lsl_registry.deposits import make_token
from livretpro.lsl_registry.jobs import run_import
from livretpro.lsl_registry.models import Import
from livretpro.schools.actors import command_line
from livretpro.schools.models import Division
from livretpro.schools.rules import Role
from lycee import signed_in
from read_page import ReadPage

TOKEN = "jeton"


def asked(address: str, token: str) -> tuple[ExportVersion, RegistryDeposit]:
    """A version whose deposit was asked for, at this address."""
    room = full_room(2)
    by = command_line(room.year.school)
    save_connection(address, token, now=timezone.now(), by=by)
    version = export(room, by=by).version
    return version, start_deposit(version, by=by)


def step(deposit: RegistryDeposit) -> RegistryDeposit:
    follow(deposit.pk, on=timezone.localdate())
    deposit.refresh_from_db()
    return deposit


@pytest.mark.django_db(transaction=True)
def test_a_version_goes_to_a_registry_and_its_bilan_comes_back(live_server: LiveServer) -> None:
    registry_factories.accredited()
    school = factories.school()
    made = make_token("Suivi", by=command_line(school))
    version, deposit = asked(live_server.url, made.secret)
    assert start_deposit(version, by=command_line(school)).pk == deposit.pk

    sent = step(deposit)
    received = Import.objects.get()
    assert (sent.state, sent.remote, received.file_name) == (
        "en_cours",
        received.pk,
        version.file_name,
    )
    RegistryDeposit.objects.update(remote=None)  # killed before it could keep the number
    assert step(deposit).remote == received.pk
    assert Import.objects.count() == 1
    assert step(deposit).state == "en_cours"
    run_import(received.pk)
    over = step(deposit)

    assert (over.state, over.said) == (DepositState.DONE, "")
    bilan = ReturnedBilan.objects.get()
    assert over.bilan == bilan
    assert (bilan.version, bilan.proved, bilan.imported) == (version, True, 2)
    told = Entry.objects.filter(action="depose").values_list("kind", flat=True).order_by("pk")
    assert list(told) == ["export", "import_lsl", "bilan_lsl"]
    step(deposit)
    assert ReturnedBilan.objects.count() == 1


Reply = tuple[int, bytes, dict[str, str]]


@contextmanager
def answering(reply: Callable[[str, str], Reply]) -> Iterator[str]:
    """A server that answers this to a method and a path; its address."""

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, body, headers = reply(self.command, self.path)
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = answer  # noqa: N815 (names of http.server)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (its signature)
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def as_json(content: object, status: int = 200) -> Reply:
    return status, json.dumps(content).encode(), {}


FAILS = {
    "a token refused": (as_json({"phrase": "Jeton."}, 401), "ne reconnaît pas le jeton"),
    "a file refused": (as_json({"phrase": "Sans élèves."}, 422), "a refusé : Sans élèves."),
    "another site": ((200, b"<html>", {}), "n’est pas un Registre LivretPro"),
    "a list": (as_json([]), "n’est pas un Registre LivretPro"),
    "a strange number": (as_json({"import": "1"}, 201), "n’est pas un Registre LivretPro"),
    "elsewhere": ((302, b"", {"Location": "http://127.0.0.1:9/"}), "n’est pas un Registre"),
    "too much": ((201, b" " * (6 * 1024 * 1024), {}), "n’est pas un Registre"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", FAILS)
def test_what_a_registry_declines_ends_the_deposit_with_its_reason(name: str) -> None:
    reply, phrase = FAILS[name]
    with answering(lambda _method, _path: reply) as address:
        _version, deposit = asked(address, TOKEN)
        over = step(deposit)

    assert over.state == DepositState.FAILED
    assert phrase in over.said


BILANS = {
    "no list": {"fichier": None, "eleves": 1},
    "a strange status": {"fichier": None, "eleves": [{"eleve_id": 1, "statut": "X"}]},
    "a strange pupil": {
        "fichier": None,
        "eleves": [{"eleve_id": None, "statut": "IMPORTE", "constats": []}],
    },
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", BILANS)
def test_a_bilan_that_is_none_is_not_kept(name: str) -> None:
    def reply(method: str, _path: str) -> Reply:
        sent = method == "POST"
        return as_json({"import": 7}, 201) if sent else as_json({"etat": "termine", "bilan": bilan})

    bilan = BILANS[name]
    with answering(reply) as address:
        _version, deposit = asked(address, TOKEN)
        assert step(deposit).remote == 7
        over = step(deposit)

    assert (over.state, over.bilan) == (DepositState.FAILED, None)


@pytest.mark.django_db
def test_the_division_goes_along_for_a_file_that_announces_none() -> None:
    asked_of: list[str] = []

    def reply(_method: str, path: str) -> Reply:
        asked_of.append(path)
        return as_json({"import": 7}, 201)

    with answering(reply) as address:
        version, deposit = asked(f"{address}/lsl", TOKEN)
        Division.objects.filter(pk=version.division_id).update(code="T &É+1")
        step(deposit)

    assert asked_of == ["/lsl/api/v1/depots?division=T+%26%C3%89%2B1"]


@pytest.mark.django_db
def test_a_refused_file_comes_back_as_a_bilan_that_rejects_all() -> None:
    refusal = {"code": "REJLSL_F03", "phrase": "Logiciel non accrédité.", "ligne": 3}

    def reply(method: str, _path: str) -> Reply:
        done = {"etat": "refuse", "bilan": {"fichier": refusal, "eleves": []}}
        return as_json({"import": 7}, 201) if method == "POST" else as_json(done)

    with answering(reply) as address:
        version, deposit = asked(address, TOKEN)
        step(deposit)
        over = step(deposit)

    assert over.bilan is not None
    assert (over.state, over.bilan.version) == (DepositState.DONE, version)
    assert [found["code"] for found in over.bilan.findings] == ["REJLSL_F03"]


@pytest.mark.django_db
def test_a_registry_that_does_not_answer_is_asked_again_then_given_up() -> None:
    _version, deposit = asked("http://127.0.0.1:9", TOKEN)

    waiting = step(deposit)
    assert (waiting.state, waiting.attempt) == (DepositState.RUNNING, 1)
    assert waiting.said == "Le registre ne répond pas : nouvel essai bientôt."
    RegistryDeposit.objects.update(attempt=MAX_ATTEMPTS - 1)
    given_up = step(deposit)

    assert given_up.state == DepositState.FAILED
    assert "déposez de nouveau la version" in given_up.said


@pytest.mark.django_db
def test_the_token_is_kept_hidden_and_goes_to_no_other_address() -> None:
    by = factories.actor()
    now = timezone.now()
    save_connection("https://registre.exemple.fr/", "secret-1", now=now, by=by)
    held = RegistryConnection.objects.get()
    save_connection("https://registre.exemple.fr", "", now=now, by=by)

    assert held.base_url == "https://registre.exemple.fr"
    assert "secret-1" not in held.secret
    assert RegistryConnection.objects.get().secret == held.secret
    for address, token in (
        ("https://autre.exemple.fr", ""),
        ("ftp://x", "t"),
        ("https://u:p@x", "t"),
        ("https://x", "é"),
    ):
        with pytest.raises(BadConnection):
            save_connection(address, token, now=now, by=by)
    with pytest.raises(Forbidden):
        save_connection("https://x", "t", now=now, by=factories.actor(Role.ENSEIGNANT))
    fields = Entry.objects.filter(kind="connexion_registre").values_list("field", flat=True)
    assert sorted(fields) == ["adresse", "jeton"]


@pytest.mark.django_db
def test_without_an_address_nothing_is_deposited() -> None:
    room = full_room()
    version = export(room).version

    with pytest.raises(NoConnection):
        start_deposit(version, by=room.head)
    with pytest.raises(Forbidden):
        start_deposit(version, by=factories.actor(Role.ENSEIGNANT))


@pytest.mark.django_db
def test_the_head_sets_the_address_and_deposits_from_the_page_of_a_version() -> None:
    room = full_room()
    version = export(room).version
    factories.membership(role=Role.CHEF)
    head = signed_in(factories.user())
    suivi = f"/suivi/{factories.UAI}"
    of_version = f"{suivi}/{factories.CFD}/export/versions/{version.pk}"
    before = ReadPage(head.get(f"{of_version}/repetition/"))
    assert before.links("réglages du dépôt") == [f"{suivi}/registre/"]

    refused = head.post(f"{suivi}/registre/", {"adresse": "ftp://x", "jeton": "t"})
    saved = head.post(f"{suivi}/registre/", {"adresse": "https://r.fr", "jeton": "t"}, follow=True)
    after = ReadPage(head.post(f"{of_version}/depot/", follow=True))

    assert refused.status_code == 422
    assert 'value="ftp://x"' in refused.content.decode()
    assert "L’adresse du registre est enregistrée." in ReadPage(saved).messages()
    assert "en cours. Rechargez la page pour suivre." in after.text
    RegistryDeposit.objects.update(state=DepositState.FAILED, said="Le registre a refusé : non.")
    assert (
        "échec. Le registre a refusé : non." in ReadPage(head.get(f"{of_version}/repetition/")).text
    )
    assert Client().get(f"{suivi}/registre/").status_code == 302
