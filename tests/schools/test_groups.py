"""Declaring teaching groups: what is refused, what the journal tells, a year gone by."""

from datetime import date

import pytest

import factories
from at_once import at_once
from livretpro.journal.models import Entry
from livretpro.livrets.groups import groups
from livretpro.referentiels.rules import Level
from livretpro.schools.groups import change_group, declare_group, make_group, undeclare_group
from livretpro.schools.lines import BadChoice, NotAllowed
from livretpro.schools.models import DeclaredGroup, DeclaredMember, Group, GroupMember, Student
from livretpro.schools.rules import Role

pytestmark = pytest.mark.django_db
LEVEL = Level.PREMIERE


def pupils(count: int = 3) -> list[int]:
    """The primary keys of pupils of 1MELEC."""
    found = [factories.student(1001 + n, last_name=f"NOM{n}") for n in range(count)]
    for student in found:
        factories.enrolment(student)
    return [student.pk for student in found]


def siecle(code: str, *students: int) -> Group:
    made, _ = Group.objects.get_or_create(school_year=factories.school_year(), code=code)
    for student in students:
        GroupMember.objects.create(group=made, student_id=student)
    return made


def free(name: str, *students: int, by: Role = Role.CHEF) -> DeclaredGroup:
    year, head = factories.school_year(), factories.actor(by)
    return make_group(year, factories.CFD, LEVEL, name, students, by=head)


def declared(group: Group) -> DeclaredGroup:
    year, head = factories.school_year(), factories.actor()
    return declare_group(year, factories.CFD, LEVEL, group, by=head)


def told() -> list[tuple[str, str, str]]:
    rows = Entry.objects.filter(kind="groupe_specialite").order_by("rank")
    return [(e.action, e.values_kept.before, e.values_kept.after) for e in rows]


def members(group: DeclaredGroup) -> set[int]:
    return set(group.members.values_list("student", flat=True))


def test_a_free_group_is_made_changed_and_undeclared() -> None:
    first, second, third = pupils()
    made = free("  Atelier   A ", first, second)

    changed = [
        change_group(made, "Atelier B", {second, third}, by=factories.actor()) for _ in range(2)
    ]
    kept = members(made)
    for held in [DeclaredGroup.objects.get()] * 2:
        undeclare_group(held, by=factories.actor())

    assert (changed, kept) == ([True, False], {second, third})
    assert (DeclaredGroup.objects.count(), DeclaredMember.objects.count()) == (0, 0)
    assert told() == [
        ("cree", "", "Atelier A, 2 élèves"),
        ("modifie", "Atelier A, 2 élèves", "Atelier B, 2 élèves"),
        ("retire", "Atelier B", ""),
    ]
    assert moves() == [
        ("ajoute", first, "", "Atelier A"),
        ("ajoute", second, "", "Atelier A"),
        ("retire", first, "Atelier B", ""),
        ("ajoute", third, "", "Atelier B"),
        ("retire", second, "Atelier B", ""),
        ("retire", third, "Atelier B", ""),
    ]


def moves() -> list[tuple[str, int, str, str]]:
    """What the journal says of pupils (their primary keys), in or out of a free group."""
    rows = Entry.objects.filter(kind="charge").order_by("rank")
    keys = {f"2025:{s.siecle_id}": s.pk for s in Student.objects.all()}
    return [
        (e.action, keys[e.key], e.values_kept.before, e.values_kept.after)
        for e in rows.select_related("values_kept")
    ]


@pytest.mark.parametrize(
    ("name", "ranks", "phrase"),
    [
        ("", (1,), "Donnez un nom"),
        ("x" * 41, (1,), "compte 41 caractères"),
        ("Atelier A", (1,), "s’appelle déjà"),
        ("GR1", (1,), "s’appelle déjà"),
        ("Atelier B", (), "aucun élève"),
        ("Atelier B", (0, 1), r"Déjà dans un groupe déclaré : NOM0 Léa \(Atelier A\)"),
    ],
)
def test_a_free_group_that_cannot_be_is_refused(
    name: str, ranks: tuple[int, ...], phrase: str
) -> None:
    students = pupils()
    free("Atelier A", students[0])
    declared(siecle("GR1", students[2]))

    with pytest.raises(BadChoice, match=phrase):
        free(name, *(students[rank] for rank in ranks))

    assert DeclaredGroup.objects.count() == 2


def test_a_group_of_siecle_is_refused_twice_empty_or_shared() -> None:
    first, second, _ = pupils()
    free("Atelier A", first)
    declared(siecle("GR1", second))

    for group, phrase in (
        (siecle("GR1"), "déjà déclaré"),
        (siecle("GR2"), "aucun élève"),
        (siecle("GR3", first), "un seul groupe"),
    ):
        with pytest.raises(BadChoice, match=phrase):
            declared(group)

    assert DeclaredGroup.objects.count() == 2


def test_a_group_of_siecle_is_not_changed_by_hand() -> None:
    first, second, _ = pupils()
    made = declared(siecle("GR1", first))

    with pytest.raises(BadChoice, match="viennent de SIECLE"):
        change_group(made, "Autre", {second}, by=factories.actor())


def test_a_pupil_gone_keeps_the_place_in_a_free_group() -> None:
    first, second, third = pupils()
    made = free("Atelier A", first, second)
    Student.objects.get(pk=first).enrolments.update(end=factories.SCHOOL_DAY)

    change_group(made, "Atelier A", {second, third}, by=factories.actor())

    assert members(made) == {first, second, third}


@pytest.mark.parametrize("role", [Role.ENSEIGNANT, Role.ADMINISTRATEUR])
def test_only_heads_declare(role: Role) -> None:
    first, second, _ = pupils()
    made, group, by = free("Atelier A", first), siecle("GR1", second), factories.actor(role)

    for write in (
        lambda: free("Atelier B", second, by=role),
        lambda: declare_group(made.school_year, factories.CFD, LEVEL, group, by=by),
        lambda: change_group(made, "Autre", {first}, by=by),
        lambda: undeclare_group(made, by=by),
    ):
        with pytest.raises(NotAllowed):
            write()

    assert [str(held) for held in DeclaredGroup.objects.all()] == ["Atelier A"]


@pytest.mark.django_db(transaction=True)
def test_two_heads_who_take_one_pupil_at_the_same_instant_get_one_group() -> None:
    first, *_ = pupils()
    refused = []

    def taking(name: str) -> None:
        try:
            free(name, first)
        except BadChoice as refusal:
            refused.append(refusal.phrase)

    at_once(lambda: taking("Atelier A"), lambda: taking("Atelier B"))

    assert (DeclaredGroup.objects.count(), len(refused)) == (1, 1)


def test_the_group_of_a_year_gone_by_keeps_who_left_as_of_their_last_day() -> None:
    former = factories.school_year(year=factories.YEAR - 1)
    place = factories.division("1MELEC", year=former)
    left, *others = [
        factories.enrolment(factories.student(1001 + n), into=place, end=former.end)
        for n in range(3)
    ]
    left.end = date(2025, 1, 10)
    left.save()
    made = DeclaredGroup.objects.create(
        school_year=former, cfd=factories.CFD, level=LEVEL, name="Atelier A"
    )
    for enrolment in (left, others[0]):
        DeclaredMember.objects.create(declared=made, student=enrolment.student)

    found = groups(former, [factories.CFD])

    assert [(found.of(e).name, found.of(e).headcount) for e in (left, *others)] == [
        ("Atelier A", 2),
        ("Atelier A", 2),
        ("", 3),
    ]
