"""The OpenAPI document against the API itself, asked at random by four identities (schemathesis).

No answer of the family 5xx, none that the document does not tell, no door that opens without a live
token. The examples are always the same ones.
"""

from typing import Any

import pytest
import schemathesis
from django.test import Client
from django.test.client import ClientHandler
from django.urls import reverse
from django.utils import timezone

from livretpro.partners.actions import revoke_client
from partner_contract import DEAD, ELSEWHERE, OWN, SHUT, answers
from web.api.partner_world import partner, school

pytestmark = pytest.mark.django_db
EXAMPLES = 6


def in_this_process(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """The application as a server calls it, on the connection of the test."""
    response = ClientHandler(enforce_csrf_checks=True)(environ)
    headers = [(name, value) for name, value in response.items()]
    start_response(f"{response.status_code} {response.reason_phrase}", headers)
    return [response.content]


@pytest.fixture
def headers(request: pytest.FixtureRequest) -> dict[str, str]:
    """What an identity sends; the school of TCIEL1 exists for all."""
    own = school(pupils=1)
    if request.param == SHUT:
        return {}
    if request.param == ELSEWHERE:
        return partner(school("0990002P", pupils=1, reference=False)).authorized
    reader = partner(own)
    if request.param == DEAD:
        revoke_client(reader.made.client, by=own.actor, now=timezone.now())
    return reader.authorized


@pytest.mark.parametrize(
    ("headers", "opens"),
    [(SHUT, False), (DEAD, False), (OWN, True), (ELSEWHERE, True)],
    indirect=["headers"],
)
def test_every_answer_is_one_that_the_document_tells(headers: dict[str, str], opens: bool) -> None:
    document = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app=in_this_process)
    seen: dict[str, set[int]] = {}

    for operation in document.get_all_operations():
        seen[operation.ok().path] = answers(operation.ok(), headers, examples=EXAMPLES)

    guarded = [found for path, found in seen.items() if not path.endswith("/jeton")]
    assert len(guarded) == 3
    for found in guarded:
        assert (200 in found) is opens
        assert (found <= {401, 404}) is not opens  # 404: no address of the API


def test_the_document_is_open_to_all_and_names_its_doors() -> None:
    said = Client().get("/api/v1/openapi.json").json()

    assert said["openapi"].startswith("3.1")
    assert sorted(said["paths"]) == [
        "/api/v1/divisions",
        "/api/v1/divisions/{code}/periodes/{numero}",
        "/api/v1/etablissement",
        "/api/v1/jeton",
    ]
    shut = {path for path, item in said["paths"].items() if "security" in next(iter(item.values()))}
    assert shut == set(said["paths"]) - {"/api/v1/jeton"}


def test_the_document_tells_how_to_get_a_token_and_to_ask_again() -> None:
    own = school(pupils=1)
    reader = partner(own)
    said = Client().get("/api/v1/openapi.json").json()
    (way,) = said["components"]["securitySchemes"].values()
    client = Client(headers=reader.authorized)

    assert way["type"] == "oauth2"
    assert way["flows"]["clientCredentials"]["tokenUrl"] == reverse("api:token")
    for path, item in said["paths"].items():
        (method, question) = next(iter(item.items()))
        assert "405" in question["responses"], path
        if method == "get":
            assert "ETag" in question["responses"]["200"]["headers"], path
            assert "304" in question["responses"], path
            assert "If-None-Match" in {one["name"] for one in question["parameters"]}, path
    held = client.get(reverse("api:school"))
    again = client.get(reverse("api:school"), headers={"If-None-Match": held["ETag"]})
    assert (held.status_code, again.status_code) == (200, 304)


def test_another_method_is_refused_in_the_words_of_the_api() -> None:
    answer = Client().delete(reverse("api:school"))

    assert (answer.status_code, answer["Allow"]) == (405, "GET")
    assert answer.json()["code"] == "methode_refusee"
