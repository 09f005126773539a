"""Error pages, probes and what every answer carries."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connections
from django.db.backends.postgresql.base import DatabaseWrapper
from django.test import Client

from livretpro.journal import requests
from livretpro.web.base.logs import RequestId
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


def test_a_form_without_its_token_is_refused_in_french() -> None:
    answer = Client(enforce_csrf_checks=True).post("/activation/", {"code": "7KQM"})

    assert answer.status_code == 403
    assert "Formulaire expiré" in answer.content.decode()


def test_without_the_database_a_page_is_a_503_in_french(
    as_head_raising: Client, no_database: None
) -> None:
    answer = as_head_raising.get(f"/ecole/{UAI}/diplomes/")

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    assert "La base de données est injoignable." in answer.content.decode()


def test_the_probes_answer_in_plain_text(client: Client) -> None:
    answers = [client.get(address) for address in ("/sante/vivant", "/sante/pret")]

    assert [(a.status_code, a.content.decode()) for a in answers] == [
        (200, "vivant\n"),
        (200, "prêt\n"),
    ]
    assert {a.headers["Content-Type"] for a in answers} == {"text/plain; charset=utf-8"}


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
