"""The panel « Essayez » does not exist in a real school."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from livretpro.demo.structure import NAME, UAI
from livretpro.demo.tour import is_demo
from livretpro.referentiels.rules import Level
from livretpro.schools.models import School
from livretpro.schools.rules import Role
from lycee import CIEL, found, signed_in


@pytest.mark.parametrize(
    ("demonstration", "uai", "name", "expected"),
    [
        (True, UAI, NAME, True),
        (False, UAI, NAME, False),
        (True, UAI, "Lycée professionnel de Valmeray", False),
        (True, "0990002P", NAME, False),
    ],
    ids=["the demo", "a real site", "a real school of the same UAI", "another school"],
)
def test_only_the_demo_school_of_a_demonstration_is_one(
    settings: Settings, uai: str, name: str, *, demonstration: bool, expected: bool
) -> None:
    settings.DEMONSTRATION = demonstration

    assert is_demo(School(uai=uai, name=name)) is expected


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["", "saisie/"])
def test_a_real_school_has_no_panel_and_pays_nothing_for_it(settings: Settings, page: str) -> None:
    lycee = found({"TCIEL1": 2})
    lycee.open_entry(Level.TERMINALE)
    head = signed_in(lycee.person(Role.CHEF, "FERRAND", "Claire"))
    address = f"/suivi/{lycee.school.uai}/{CIEL}/{page}"
    head.get(address)
    queries = []

    for settings.DEMONSTRATION in (False, True):
        with CaptureQueriesContext(connection) as asked:
            shown = head.get(address)
        queries.append(len(asked))
        assert shown.context["tour"] is None
        assert "Essayez" not in shown.content.decode()

    assert lycee.school.uai == UAI
    assert queries[0] == queries[1]
