"""What migrations settle in the data of an instance at work."""

from datetime import date
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

import factories
from livretpro.accounts.models import User
from livretpro.referentiels.models import Competence, OwnCode, Referentiel
from livretpro.schools.models import Substitution
from livretpro.schools.rules import Role

pytestmark = pytest.mark.django_db


def test_substitutions_carried_over_end_with_the_year_in_which_they_began() -> None:
    former = factories.school_year(year=factories.YEAR - 1)
    factories.school_year()
    absent, stands = factories.staff("PETIT"), factories.staff("ROYER")
    days = (date(factories.YEAR - 1, 8, 25), date(factories.YEAR, 3, 2), date(factories.YEAR, 9, 8))
    lines = [
        Substitution.objects.create(absent=absent, substitute=stands, start=day) for day in days
    ]

    _run("livretpro.schools.migrations.0007_substitutions_end_with_their_year", "END")

    for line in lines:
        line.refresh_from_db()
    assert [line.end for line in lines] == [former.end, former.end, None]


def test_who_administers_no_school_any_more_owes_no_long_password() -> None:
    still, former = factories.user("encore"), factories.user("avant")
    User.objects.update(needs_long_password=True)
    factories.membership(still, Role.ADMINISTRATEUR)
    ended = factories.membership(former, Role.ADMINISTRATEUR)
    type(ended).objects.filter(pk=ended.pk).update(end=date(2025, 9, 2))

    _run("livretpro.schools.migrations.0008_no_long_password_in_vain", "CLEAR")

    owing = User.objects.filter(needs_long_password=True).values_list("identifier", flat=True)
    assert list(owing) == ["encore"]


def test_a_competence_reworded_since_its_code_gets_another_one() -> None:
    place = {"school_uai": factories.UAI, "cfd": factories.CFD}
    OwnCode.objects.create(**place, competence="C1", code="8001", label="C1 Analyser")
    for version, label in ((1, "Analyser"), (2, "Préparer le chantier")):
        held = Referentiel.objects.create(
            **place, slug="melec-propre", version=version, sigle="MELEC", complete=True, source={}
        )
        Competence.objects.create(
            referentiel=held, code="C1", label=label, expected=True, position=1
        )

    migration = import_module("livretpro.referentiels.migrations.0004_own_codes_by_wording")
    migration.give_codes(apps, None)

    told = OwnCode.objects.order_by("code").values_list("code", "label")
    assert list(told) == [("8001", "C1 Analyser"), ("8002", "C1 Préparer le chantier")]


def _run(module: str, name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(getattr(import_module(module), name))
