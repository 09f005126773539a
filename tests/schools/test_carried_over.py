"""What migrations settle in the data of an instance at work."""

from datetime import UTC, date, datetime
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

import factories
from livretpro.accounts.models import User
from livretpro.lsl_registry.models import Record
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


def test_a_record_sent_or_in_archive_is_closed_for_the_year_of_its_session() -> None:
    places = {
        year: factories.division("TMELEC", year=factories.school_year(year=year))
        for year in (factories.YEAR, factories.YEAR + 1)
    }
    sent_late = datetime(2026, 9, 10, 8, tzinfo=UTC)
    for number, years, changes in (
        (1, (2025,), {"state": "verse", "state_at": sent_late}),
        (2, (2025, 2026), {"state": "verrou", "state_at": datetime(2026, 6, 20, tzinfo=UTC)}),
        (3, (2025, 2026), {"archived_at": date(2026, 9, 8)}),
    ):
        student = factories.student(1000 + number)
        for year in years:
            factories.enrolment(student, into=places[year])
        Record.objects.create(
            school=student.school, student=student, content={}, version=1, closed_year=1, **changes
        )

    migration = import_module("livretpro.lsl_registry.migrations.0006_closed_year")
    migration.tell_the_year(apps, None)

    assert set(Record.objects.values_list("closed_year", flat=True)) == {factories.YEAR}


def _run(module: str, name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(getattr(import_module(module), name))
