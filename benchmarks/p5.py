"""P5: the completeness board of a school of 660 livrets, beside the same page with one row."""

import random
from collections.abc import Iterator, Sequence

from django.conf import settings
from django.test import Client
from django.test.utils import override_settings
from django.urls import reverse

from benchmarks.data import APPRECIATION, SYNTHESIS, YEAR
from benchmarks.instance import analyze
from benchmarks.measuring import Line, Work, interleaved, milliseconds, queries_of
from livretpro.accounts.models import User
from livretpro.livrets.models import Degree, Livret, PeriodBilan, Periodicity, TeacherLine
from livretpro.livrets.rules import Block, PeriodKind
from livretpro.referentiels.actions import load_all
from livretpro.referentiels.models import Competence, Diploma
from livretpro.referentiels.rules import Level
from livretpro.schools.models import Division, Enrolment, Membership, School, SchoolYear, Student
from livretpro.schools.rules import Role, default_year_bounds

LIVRETS, DIVISIONS = 660, 30
CFDS = ("40025520", "40025519", "40030004")
RATIO, QUERIES = 3.0, 12
WHOLE, NOTHING, PART = range(3)  # stages of a livret


def measure() -> Iterator[Line]:
    """Time the board of the largest school beside that of a school of one livret."""
    load_all(settings.REFERENCE_DIR)
    large, small = _school("0990011Z", LIVRETS, DIVISIONS), _school("0990012A", 1, 1)
    analyze()
    with override_settings(SECOND_FACTOR_REQUIRED=False, ALLOWED_HOSTS=["testserver"]):
        head = {school.uai: head_of(school) for school in (large, small)}
        open_board(large, head[large.uai])
        queries = queries_of(lambda: open_board(large, head[large.uai]))
        found = interleaved(
            Work(lambda: open_board(large, head[large.uai])),
            Work(lambda: open_board(small, head[small.uai])),
        )
    yield Line(
        "P5",
        f"le tableau d’un lycée de {LIVRETS} livrets, {DIVISIONS} divisions",
        f"{found.ratio:.2f} × ({milliseconds(found.work)} / {milliseconds(found.floor)})",
        f"≤ {RATIO} ×",
        found.ratio <= RATIO,
    )
    yield Line("P5", "ses requêtes", str(queries), f"≤ {QUERIES}", queries <= QUERIES)


def open_board(school: School, client: Client) -> None:
    """Open the board of a school."""
    answer = client.get(reverse("suivi:school_board", args=[school.uai]), secure=True)
    if answer.status_code != 200:
        raise AssertionError(f"the board answered {answer.status_code}")


def head_of(school: School) -> Client:
    """A browser of the head of a school."""
    user = User.objects.create(identifier=school.uai, last_name="CHEF", first_name="Camille")
    start, _ = default_year_bounds(YEAR)
    Membership.objects.create(user=user, school=school, role=Role.CHEF, start=start)
    client = Client()
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


def _school(uai: str, livrets: int, divisions: int) -> School:
    """A school whose livrets are whole, empty or begun, each at its own place."""
    chance = random.Random(livrets)
    school = School.objects.create(uai=uai, name=f"Lycée {uai}", current_year=YEAR)
    start, end = default_year_bounds(YEAR)
    year = SchoolYear.objects.create(school=school, year=YEAR, start=start, end=end)
    Periodicity.objects.bulk_create(
        Periodicity(school_year=year, cfd=cfd, level=level.value, kind=PeriodKind.TRIMESTRE)
        for cfd in CFDS
        for level in Level
    )
    places = [
        Division.objects.create(school_year=year, code=f"D{number:02}")
        for number in range(divisions)
    ]
    _write(_enrol(year, places, livrets), chance)
    return school


def _enrol(year: SchoolYear, places: Sequence[Division], livrets: int) -> list[Livret]:
    students = Student.objects.bulk_create(
        Student(
            school=year.school,
            siecle_id=number,
            last_name=f"NOM{number:04}",
            first_name="Camille",
            name_key=f"nom{number:04}",
            first_name_key="camille",
        )
        for number in range(1, livrets + 1)
    )
    diplomas = Diploma.objects.filter(cfd__in=CFDS).select_related("referentiel")
    current = {diploma.cfd: diploma.referentiel for diploma in diplomas}
    made, enrolments = [], []
    for number, student in enumerate(students):
        rank = number % len(places)
        cfd, level = CFDS[rank % len(CFDS)], list(Level)[rank // len(CFDS) % 2].value
        own = {"student": student, "school_year": year, "cfd": cfd, "level": level}
        enrolments.append(Enrolment(**own, division=places[rank], start=year.start))
        made.append(Livret(**own, referentiel=current[cfd]))
    Enrolment.objects.bulk_create(enrolments)
    return made


def _write(livrets: Sequence[Livret], chance: random.Random) -> None:
    stages = [chance.choice((WHOLE, WHOLE, PART, PART, NOTHING)) for _ in livrets]
    for livret, stage in zip(livrets, stages, strict=True):
        if stage == WHOLE or (stage == PART and chance.random() < 0.5):
            livret.appreciation, livret.pfmp_synthesis = APPRECIATION, SYNTHESIS
            livret.pfmp_last_name, livret.pfmp_first_name = "EXEMPLE", "Anna"
    kept = [(v, s) for v, s in zip(livrets, stages, strict=True) if s != NOTHING]
    Livret.objects.bulk_create(livret for livret, _ in kept)
    codes = _competences()
    Degree.objects.bulk_create(
        Degree(livret=livret, competence_id=competence, value=chance.randint(1, 4))
        for livret, stage in kept
        for competence in codes[livret.cfd]
        if stage == WHOLE or chance.random() < 0.7
    )
    PeriodBilan.objects.bulk_create(
        PeriodBilan(livret=livret, number=number, average=chance.randint(0, 80) / 4)
        for livret, _ in kept
        for number in (1, 2, 3)
    )
    TeacherLine.objects.bulk_create(
        TeacherLine(
            livret=livret,
            block=Block.SPECIALITY.value,
            position=position,
            last_name=name,
            first_name="Claude",
        )
        for livret, stage in kept
        if stage == WHOLE
        for position, name in enumerate(("DURAND", "PETIT"), start=1)
    )


def _competences() -> dict[str, list[int]]:
    found: dict[str, list[int]] = {cfd: [] for cfd in CFDS}
    expected = Competence.objects.filter(expected=True, referentiel__diplomas__cfd__in=CFDS)
    for cfd, pk in expected.values_list("referentiel__diplomas__cfd", "pk"):
        found[cfd].append(pk)
    return found
