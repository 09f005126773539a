"""A lycée whose bilans are published, and partners that read it over HTTP in this process."""

import base64
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.test import Client

from livretpro.livrets.actions import fill, publish_period
from livretpro.partners.actions import MadeClient, create_client
from livretpro.referentiels.rules import Level
from lycee import COMPETENCES, UAI, Lycee, found

DEGREES = "321432143"
"""Of each competence, in their order."""


def school(uai: str = UAI, *, pupils: int = 2, reference: bool = True) -> Lycee:
    """TCIEL1 of so many pupils, period 1 filled for all of them and published."""
    lycee = found({"TCIEL1": pupils, "1CIEL1": 1}, uai=uai, reference=reference)
    lycee.open_entry(Level.TERMINALE)
    heads = ["eleve_id", "moyenne_1", "bilan_1_appreciation"]
    heads += [f"bilan_1_competence:{code}" for code in COMPETENCES]
    heads += ["enseignant_1_nom", "enseignant_1_prenom"]
    rows = [
        [str(1001 + rank), "12,5", f"Un bon départ, {rank}.", *DEGREES, "PETIT", "Zoé"]
        for rank in range(pupils)
    ]
    text = "\n".join(";".join(row) for row in [heads, *rows])
    assert fill(lycee.year, text, by=lycee.actor, apply=True).errors == ()
    assert publish_period(lycee.division("TCIEL1"), 1, by=lycee.actor)
    return lycee


@dataclass
class Partner:
    """A partner: its access and, once asked for, its token."""

    made: MadeClient
    token: str = ""

    def ask(self, path: str, **headers: str) -> Any:
        """The answer of the API to a question with this token."""
        client = Client(raise_request_exception=False)
        return client.get(f"/api/v1/{path}", headers=self.authorized | headers)

    @property
    def authorized(self) -> dict[str, str]:
        """The header that opens."""
        return {"Authorization": f"Bearer {self.token}"}


def partner(lycee: Lycee, name: str = "PRONOTE") -> Partner:
    """A partner of the school, with a token."""
    one = Partner(create_client(name, by=lycee.actor))
    answer = ask_token(one.made.client.client_id, one.made.secret)
    one.token = answer.json()["access_token"]
    return one


def ask_token(client_id: str, secret: str, **form: str) -> HttpResponse:
    """The answer to a request for a token, proven by HTTP Basic."""
    packed = base64.b64encode(f"{client_id}:{secret}".encode()).decode()
    return Client(raise_request_exception=False).post(
        "/api/v1/jeton",
        {"grant_type": "client_credentials"} | form,
        headers={"Authorization": f"Basic {packed}"},
    )
