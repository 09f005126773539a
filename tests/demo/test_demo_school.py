"""The demo school as a visitor finds it."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from django.apps import apps
from django.contrib.auth import authenticate
from django.db import transaction
from django.test import Client
from pytest_django import DjangoDbBlocker, Settings

import lsl_rules
import lsl_xml
from livretpro.accounts.models import User
from livretpro.demo.actions import make_demo
from livretpro.demo.people import PASSWORD, actor, sign_ins
from livretpro.demo.structure import (
    AUBRECOURT,
    FERRAND,
    KARADINE,
    TILLERVENT,
    UAI,
    Person,
)
from livretpro.livrets.actions import announce, record
from livretpro.livrets.figures import group_figures
from livretpro.livrets.models import Livret, Periodicity, PeriodPublication
from livretpro.livrets.queries import Sheet, sheets
from livretpro.livrets.rules import NOT_GRADED
from livretpro.lsl_export.actions import Options, create_export
from livretpro.lsl_export.models import ExportVersion
from livretpro.referentiels.models import Diploma
from livretpro.schools.models import Division, Enrolment
from livretpro.schools.queries import diplomas_of_division, pupils_of_division

pytestmark = pytest.mark.django_db
TODAY = date(2026, 6, 10)
CIEL, MELEC, AGORA = "40025519", "40025520", "40030004"


@pytest.fixture(scope="module", autouse=True)
def _demo_school(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The school, made once for the module on an empty database, and taken back afterwards."""
    with django_db_blocker.unblock(), transaction.atomic():
        assert make_demo() is True
        yield
        transaction.set_rollback(True)


def division(code: str, year: int = 2025) -> Division:
    return Division.objects.select_related("school_year").get(
        school_year__school__uai=UAI, school_year__year=year, code=code
    )


def livrets(code: str, year: int = 2025, *, bilans: bool = False) -> list[Sheet]:
    place = division(code, year)
    pupils = pupils_of_division(actor(FERRAND, on=TODAY), place)
    return sheets(pupils, place.school_year, bilans=bilans)


def rows() -> dict[str, int]:
    return {
        model._meta.label: model._default_manager.count()
        for model in apps.get_models()
        if model.__module__.startswith("livretpro.")
    }


def test_made_again_it_stays_as_it_is() -> None:
    enrolment = livrets("TCIEL1")[0].enrolment
    record(enrolment, "moyenne_1", "9,5", by=actor(FERRAND, on=TODAY))
    before = rows()

    again = make_demo()

    assert again is False
    assert rows() == before
    assert livrets("TCIEL1")[0].content.averages[1] == Decimal("9.5")


@pytest.mark.parametrize(
    ("code", "year", "expected"),
    [
        ("TCIEL1", 2025, {"vert": 11, "orange": 4, "rouge": 3}),
        ("TMELEC1", 2025, {"vert": 5, "orange": 5, "rouge": 5}),
        ("T CI/MEL", 2025, {"vert": 4, "orange": 3, "rouge": 5}),
        ("TAGO1", 2025, {"vert": 14}),
        ("1CIEL1", 2025, {"vert": 1, "orange": 3, "rouge": 12}),
        ("1MELEC1", 2025, {"rouge": 14}),
        ("1AGO1", 2025, {"rouge": 15}),
        ("2TNE1", 2025, {}),
        ("1CIEL1", 2024, {"vert": 18, "orange": 4, "rouge": 1}),
        ("1MELEC1", 2024, {"vert": 22, "orange": 5, "rouge": 1}),
        ("1AGO1", 2024, {"vert": 13, "orange": 2}),
    ],
)
def test_each_division_has_its_colours(code: str, year: int, expected: dict[str, int]) -> None:
    assert Counter(sheet.status.colour.value for sheet in livrets(code, year)) == expected


def test_the_first_period_is_filled_and_published_but_in_one_division() -> None:
    filled = {
        code: sum(bool(sheet.content.appraisals) for sheet in livrets(code, bilans=True))
        for code in ("1CIEL1", "TCIEL1", "TAGO1")
    }
    agora = livrets("TAGO1", bilans=True)[0].content
    published = PeriodPublication.objects.values_list("division__code", "number")

    assert min(filled.values()) > 0
    assert {1} == {period for period, _ in agora.period_degrees}
    assert len(agora.period_degrees) == 37  # at the grain of its sub-competences
    assert sorted(published) == [("T CI/MEL", 1), ("TAGO1", 1), ("TCIEL1", 1), ("TMELEC1", 1)]


def test_nothing_is_entered_in_one_division() -> None:
    assert {sheet.status.started for sheet in livrets("1MELEC1")} == {False}


def test_averages_stand_in_the_three_bands() -> None:
    found = group_figures(sheet.annual for sheet in livrets("TCIEL1"))

    assert found is not None
    assert min(found.below_8, found.from_8_to_12, found.from_12) > 0


def test_degrees_take_the_four_values_and_some_periods_are_not_graded() -> None:
    contents = [sheet.content for sheet in livrets("TCIEL1")]

    assert {degree for c in contents for degree in c.degrees.values()} == {1, 2, 3, 4}
    assert NOT_GRADED in {average for c in contents for average in c.averages.values()}


def test_apprentices_are_enrolled_and_have_no_livret_to_fill() -> None:
    present = Enrolment.objects.present().filter(division=division("TMELEC1"))

    shown = {sheet.enrolment.student_id for sheet in livrets("TMELEC1")}

    apprentices = set(present.filter(status="AP").values_list("student_id", flat=True))
    assert (present.count(), len(apprentices), len(shown)) == (20, 5, 15)
    assert shown & apprentices == set()


def test_the_livret_of_the_pupil_who_became_apprentice_is_kept() -> None:
    turned = Enrolment.objects.present().get(status="AP", start__gt=date(2025, 9, 1))

    assert Livret.objects.filter(student=turned.student_id, school_year__year=2025).count() == 1


def test_the_pupil_who_left_keeps_the_livret_and_is_no_longer_listed() -> None:
    gone = Enrolment.objects.get(end=date(2026, 5, 22))

    assert Livret.objects.filter(student=gone.student_id, school_year__year=2025).count() == 1
    assert gone.student_id not in {sheet.enrolment.student_id for sheet in livrets("TAGO1")}


def test_one_division_prepares_two_diplomas() -> None:
    found = diplomas_of_division(actor(FERRAND, on=TODAY), division("T CI/MEL"))

    assert found == [CIEL, MELEC]


def test_the_periodicity_of_premiere_agora_is_still_to_choose() -> None:
    found = Periodicity.objects.filter(school_year__year=2025)

    assert set(found.values_list("cfd", "level", "kind")) == {
        (CIEL, "premiere", "S"),
        (CIEL, "terminale", "T"),
        (MELEC, "premiere", "S"),
        (MELEC, "terminale", "T"),
        (AGORA, "terminale", "T"),
    }


@pytest.mark.parametrize(
    ("person", "followed"),
    [
        (TILLERVENT, {"TCIEL1", "TMELEC1", "T CI/MEL"}),
        (KARADINE, {"TAGO1", "1AGO1"}),
        (AUBRECOURT, {"TCIEL1"}),
    ],
    ids=["two diplomas", "one division by hand", "professeur principal"],
)
def test_a_teacher_follows_the_divisions_of_their_charge(
    person: Person, followed: set[str]
) -> None:
    seen = Division.objects.visible_to(actor(person, on=TODAY))

    assert set(seen.values_list("code", flat=True)) == followed


def test_the_file_of_one_division_was_made_with_the_former_year() -> None:
    (version,) = ExportVersion.objects.all()

    document = lsl_xml.read(bytes(version.content))

    assert (version.division.code, version.number, version.with_previous_year) == (
        "TCIEL1",
        1,
        True,
    )
    assert list(lsl_rules.check_document(bytes(version.content))) == []
    assert [eleve.ine for eleve in document.donnees].count(None) == 1
    # Alone with this year: one who comes from another school, one whose première is red.
    assert Counter(len(eleve.scolarites) for eleve in document.donnees) == {2: 13, 1: 2}


def test_the_file_made_again_is_the_same_version() -> None:
    diploma = Diploma.objects.get(cfd=CIEL)

    made = create_export(
        division("TCIEL1"),
        diploma,
        Options(with_previous_year=True),
        by=actor(FERRAND, on=TODAY),
    )

    assert (made.fresh, made.version.number) == (False, 1)


@pytest.mark.parametrize("code", ["TAGO1", "TMELEC1", "T CI/MEL"])
def test_the_other_terminales_can_be_exported(code: str) -> None:
    place, by = division(code), actor(FERRAND, on=TODAY)

    for cfd in diplomas_of_division(by, place):
        made = create_export(
            place, Diploma.objects.get(cfd=cfd), Options(with_previous_year=True), by=by
        )
        assert made.fresh


SIGN_INS = [
    ("claire.ferrand", "chef d’établissement (tous les livrets, l’export)"),
    ("etienne.morvaudin", "DDFPT (tous les livrets, l’export)"),
    ("nadege.tillervent", "enseignant (spécialité CIEL et MELEC)"),
    ("youssouf.karadine", "enseignant (spécialité AGOrA)"),
    ("maelle.d-aubrecourt", "enseignant (français, et professeur principal de TCIEL1)"),
    ("solene.brasquier", "administrateur (structure, comptes, imports)"),
]


def test_the_sign_ins_are_told_one_a_line() -> None:
    assert sign_ins() == [f"{name:22} {PASSWORD}   {role}" for name, role in SIGN_INS]


@pytest.mark.parametrize("identifier", [name for name, _ in SIGN_INS])
def test_every_sign_in_told_works(identifier: str) -> None:
    user = authenticate(None, username=identifier, password=PASSWORD)

    assert user == User.objects.get(identifier=identifier)


TOUR = f"/suivi/{UAI}/{CIEL}/"


@pytest.fixture
def demonstration(settings: Settings) -> None:
    """As `livretpro demo` starts the site."""
    settings.DEMONSTRATION = True
    settings.SECOND_FACTOR_REQUIRED = False


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(User.objects.get(last_name=person.last_name))
    return client


def tour(person: Person, page: str = "saisie/") -> list[tuple[str, bool]]:
    """The tasks that this person is shown, and whether each is ticked."""
    shown = signed_in(person).get(TOUR + page).context["tour"]
    return [(task.link, task.done) for task in shown.tasks] if shown else []


def to_green() -> Enrolment:
    """The pupil of the tour whose appreciation alone is missing."""
    lacking = [
        sheet
        for sheet in livrets("TCIEL1")
        if [missing.key for missing in sheet.status.missing] == ["appreciation"]
    ]
    return min((s.enrolment for s in lacking), key=lambda e: e.student.siecle_id)


@pytest.mark.usefixtures("demonstration")
def test_the_head_is_shown_six_things_to_try_and_a_teacher_those_of_their_charge() -> None:
    head = tour(FERRAND, "")

    assert [link.partition(" ")[0] for link, _ in head] == [
        "Mettez",
        "Trouvez",
        "Remplissez",
        "Écrivez",
        "Exportez",
        "Prévenez",
    ]
    assert {done for _, done in head} == {False}
    assert tour(FERRAND) == head
    assert tour(TILLERVENT) == head[:4]
    assert tour(AUBRECOURT) == head[3:4]


@pytest.mark.usefixtures("demonstration")
@pytest.mark.parametrize("person", [FERRAND, TILLERVENT, AUBRECOURT])
def test_each_task_leads_to_a_page_that_this_person_may_open(person: Person) -> None:
    client = signed_in(person)
    shown = client.get(TOUR + "saisie/").context["tour"]

    answers = [client.get(task.address).status_code for task in shown.tasks]

    assert set(answers) == {200}


@pytest.mark.usefixtures("demonstration")
def test_a_tick_follows_the_database() -> None:
    pupil, by = to_green(), actor(TILLERVENT, on=TODAY)
    task = f"Mettez {pupil.student} au vert"

    record(pupil, "appreciation", "Des progrès.", by=by)
    ticked = dict(tour(TILLERVENT))[task]
    record(pupil, "appreciation", "", by=by)

    assert ticked is True
    assert dict(tour(TILLERVENT))[task] is False


@pytest.mark.usefixtures("demonstration")
def test_the_head_sees_the_new_version_the_message_and_what_changed() -> None:
    by = actor(FERRAND, on=TODAY)
    record(to_green(), "appreciation", "Des progrès.", by=by)
    made = create_export(
        division("TCIEL1"),
        Diploma.objects.get(cfd=CIEL),
        Options(with_previous_year=True),
        by=by,
    )
    terminale = Periodicity.objects.get(school_year__year=2025, cfd=CIEL, level="terminale")
    announce(terminale, Diploma.objects.get(cfd=CIEL), "Au travail.", last=0, by=by, on=TODAY)

    shown = signed_in(FERRAND).get(TOUR).context["tour"]

    assert [task.done for task in shown.tasks] == [True, False, False, False, True, True]
    assert shown.tasks[4].sequel == (
        "Regardez ce qui a changé",
        f"{TOUR}export/versions/{made.version.pk}/changements/",
    )


@pytest.mark.usefixtures("demonstration")
def test_there_is_nothing_to_try_in_another_diploma_or_a_former_year() -> None:
    head = signed_in(FERRAND)

    shown = [head.get(f"/suivi/{UAI}/{path}/").context["tour"] for path in (AGORA, f"{CIEL}-2024")]

    assert shown == [None, None]


def test_started_as_a_real_site_the_demo_school_has_nothing_to_try(settings: Settings) -> None:
    settings.SECOND_FACTOR_REQUIRED = False

    page = signed_in(FERRAND).get(TOUR)

    assert page.context["tour"] is None
    assert "Essayez" not in page.content.decode()
