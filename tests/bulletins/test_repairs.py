"""For each prerequisite, on the database: the line it breaks, its repair, the line green."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

import bulletin_factories as made
import factories
import partner_server
import school_to_import as scene
from livretpro.bulletins.actions import frames, mockups, periods, sectors, services, subjects
from livretpro.bulletins.actions.connection import save_connection
from livretpro.bulletins.actions.repairs import Broken, repair
from livretpro.bulletins.keyring import revealed
from livretpro.bulletins.models import (
    CproConnection,
    DivisionSector,
    Frame,
    FrameItem,
    GeneralAppraisal,
    Mockup,
    MockupAssignment,
    Period,
    Sector,
    Service,
    Subject,
    TeacherGrade,
)
from livretpro.bulletins.prerequisites import (
    Check,
    Line,
    RemoteFacts,
    RemotePeriod,
    Repair,
    State,
)
from livretpro.bulletins.queries.desk import desk_of
from livretpro.bulletins.queries.facts import check_divisions
from livretpro.bulletins.queries.sectors import referentiels_shipped
from livretpro.bulletins.queries.services import services_of, sts_services
from livretpro.bulletins.refusals import BadChoice, ClosingNotAllowed, NotAllowed
from livretpro.bulletins.remote import ask
from livretpro.bulletins.words import GENERIC_NAME, Grouping, PeriodKind
from livretpro.journal.models import Entry
from livretpro.referentiels.models import Competence, Diploma, Referentiel
from livretpro.schools.models import Division, Enrolment, Group, Student
from livretpro.schools.models import Service as StsService
from livretpro.schools.rules import Role
from partner_server import DIVISIONS, Reply
from query_counts import queries
from school_to_import import Ready

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Bench:
    """A ready division, in its school."""

    ready: Ready
    division: Division

    def lines(self) -> dict[Check, Line]:
        found = check_divisions(
            self.ready.year, [self.division], 1, ask(self.ready.year), by=self.ready.by
        )
        return {line.check: line for line in found[0].lines}

    def repair(self, what: Repair) -> str:
        remote = ask(self.ready.year).of(self.division.code)
        return repair(Broken(self.division, 1, remote), what, by=self.ready.by)


@pytest.fixture
def bench() -> Iterator[Bench]:
    with partner_server.running_suivi() as cpro:
        ready = scene.school(cpro)
        referentiel()
        yield Bench(ready, scene.division(ready))


def referentiel(*, subs: bool = False) -> Referentiel:
    """The shipped référentiel of MELEC: C1 and C2, under them two sub-competences when asked."""
    held, fresh = Referentiel.objects.get_or_create(
        slug="melec", version=1, defaults={"sigle": "MELEC", "complete": True, "source": {}}
    )
    if fresh:
        Diploma.objects.create(cfd=factories.CFD, label="MELEC", referentiel=held)
        for number in (1, 2):
            _competence(held, f"C{number}", f"Compétence {number}", None, expected=True)
    if subs:
        for first in list(held.competences.filter(parent=None)):
            for rank in (1, 2):
                code = f"{first.code}.{rank}"
                _competence(held, code, f"Sous {code}", first, expected=False)
    return held


def _competence(
    of: Referentiel, code: str, label: str, parent: Competence | None, *, expected: bool
) -> None:
    Competence.objects.create(
        referentiel=of,
        code=code,
        label=label,
        parent=parent,
        expected=expected,
        position=of.competences.count() + 1,
    )


def no_sector(bench: Bench) -> None:
    DivisionSector.objects.all().delete()


def sector_closed(bench: Bench) -> None:
    Sector.objects.update(available=False)


def other_code(bench: Bench) -> None:
    Subject.objects.update(code="071000")


def no_subject(bench: Bench) -> None:
    Frame.objects.all().delete()
    Service.objects.all().delete()
    Subject.objects.all().delete()


def no_service(bench: Bench) -> None:
    Service.objects.all().delete()


def several_services(bench: Bench) -> None:
    made.service(into=bench.division, label="Entreposage")
    made.service(into=bench.division, label="Transport")


def of_a_group(bench: Bench) -> None:
    Service.objects.all().delete()
    group = Group.objects.create(school_year=bench.ready.year, code="G1")
    group.divisions.add(bench.division)
    made.service(group=group)


def without_marks(bench: Bench) -> None:
    Service.objects.update(graded=False)


def no_frame(bench: Bench) -> None:
    Frame.objects.all().delete()


def no_codes(bench: Bench) -> None:
    FrameItem.objects.update(cpro_code="")


def no_lines_for_parts(bench: Bench) -> None:
    referentiel(subs=True)
    told = bench.ready.cpro.replies[DIVISIONS][0].content["divisions"][0]
    told["diplomes"][0]["competences"] = list(PARENTS)


def no_mockup(bench: Bench) -> None:
    MockupAssignment.objects.all().delete()


def no_option(bench: Bench) -> None:
    Mockup.objects.update(shows_teacher_grade=False)


def other_grouping(bench: Bench) -> None:
    Mockup.objects.update(grouping="element")


def no_period(bench: Bench) -> None:
    Period.objects.all().delete()


def closed(bench: Bench) -> None:
    Period.objects.update(closed_at=made.NOW)


def another_diploma_there(bench: Bench) -> None:
    """The division was given the sector of another diploma, ready in everything else."""
    other = made.sector("40025519")
    made.frame("C1", "C2", kept=other)
    DivisionSector.objects.update(sector=other)


def semesters_there(bench: Bench) -> None:
    told = scene.division_told(bench.division.code, kind="S")
    bench.ready.cpro.says(DIVISIONS, {"divisions": [told], "page": 1, "pages": 1})


def other_dates(bench: Bench) -> None:
    Period.objects.update(end=date(2025, 12, 12))


CASES: list[tuple[Callable[[Bench], None], Check, Repair]] = [
    (no_sector, Check.SECTOR, Repair.SET_SECTOR),
    (sector_closed, Check.SECTOR, Repair.OPEN_SECTOR),
    (other_code, Check.SUBJECT, Repair.SET_CODE),
    (no_subject, Check.SUBJECT, Repair.CREATE_SUBJECT),
    (no_service, Check.SERVICES, Repair.CREATE_SERVICE),
    (several_services, Check.SERVICES, Repair.GROUP),
    (of_a_group, Check.SERVICES, Repair.GROUP),
    (without_marks, Check.SERVICES, Repair.GRADE),
    (no_frame, Check.FRAME, Repair.CREATE_FRAME),
    (no_codes, Check.CODES, Repair.UPDATE_CODES),
    (no_lines_for_parts, Check.CODES, Repair.UPDATE_CODES),
    (no_mockup, Check.MOCKUP, Repair.ASSIGN_MOCKUP),
    (no_option, Check.MOCKUP, Repair.ADD_OPTIONS),
    (other_grouping, Check.GROUPING, Repair.MATCH_GROUPING),
    (no_period, Check.PERIOD, Repair.CREATE_PERIODS),
    (closed, Check.PERIOD, Repair.REOPEN),
    (another_diploma_there, Check.DIPLOMA, Repair.TAKE_SECTOR),
    (semesters_there, Check.REMOTE, Repair.ADOPT_PERIODS),
    (other_dates, Check.DATES, Repair.ADOPT_PERIODS),
]


@pytest.mark.parametrize("case", CASES, ids=[case[0].__name__ for case in CASES])
def test_what_is_broken_is_told_repaired_then_green(
    bench: Bench, case: tuple[Callable[[Bench], None], Check, Repair]
) -> None:
    breaks, check, button = case
    breaks(bench)
    broken = bench.lines()[check]
    entries = Entry.objects.count()

    said = bench.repair(button)

    assert (broken.repair, broken.state is State.OK) == (button, False)
    assert bench.lines()[check].state is State.OK
    assert said.endswith(".")
    assert Entry.objects.count() > entries


def no_connection(bench: Bench) -> None:
    CproConnection.objects.all().delete()


def connect(bench: Bench) -> None:
    url = bench.ready.cpro.url
    save_connection(
        url, partner_server.CLIENT, partner_server.SECRET, now=made.NOW, by=bench.ready.by
    )


def silent(bench: Bench) -> None:
    bench.ready.cpro.says(DIVISIONS, Reply(status=503))


def unknown_there(bench: Bench) -> None:
    bench.ready.cpro.says(DIVISIONS, {"divisions": [], "page": 1, "pages": 1})


def not_published(bench: Bench) -> None:
    tells(bench, published=False)


def no_periodicity_there(bench: Bench) -> None:
    tells(bench, kind=None)


def tells(bench: Bench, **says: Any) -> None:
    """What CPRO says of the division now; as before when nothing is said."""
    told = scene.division_told(bench.division.code, **says)
    bench.ready.cpro.says(DIVISIONS, {"divisions": [told], "page": 1, "pages": 1})


def sector_to_choose(bench: Bench) -> None:
    """The pupils are of a diploma that no sector here has."""
    DivisionSector.objects.all().delete()
    Enrolment.objects.update(cfd="40025519")


def choose_sector(bench: Bench) -> None:
    """The one of CPRO, on the page of the sectors."""
    kept = Sector.objects.get(code=factories.CFD)
    sectors.set_sector([bench.division], kept, by=bench.ready.by)


def no_referentiel(bench: Bench) -> None:
    Frame.objects.all().delete()
    Diploma.objects.update(referentiel=None)


def frame_by_hand(bench: Bench) -> None:
    """The lines and the codes typed on the page of the frames."""
    made.frame("C1", "C2")


def no_ine(bench: Bench) -> None:
    Student.objects.update(ine="")


def ine_from_siecle(bench: Bench) -> None:
    Student.objects.update(ine="0123456789A")


PAGES: list[tuple[Callable[[Bench], None], Check, Repair, Callable[[Bench], None]]] = [
    (no_connection, Check.REMOTE, Repair.CONNECT, connect),
    (silent, Check.REMOTE, Repair.RETRY, tells),
    (unknown_there, Check.REMOTE, Repair.RETRY, tells),
    (not_published, Check.REMOTE, Repair.RETRY, tells),
    (no_periodicity_there, Check.REMOTE, Repair.RETRY, tells),
    (sector_to_choose, Check.SECTOR, Repair.CHOOSE_SECTOR, choose_sector),
    (no_referentiel, Check.FRAME, Repair.SEE_FRAMES, frame_by_hand),
    (no_ine, Check.PUPILS, Repair.SEE_PUPILS, ine_from_siecle),
]
"""Those whose button leads to the page, or to the people, that repair."""


@pytest.mark.parametrize("case", PAGES, ids=[case[0].__name__ for case in PAGES])
def test_what_is_broken_is_told_with_its_page_and_green_once_that_is_done(
    bench: Bench,
    case: tuple[Callable[[Bench], None], Check, Repair, Callable[[Bench], None]],
) -> None:
    breaks, check, button, mends = case
    breaks(bench)
    broken = bench.lines()[check]

    mends(bench)

    assert (broken.repair, broken.state is State.OK) == (button, False)
    assert button.leads
    assert bench.lines()[check].state is State.OK


def test_a_ready_division_is_green_but_for_the_missing_ine(bench: Bench) -> None:
    assert [line.check for line in bench.lines().values() if line.state is not State.OK] == [
        Check.PUPILS
    ]


def test_a_repair_that_is_a_page_is_refused_here(bench: Bench) -> None:
    with pytest.raises(BadChoice, match="autre page"):
        bench.repair(Repair.CONNECT)


def test_a_teacher_repairs_nothing(bench: Bench) -> None:
    no_sector(bench)
    remote = ask(bench.ready.year).of("1MELEC")

    with pytest.raises(NotAllowed):
        repair(
            Broken(bench.division, 1, remote),
            Repair.SET_SECTOR,
            by=factories.actor(Role.ENSEIGNANT),
        )

    assert not DivisionSector.objects.exists()


def test_no_period_is_made_while_cpro_does_not_answer(bench: Bench) -> None:
    no_period(bench)
    silent = Broken(bench.division, 1, RemoteFacts(failure="CPRO ne répond pas."))

    for what in (Repair.CREATE_PERIODS, Repair.ADOPT_PERIODS):
        with pytest.raises(BadChoice, match="CPRO ne répond pas"):
            repair(silent, what, by=bench.ready.by)

    assert not Period.objects.exists()


def test_periods_taken_from_cpro_say_for_whom_and_which_dates_lack(bench: Bench) -> None:
    def taken(*periods: RemotePeriod) -> str:
        remote = RemoteFacts(kind=PeriodKind.SEMESTRE, periods=periods)
        return repair(Broken(bench.division, 1, remote), Repair.ADOPT_PERIODS, by=bench.ready.by)

    both = [
        RemotePeriod(1, date(2025, 9, 1), date(2026, 1, 31), published=True),
        RemotePeriod(2, date(2026, 2, 1), date(2026, 7, 3), published=False),
    ]
    alone = taken(*both)
    no_period(bench)
    whole = taken(*both)
    no_period(bench)
    undated = taken(RemotePeriod(1, None, None, published=True))

    assert alone == "1MELEC a les périodes de CPRO."
    assert whole == "Tout l’établissement a les périodes de CPRO."
    assert undated.startswith("Tout l’établissement a les semestres de CPRO, qui n’en donne pas")


@pytest.mark.parametrize("count", [1, 3])
def test_the_queries_of_the_checks_do_not_grow_with_the_divisions(bench: Bench, count: int) -> None:
    places = [bench.division]
    places += [scene.division(bench.ready, f"D{n}", n) for n in range(1, count)]
    remote = ask(bench.ready.year)

    with queries(14):
        found = check_divisions(bench.ready.year, places, 1, remote, by=bench.ready.by)

    assert len(found) == count


def test_sub_services_stand_under_the_generic_one_with_its_teachers(bench: Bench) -> None:
    several_services(bench)
    teacher = factories.staff()
    Service.objects.get(label="Transport").service_teachers.create(staff=teacher)

    generic = services.group_services(bench.division, by=bench.ready.by)

    assert (generic.name, generic.subject.code) == (GENERIC_NAME, "071100")
    assert {s.label for s in generic.subservices.all()} == {"", "Entreposage", "Transport"}
    assert list(generic.teachers.all()) == [teacher]


def group_of(code: str, *divisions: Division) -> Group:
    found = Group.objects.create(school_year=divisions[0].school_year, code=code)
    found.divisions.set(divisions)
    return found


def test_a_service_shared_with_another_division_is_never_grouped(bench: Bench) -> None:
    other = factories.division("1B")
    shared, alone = group_of("G1", bench.division, other), group_of("G2", bench.division)
    common = made.service(group=shared, label="Commun")
    own = made.service(group=alone, label="Propre")

    with pytest.raises(BadChoice) as refused:
        services.group_services(bench.division, services=[own.pk, common.pk], by=bench.ready.by)
    services.group_services(bench.division, services=[own.pk], by=bench.ready.by)

    assert refused.value.phrase.startswith(
        "« Commun » est le service du groupe G1, commun avec 1B : regroupé ici, il disparaîtrait"
    )
    common.refresh_from_db()
    own.refresh_from_db()
    assert (common.parent, own.parent and own.parent.name) == (None, GENERIC_NAME)


def test_a_shared_service_that_another_division_grouped_is_listed_to_be_taken_back(
    bench: Bench,
) -> None:
    other = factories.division("1B")
    shared = group_of("G1", bench.division, other)
    parent = made.service(into=other, label=GENERIC_NAME)
    common = made.service(group=shared, label="Commun", parent=parent)

    assert common in services_of(bench.division, by=bench.ready.by)


def test_a_grouped_service_takes_a_late_one(bench: Bench) -> None:
    several_services(bench)
    generic = services.group_services(bench.division, by=bench.ready.by)
    made.service(into=bench.division, label="Prévention")

    again = services.group_services(bench.division, by=bench.ready.by)

    assert (again, generic.subservices.count()) == (generic, 4)


def test_marks_of_the_generic_service_count_as_before_in_a_sub_service(bench: Bench) -> None:
    (generic,) = Service.objects.all()
    generic.label = GENERIC_NAME
    generic.save()
    pupil = factories.student(1001)
    made.mark(generic, pupil, "11.00")
    generic.service_teachers.create(staff=factories.staff())
    late = made.service(into=bench.division, label="Prévention")

    def average() -> Decimal | None:
        desk = desk_of(generic, made.period(), bench.ready.by.school)
        return desk.results[pupil.pk].computed

    before = average()
    services.group_services(bench.division, by=bench.ready.by)

    own = generic.subservices.get(assessments__isnull=False)
    assert (before, average()) == (Decimal(11), Decimal(11))
    assert (own.name, own.teachers.count(), late.assessments.count()) == (own.subject.label, 1, 0)
    assert not generic.assessments.exists()


def test_codes_are_never_guessed(bench: Bench) -> None:
    frame = Frame.objects.get()
    FrameItem.objects.update(cpro_code="", label="Compétence 1")

    done = frames.update_codes(frame, by=bench.ready.by)

    assert (done.written, len(done.ambiguous)) == (0, 2)
    assert set(FrameItem.objects.values_list("cpro_code", flat=True)) == {""}


PARENTS = {"C1": None, "C2": None, "C1.1": "C1", "C1.2": "C1", "C2.1": "C2", "C2.2": "C2"}


def parents(frame: Frame) -> dict[str, str | None]:
    return {item.cpro_code: item.parent and item.parent.cpro_code for item in frame.items.all()}


@pytest.mark.parametrize("grouping", ["element", "competence"])
def test_a_frame_holds_what_cpro_may_send_whatever_the_grouping(
    bench: Bench, grouping: str
) -> None:
    Frame.objects.all().delete()
    referentiel(subs=True)
    Sector.objects.update(grouping=grouping)

    frame = frames.create_frame(Sector.objects.get(), by=bench.ready.by)

    assert parents(frame) == PARENTS


def test_missing_lines_come_where_the_referentiel_has_them(bench: Bench) -> None:
    referentiel(subs=True)
    frame = Frame.objects.get()
    first = frame.items.get(cpro_code="C1")
    made.item(frame, "C1.2", label="Gardée", parent=first)

    done = frames.update_codes(frame, by=bench.ready.by)
    again = frames.update_codes(frame, by=bench.ready.by)

    order = list(frame.items.order_by("rank").values_list("cpro_code", "rank"))
    assert (done.added, again.added) == (3, 0)
    assert order == [("C1", 1), ("C1.1", 2), ("C2", 3), ("C2.1", 4), ("C2.2", 5), ("C1.2", 6)]
    assert parents(frame) == PARENTS
    assert frame.items.get(cpro_code="C1.2").label == "Gardée"


def test_no_line_is_added_while_one_waits_for_its_code(bench: Bench) -> None:
    referentiel(subs=True)
    frame = Frame.objects.get()
    frame.items.filter(cpro_code="C1").update(cpro_code="", label="Autre intitulé")

    done = frames.update_codes(frame, by=bench.ready.by)

    assert (done.added, done.unknown, frame.items.count()) == (0, ("Autre intitulé",), 2)


def test_sectors_are_prefilled_from_what_is_shipped_once(bench: Bench) -> None:
    Frame.objects.all().delete()
    no_sector(bench)
    Sector.objects.all().delete()
    referentiel(subs=True)

    made_once = sectors.prefill_sectors(by=bench.ready.by)
    again = sectors.prefill_sectors(by=bench.ready.by)

    assert [(s.code, s.grouping, s.available) for s in made_once] == [
        (factories.CFD, "element", True)
    ]
    assert (again, referentiels_shipped()[0].subs) == ([], (2, 2))


def test_services_come_from_sts_once_with_their_teachers(bench: Bench) -> None:
    teacher, other = factories.staff("DURAND"), factories.staff("PETIT")
    for mode, person in (("CG", teacher), ("TP", other)):
        sts = StsService.objects.create(
            school_year=bench.ready.year,
            division=bench.division,
            subject_code="061300",
            course_mode=mode,
        )
        sts.service_teachers.create(staff=person)
    proposed = sts_services(bench.ready.year, by=bench.ready.by)

    made_once = services.create_from_sts(bench.ready.year, by=bench.ready.by)
    again = services.create_from_sts(bench.ready.year, by=bench.ready.by)

    assert [(p.place, p.code, p.exists, len(p.names)) for p in proposed] == [
        ("1MELEC", "061300", False, 2)
    ]
    assert (len(made_once), set(made_once[0].teachers.all()), again) == (1, {teacher, other}, [])


def test_a_mockup_that_others_use_is_copied_before_it_groups_otherwise(bench: Bench) -> None:
    other = scene.division(bench.ready, "1LOG", 5)
    made.sector_of(other, made.sector("40031116", grouping="element"))
    Mockup.objects.update(grouping="element")

    mockups.match_grouping(bench.division, made.period(), by=bench.ready.by)

    told = {line.division.code: line.mockup.grouping for line in MockupAssignment.objects.all()}
    assert told == {"1MELEC": "competence", "1LOG": "element"}


def test_another_periodicity_is_refused_once_something_is_written(bench: Bench) -> None:
    TeacherGrade.objects.create(
        service=Service.objects.get(),
        period=made.period(),
        student=factories.student(1001),
        value=12,
        changed_at=made.NOW,
    )
    year, kind = bench.ready.year, PeriodKind.SEMESTRE

    with pytest.raises(BadChoice, match="ne change plus"):
        periods.set_periods(
            year, kind, periods.equal_parts(kind, year.start, year.end), by=bench.ready.by
        )


def test_a_division_with_general_appraisals_keeps_the_periods_of_the_school(bench: Bench) -> None:
    GeneralAppraisal.objects.create(
        period=made.period(),
        student=factories.student(1001),
        text="Bien.",
        changed_at=made.NOW,
    )
    year, kind = bench.ready.year, PeriodKind.SEMESTRE
    parts = periods.equal_parts(kind, year.start, year.end)

    with pytest.raises(BadChoice, match="elle les garde"):
        periods.set_periods(year, kind, parts, division=bench.division, by=bench.ready.by)


@pytest.mark.parametrize("code", ["07110", "07110X", "0711000", "٠٧١١٠٠"])
def test_a_code_that_is_not_six_digits_is_refused(bench: Bench, code: str) -> None:
    with pytest.raises(BadChoice, match="six chiffres"):
        subjects.set_code(made.subject(), code, by=bench.ready.by)


def test_the_secret_is_kept_hidden_and_asked_again_for_another_address(bench: Bench) -> None:
    by, url = bench.ready.by, bench.ready.cpro.url
    save_connection(url, "autre", "", now=made.NOW, by=by)
    kept = CproConnection.objects.get()

    with pytest.raises(BadChoice, match="saisissez de nouveau le secret"):
        save_connection("https://ailleurs.example", "autre", "", now=made.NOW, by=by)

    assert (kept.client_id, revealed(kept.secret)) == ("autre", partner_server.SECRET)
    assert partner_server.SECRET not in kept.secret


@pytest.mark.parametrize(
    "address",
    [
        *("ftp://a.example", "a.example", "https://x:y@a.example", "", "http://["),
        *("https://a.example:99999", "https://a b.example", "https://a\0.example"),
    ],
)
def test_an_address_that_is_none_is_refused(bench: Bench, address: str) -> None:
    with pytest.raises(BadChoice):
        save_connection(address, "c", "s", now=made.NOW, by=bench.ready.by)


def test_a_sector_says_how_it_is_evaluated(bench: Bench) -> None:
    sectors.edit_sector(
        Sector.objects.get(), available=False, grouping=Grouping.ELEMENT, by=bench.ready.by
    )

    sector = Sector.objects.get()
    assert (sector.available, sector.grouping) == (False, "element")


def test_two_lines_exchange_their_codes_at_once(bench: Bench) -> None:
    frame = Frame.objects.get()
    one, two = frame.items.order_by("rank")
    chosen = {one.pk: frames.ItemChoice("C2", "Un"), two.pk: frames.ItemChoice("C1", "")}

    count = frames.set_items(frame, chosen, by=bench.ready.by)

    held = frame.items.order_by("rank").values_list("cpro_code", "bulletin_label")
    assert (count, list(held)) == (2, [("C2", "Un"), ("C1", "")])


def test_an_administrator_closes_and_reopens_nothing(bench: Bench) -> None:
    closed(bench)

    with pytest.raises(ClosingNotAllowed):
        periods.reopen_period(made.period(), by=factories.actor(Role.ADMINISTRATEUR))

    assert made.period().is_closed


def test_a_school_without_sectors_is_told_the_one_of_its_mef(bench: Bench) -> None:
    Frame.objects.all().delete()
    no_sector(bench)
    Sector.objects.all().delete()
    line = bench.lines()[Check.SECTOR]

    bench.repair(Repair.SET_SECTOR)

    assert line.repair is Repair.SET_SECTOR
    assert bench.lines()[Check.SECTOR].state is State.OK


def test_a_service_made_for_a_division_makes_no_other(bench: Bench) -> None:
    no_service(bench)
    other = factories.division("2GT")
    for place, code in ((bench.division, "071000"), (bench.division, "061300"), (other, "071000")):
        StsService.objects.create(school_year=bench.ready.year, division=place, subject_code=code)

    bench.repair(Repair.CREATE_SERVICE)

    held = Service.objects.values_list("division__code", "subject__code")
    assert list(held) == [("1MELEC", "071000")]


def test_a_vocational_service_whose_code_was_set_is_not_made_again(bench: Bench) -> None:
    no_service(bench)
    Subject.objects.all().update(code="")
    StsService.objects.create(
        school_year=bench.ready.year, division=bench.division, subject_code="071000"
    )
    services.create_from_sts(bench.ready.year, by=bench.ready.by)
    bench.repair(Repair.SET_CODE)

    again = services.create_from_sts(bench.ready.year, by=bench.ready.by)

    assert (again, Service.objects.get().subject.code) == ([], "071100")
