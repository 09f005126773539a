"""P10: growth. P1, P5 and P6 in one school, alone in its database, then among a hundred others."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import override_settings
from django.urls import reverse

from benchmarks import p1, p5, p6
from benchmarks.data import Class
from benchmarks.instance import analyze, copied
from benchmarks.measuring import Line, Work, interleaved, milliseconds
from livretpro.schools.models import School

RATIO = 1.3
OTHERS, DIVISIONS = 99, 4
"""Schools beside the first one, and divisions in each: 140 livrets, about the median (spec 09)."""
STEP = 1_000_000  # between the keys of a row and those of its copies
ROUNDS = 31

_OF_SCHOOL = ("schools.School", "schools.SchoolYear", "livrets.Periodicity")
_OF_DIVISION = {
    "schools.Division": {"code": "'D' || copy"},
    "schools.Student": {"siecle_id": f"siecle_id + {STEP} * (copy %% {DIVISIONS})"},
    "schools.Enrolment": {},
    "livrets.Livret": {},
    "livrets.Degree": {},
    "livrets.PeriodBilan": {},
    "livrets.TeacherLine": {},
    "journal.Entry": {
        "school_uai": "'1' || lpad(school::text, 6, '0') || 'A'",
        "rank": f"rank + {STEP} * (copy %% {DIVISIONS})",
    },
    "journal.EntryValues": {},
}
_KEYS = {"id", "division_id", "student_id", "livret_id", "entry_id"}


def measure(of: Class, client: Client) -> Iterator[Line]:
    """Time each work in two databases in turn: that of one school, its copy with all the others."""
    with override_settings(SECOND_FACTOR_REQUIRED=False, ALLOWED_HOSTS=["testserver", "localhost"]):
        school = of.division.school_year.school
        head = p5.head_of(school)
        with copied("cent") as (alone, among):
            among()
            _grow()
            places = [
                _Place(alone, of, school, client, head),
                _Place(among, of, school, client, head),
            ]
            yield from _lines(places)
            alone()


def _lines(places: Sequence["_Place"]) -> Iterator[Line]:
    works: dict[str, Callable[[_Place], Work]] = {
        "P1, un fichier de division": _Place.file,
        "P5, le tableau du lycée": _Place.board,
        "P6, ouvrir la grille": _Place.grid,
        "P6, y enregistrer une case": _Place.save,
    }
    for words, work in works.items():
        alone, among = (work(place) for place in places)
        found = interleaved(among, alone, warm_up=3, rounds=ROUNDS)
        yield Line(
            "P10",
            f"{words}, parmi {OTHERS + 1} lycées / seul",
            f"{found.ratio:.2f} × ({milliseconds(found.work)} / {milliseconds(found.floor)})",
            f"≤ {RATIO} ×",
            found.ratio <= RATIO,
        )


@dataclass(frozen=True)
class _Place:
    """A database, and the same people and class in it."""

    enter: Callable[[], None]
    of: Class
    school: School
    teacher: Client
    head: Client

    def file(self) -> Work:
        """P1."""
        return self._warm(Work(lambda: p1.export(self.of), after=p1.forget))

    def board(self) -> Work:
        """P5."""
        return self._warm(Work(lambda: p5.open_board(self.school, self.head)))

    def grid(self) -> Work:
        """P6, open."""
        return self._warm(Work(lambda: self.teacher.get(self._address)))

    def save(self) -> Work:
        """P6, save a cell."""
        self.enter()
        return self._warm(Work(p6.saver(self.teacher, f"{self._address}cellules/", self.of)))

    @property
    def _address(self) -> str:
        place = [self.school.uai, self.of.diploma.cfd, self.of.division.pk]
        return reverse("suivi:division", args=place)

    def _warm(self, work: Work) -> Work:
        """The same on a connection that has already done it once: each round begins with one."""

        def before() -> None:
            self.enter()
            work.run()
            work.after()

        return replace(work, before=before)


def _grow() -> None:
    """Copy the school and its class: other schools, each with some divisions."""
    with connection.cursor() as cursor:
        for label in _OF_SCHOOL:
            own = {"uai": "'1' || lpad(school::text, 6, '0') || 'A'"}
            cursor.execute(_copy(label, own, "school", f"WHERE copy %% {DIVISIONS} = 1"), [_COPIES])
        for label, own in _OF_DIVISION.items():
            cursor.execute(_copy(label, own, "copy", ""), [_COPIES])
    analyze()


_COPIES = OTHERS * DIVISIONS


def _copy(label: str, own: dict[str, str], by: str, only: str) -> str:
    table = apps.get_model(label)._meta  # noqa: SLF001 (the names of its columns)
    columns = [field.column for field in table.local_concrete_fields]
    said = ", ".join(own.get(column) or _shift(column, by) for column in columns)
    return f"""
        INSERT INTO {table.db_table} ({", ".join(f'"{column}"' for column in columns)})
        SELECT {said} FROM {table.db_table}
         CROSS JOIN (SELECT copy, (copy + {DIVISIONS - 1}) / {DIVISIONS} AS school
                       FROM generate_series(1, %s) AS copy) AS made {only}
    """  # noqa: S608 (no value inside)


def _shift(column: str, by: str) -> str:
    """The key of a copy; what is not a key stays."""
    if column in {"school_id", "school_year_id"}:
        return f"{column} + {STEP} * school"
    return f"{column} + {STEP} * {by}" if column in _KEYS else f'"{column}"'
