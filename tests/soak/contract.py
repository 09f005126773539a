"""The partner API over HTTP, asked at random by four identities: no 5xx, nothing that the OpenAPI
document does not tell, no authentication ignored (schemathesis)."""

import base64
import json
import urllib.parse
import urllib.request

import schemathesis
from schemathesis.core.failures import Failure, FailureGroup

from livretpro.demo.structure import UAI
from partner_contract import DEAD, ELSEWHERE, OWN, SHUT, answers
from soak.instance import Instance
from soak.measure import Measure, Task

OTHER = "0990002P"
"""A school without a division, whose access opens nothing of the demo school."""
NOT_COUNTED = "UPDATE partners_partnerclient SET window_count = 0 RETURNING id"
"""Else the limit of a minute would soon answer in place of the API."""


def play(task: Task) -> Measure:
    """Ask `task.count` questions of each operation under each identity."""
    instance, faults, asked = task.instance, [], 0
    address = f"http://127.0.0.1:{instance.port}/api/v1/openapi.json"
    document = schemathesis.openapi.from_url(address)
    for identity, headers in _identities(instance).items():
        for found in document.get_all_operations():
            operation = found.ok()
            instance.rows(NOT_COUNTED)
            place = f"{identity}, {operation.label}"
            try:
                seen = answers(
                    operation, headers, examples=task.count, chance=task.chance.getrandbits(32)
                )
            except (Failure, FailureGroup) as failure:
                faults.append(f"{place} : {failure}")
                continue
            asked += task.count
            if _opens(identity, operation.path) not in {None, 200 in seen}:
                faults.append(f"{place} : {sorted(seen)}")
    measured = f"{asked} questions, {len(faults)} fautes"
    return Measure("Contrat de l’API", f"{task.count} par opération et identité", measured, faults)


def _opens(identity: str, path: str) -> bool | None:
    """Whether the identity must be answered there; None where a secret is drawn, not a token."""
    if path.endswith("/jeton"):
        return None
    return identity == OWN or (identity == ELSEWHERE and "{" not in path)


def _identities(instance: Instance) -> dict[str, dict[str, str]]:
    """What each one sends."""
    instance.command("ecole", "create", "--uai", OTHER, "--nom", "Lycée d’ailleurs")
    dead = _token(instance, UAI, "Contrat révoqué")
    instance.command("partenaire", "revoke", "Contrat révoqué", "--uai", UAI)
    return {
        SHUT: {},
        DEAD: dead,
        OWN: _token(instance, UAI, "Contrat"),
        ELSEWHERE: _token(instance, OTHER, "Contrat"),
    }


def _token(instance: Instance, uai: str, name: str) -> dict[str, str]:
    """The header of an access given for it."""
    made = json.loads(instance.command("partenaire", "create", name, "--uai", uai, "--json").stdout)
    packed = base64.b64encode(f"{made['identifiant']}:{made['secret']}".encode()).decode()
    question = urllib.request.Request(
        f"http://127.0.0.1:{instance.port}/api/v1/jeton",
        urllib.parse.urlencode({"grant_type": "client_credentials"}).encode(),
        {"Authorization": f"Basic {packed}"},
    )
    with urllib.request.urlopen(question) as answer:
        return {"Authorization": f"Bearer {json.load(answer)['access_token']}"}
