"""Error pages, probes and what every answer carries."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections
from django.db.backends.postgresql.base import DatabaseWrapper
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from livretpro.journal import requests
from livretpro.logs import RequestId
from web.base.valmeray import UAI

pytestmark = pytest.mark.django_db


@pytest.fixture
def visitor() -> Client:
    """Gets the error page where a test client would raise."""
    return Client(raise_request_exception=False)


@pytest.fixture
def no_database(db: None, tmp_path: Path) -> Iterator[None]:
    """The server does not answer: its socket is in an empty folder."""
    before = connections["default"]
    lost = before.settings_dict | {"HOST": str(tmp_path), "PORT": ""}
    connections["default"] = DatabaseWrapper(lost)
    yield
    connections["default"] = before


@pytest.fixture
def as_head_raising(as_head: Client) -> Client:
    as_head.raise_request_exception = False
    return as_head


@pytest.mark.parametrize(
    ("address", "status", "title"),
    [
        ("/erreur/400/", 400, "Demande non comprise"),
        ("/erreur/403/", 403, "Action non autorisée"),
        ("/absente/", 404, "Page introuvable"),
        ("/erreur/500/", 500, "Erreur de LivretPro"),
        ("/erreur/503/", 503, "LivretPro ne répond pas pour le moment"),
        ("/erreur/disque/", 503, "LivretPro ne peut plus enregistrer"),
        ("/erreur/base-pleine/", 503, "LivretPro ne peut plus enregistrer"),
        ("/erreur/secours/", 503, "LivretPro ne répond pas pour le moment"),
    ],
)
def test_an_error_page_is_in_french_and_bears_the_reference_of_the_request(
    as_head_raising: Client, address: str, status: int, title: str
) -> None:
    answer = as_head_raising.get(address)

    page = answer.content.decode()
    assert answer.status_code == status
    assert f'<h1 class="lp-h2">{title}</h1>' in page
    assert f'référence <span class="lp-ref">{answer.headers["X-Request-ID"]}</span>' in page


MIB = 1024 * 1024


@pytest.mark.parametrize(
    ("shown", "size", "says"),
    [
        ({}, MIB + 1, "Connectez-vous, puis recommencez."),
        ({"HTTP_COOKIE": "sessionid=x"}, 256 * MIB + 1, "envoyez les fichiers en plusieurs fois."),
        ({"HTTP_AUTHORIZATION": "Bearer x"}, 200_000 * MIB, "en plusieurs fois."),
    ],
)
def test_a_body_too_large_is_refused_unread_with_a_way_forward(
    shown: dict[str, str],
    size: int,
    says: str,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_num_queries(0):
        answer = Client(**shown).post("/connexion/", {"login": "a"}, CONTENT_LENGTH=str(size))

    page = answer.content.decode()
    assert (answer.status_code, says in page) == (413, True)
    assert f'<span class="lp-ref">{answer.headers["X-Request-ID"]}</span>' in page


@pytest.mark.parametrize(
    ("shown", "size"), [({}, MIB - 200), ({"HTTP_COOKIE": "sessionid=x"}, 2 * MIB)]
)
def test_a_body_that_may_come_is_read(shown: dict[str, str], size: int) -> None:
    sent = {"login": "a", "fichier": SimpleUploadedFile("f", b"x" * size)}

    assert Client(**shown).post("/connexion/", sent).status_code == 200


def test_a_body_without_a_size_is_refused(client: Client) -> None:
    answer = client.post("/connexion/", {"login": "a"}, HTTP_TRANSFER_ENCODING="chunked")

    assert (answer.status_code, "n’annonce pas sa taille" in answer.content.decode()) == (411, True)


@pytest.mark.parametrize(
    ("header", "status", "code"),
    [
        ({"HTTP_TRANSFER_ENCODING": "chunked"}, 411, "sans_taille"),
        ({"CONTENT_LENGTH": str(2 * MIB)}, 413, "trop_gros"),
    ],
)
def test_software_is_refused_in_json(
    client: Client, header: dict[str, str], status: int, code: str
) -> None:
    answer = client.post("/api/v1/jeton", {}, **header)

    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_form_without_its_token_is_refused_in_french() -> None:
    answer = Client(enforce_csrf_checks=True).post("/activation/", {"code": "7KQM"})

    assert answer.status_code == 403
    assert "Formulaire expiré" in answer.content.decode()


def test_without_the_database_a_page_is_a_503_in_french(
    as_head_raising: Client, no_database: None
) -> None:
    answer = as_head_raising.get(f"/suivi/{UAI}/diplomes/")

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    assert "La base de données est injoignable." in answer.content.decode()


def test_a_refused_method_is_said_in_french_with_those_allowed(as_head: Client) -> None:
    answer = as_head.post("/a-propos/")

    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD")
    assert '<h1 class="lp-h2">Demande refusée</h1>' in answer.content.decode()
    assert answer.headers["X-Request-ID"] in answer.content.decode()


def sign_of_life(*, seconds_ago: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat)"
            " VALUES (now() - make_interval(secs => %s))",
            [seconds_ago],
        )


def test_the_probes_answer_in_plain_text(client: Client) -> None:
    sign_of_life(seconds_ago=1)

    answers = [client.get(address) for address in ("/sante/vivant", "/sante/pret")]

    assert [(a.status_code, a.content.decode()) for a in answers] == [
        (200, "vivant\n"),
        (200, "prêt\n"),
    ]
    assert {a.headers["Content-Type"] for a in answers} == {"text/plain; charset=utf-8"}


def test_silent_workers_are_told_but_pages_are_served(client: Client) -> None:
    sign_of_life(seconds_ago=60)

    answer = client.get("/sante/pret")

    assert (answer.status_code, answer.content.decode()) == (200, "prêt\ntravail de fond arrêté\n")


def test_a_database_that_lacks_a_migration_is_not_ready(client: Client) -> None:
    MigrationRecorder(connection).record_unapplied("schools", last_migration("schools"))

    answer = client.get("/sante/pret")

    assert (answer.status_code, answer.content.decode()) == (
        503,
        "mises à jour de la base en attente\n",
    )


def last_migration(app: str) -> str:
    rows = MigrationRecorder(connection).migration_qs.filter(app=app)
    return str(rows.order_by("name").values_list("name", flat=True).last())


def test_the_probe_of_readiness_costs_two_queries(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.get("/sante/pret")

    with django_assert_num_queries(2):
        client.get("/sante/pret")


def test_without_the_database_the_process_is_alive_but_not_ready(
    visitor: Client, no_database: None
) -> None:
    statuses = [visitor.get(address).status_code for address in ("/sante/vivant", "/sante/pret")]

    assert statuses == [200, 503]


def test_each_request_has_a_reference_of_its_own(client: Client) -> None:
    given = "1" * 32
    references = {
        client.get("/sante/vivant", headers={"x-request-id": given}).headers["X-Request-ID"]
        for _ in range(2)
    }

    assert len(references - {given}) == 2
    assert requests.request_id.get() == ""


def test_pages_of_a_session_are_not_kept(as_head: Client) -> None:
    for address in ("/a-propos/", "/absente/"):
        assert "no-store" in as_head.get(address).headers["Cache-Control"]


def test_the_content_policy_allows_nothing_inline(as_head: Client) -> None:
    policy = as_head.get("/a-propos/").headers["Content-Security-Policy"]

    assert "unsafe" not in policy
    assert "default-src 'none'" in policy


def test_a_log_line_bears_the_reference_of_the_request() -> None:
    inside, outside = (logging.makeLogRecord({}) for _ in range(2))
    token = requests.request_id.set("a" * 32)

    RequestId().filter(inside)
    requests.request_id.reset(token)
    RequestId().filter(outside)

    assert (inside.__dict__["request_id"], outside.__dict__["request_id"]) == ("a" * 32, "-")
