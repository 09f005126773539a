"""What the school holds of the year of the files, read once: the cost never depends on pupils."""

from collections.abc import Mapping
from datetime import date

from django.db.models import QuerySet

from livretpro.referentiels.queries import mef_rows
from livretpro.schools.importing.comparison import Question
from livretpro.schools.importing.files import Files
from livretpro.schools.importing.plan.facts import (
    Held,
    HeldDivision,
    HeldEnrolment,
    HeldGroup,
    HeldPupil,
    HeldService,
    HeldStaff,
    HeldYear,
    Identity,
    Person,
    Schooling,
    SchoolMefFacts,
    ServiceKey,
    StaffKey,
    Validity,
)
from livretpro.schools.importing.plan.limits import fitting
from livretpro.schools.importing.plan.mefs import MefTable, school_mefs, ten_digits
from livretpro.schools.importing.plan.years import year_to_close
from livretpro.schools.models import (
    Division,
    Enrolment,
    Group,
    GroupMember,
    PrincipalTeacher,
    School,
    SchoolMef,
    Service,
    ServiceTeacher,
    Staff,
    Student,
)
from livretpro.schools.rules import default_year_bounds


def question(school: School, files: Files, *, on: date) -> Question:
    """Everything to compare: thirteen queries. Raises `Refused` for a year out of turn."""
    files, misfits = fitting(files)
    held = held_by(school, files.annee)
    mefs = school_mefs(held.mefs, files.nomenclature)
    given = {eleve.code_mef or "" for eleve in files.eleves.eleves} if files.eleves else set()
    given |= {pupil.last.schooling.mef_given for pupil in held.pupils if pupil.last}
    rows = mef_rows(ten_digits(given, mefs), year=files.annee)
    table = MefTable(mefs, rows, frozenset(school.extra_mefs))
    return Question(held, files, misfits, table, on)


def held_by(school: School, annee: int) -> Held:
    """What the school holds of the year `annee`: twelve queries, thirteen when its pupils are still
    awaited. Raises `Refused`."""
    closing = year_to_close(annee, school.current_year)
    years = {y.year: HeldYear(y.pk, y.year, y.start, y.end) for y in school.years.all()}
    year = _year(years, annee)
    former = _year(years, closing) if closing is not None else None
    enrolled = _enrolments(Enrolment.objects.filter(school_year=year.pk), this_year=True)
    previous = former or (None if enrolled else years.get(annee - 1))
    if previous:
        enrolled = _to_follow(previous, closed=former is None) | enrolled
    return Held(
        year=year,
        former=former,
        previous=previous,
        pupils=_pupils(school, year, enrolled),
        divisions=_divisions(year),
        groups=_groups(year),
        staff=_staff(school, year),
        services=_services(year),
        mefs=_mefs(school),
    )


def _year(years: Mapping[int, HeldYear], year: int) -> HeldYear:
    return years.get(year) or HeldYear(None, year, *default_year_bounds(year))


def _pupils(
    school: School, year: HeldYear, last: Mapping[int, HeldEnrolment]
) -> tuple[HeldPupil, ...]:
    """All pupils ever known here: one who comes back is the same. Two queries."""
    groups = _memberships(year)
    rows = Student.objects.filter(school=school).values_list(
        "pk",
        "siecle_id",
        "ine",
        "former_ine",
        "last_name",
        "first_name",
        "birth_date",
        "name_key",
        "first_name_key",
    )
    return tuple(
        HeldPupil(pk, Identity(*who), keys, last.get(pk), groups.get(pk, {}))
        for pk, who, keys in ((row[0], row[1:7], row[7:9]) for row in rows)
    )


def _to_follow(previous: HeldYear, *, closed: bool) -> dict[int, HeldEnrolment]:
    """The pupils that the year before has, or had to its end once it is `closed`."""
    rows = Enrolment.objects.filter(school_year=previous.pk)
    kept = rows.filter(end__gte=previous.end) if closed else rows.present()
    return _enrolments(kept, this_year=False)


def _enrolments(rows: "QuerySet[Enrolment]", *, this_year: bool) -> dict[int, HeldEnrolment]:
    """The newest enrolment of each pupil: one query."""
    return {
        row[0]: HeldEnrolment(row[1], Schooling(row[2] or "", *row[3:12]), *row[12:14], this_year)
        for row in rows.order_by("pk").values_list(
            "student_id",
            "pk",
            "division__code",
            "status",
            "mef_given",
            "mef",
            "cfd",
            "level",
            "no_livret",
            "last_year_mef",
            "last_year_division",
            "last_year_uai",
            "start",
            "end",
        )
    }


def _memberships(year: HeldYear) -> dict[int, dict[str, int]]:
    found: dict[int, dict[str, int]] = {}
    rows = GroupMember.objects.filter(group__school_year=year.pk)
    for student, code, pk in rows.values_list("student_id", "group__code", "pk"):
        found.setdefault(student, {})[code] = pk
    return found


def _divisions(year: HeldYear) -> dict[str, HeldDivision]:
    rows = Division.objects.filter(school_year=year.pk)
    return {d.code: HeldDivision(d.pk, d.label, tuple(d.mefs)) for d in rows}


def _groups(year: HeldYear) -> dict[str, HeldGroup]:
    """Two queries."""
    rows = Group.objects.filter(school_year=year.pk).prefetch_related("divisions")
    return {
        g.code: HeldGroup(g.pk, g.label, frozenset(d.code for d in g.divisions.all())) for g in rows
    }


def _staff(school: School, year: HeldYear) -> tuple[HeldStaff, ...]:
    """With the charges that STS gave: two queries."""
    charges: dict[int, dict[str, tuple[int, Validity]]] = {}
    rows = PrincipalTeacher.objects.filter(division__school_year=year.pk, by_hand=False)
    for staff, code, pk, start, end in rows.values_list(
        "staff_id", "division__code", "pk", "start", "end"
    ):
        charges.setdefault(staff, {})[code] = (pk, (start, end))
    return tuple(
        HeldStaff(
            s.pk,
            (s.sts_id, s.sts_type),
            Person(s.last_name, s.first_name, s.birth_date, s.function),
            s.name_key,
            s.gone_on,
            charges.get(s.pk, {}),
        )
        for s in Staff.objects.filter(school=school)
    )


def _services(year: HeldYear) -> dict[ServiceKey, HeldService]:
    """Two queries."""
    teachers: dict[int, dict[StaffKey, int]] = {}
    links = ServiceTeacher.objects.filter(service__school_year=year.pk)
    for service, sts_id, sts_type, pk in links.values_list(
        "service_id", "staff__sts_id", "staff__sts_type", "pk"
    ):
        teachers.setdefault(service, {})[sts_id, sts_type] = pk
    rows = Service.objects.filter(school_year=year.pk).values_list(
        "pk", "division__code", "group__code", "subject_code", "course_mode"
    )
    return {
        _service_key(division, group, subject, mode): HeldService(pk, teachers.get(pk, {}))
        for pk, division, group, subject, mode in rows
    }


def _service_key(division: str | None, group: str | None, subject: str, mode: str) -> ServiceKey:
    if division is not None:
        return ("D", division, subject, mode)
    return ("G", group or "", subject, mode)


def _mefs(school: School) -> dict[str, SchoolMefFacts]:
    rows = SchoolMef.objects.filter(school=school)
    return {m.code: SchoolMefFacts(m.attached_to, m.mefstat, m.label) for m in rows}
