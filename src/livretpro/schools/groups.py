"""Teaching groups of the speciality: declared, changed, undeclared, read (spec 02, Group figures).

A pupil counts in one declared group at most. Declaring refuses a second one; an import may still
put a pupil in two groups of SIECLE, since a declaration never changes with it: `placed` decides.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import JSONField, Q
from django.db.models.expressions import RawSQL

from livretpro.journal import actions as journal
from livretpro.referentiels.rules import Level
from livretpro.schools.actors import Actor
from livretpro.schools.lines import BadChoice, NotAllowed
from livretpro.schools.models import (
    DeclaredGroup,
    DeclaredMember,
    Enrolment,
    Group,
    GroupMember,
    SchoolYear,
    Student,
)
from livretpro.schools.models.groups import NAME_MAX
from livretpro.schools.permissions import can_declare_groups
from livretpro.schools.rules import retouched

PLACED = """
  SELECT declared.id AS pk, coalesce(nullif(declared.name, ''), siecle.code) AS name
    FROM schools_declaredgroup AS declared
    LEFT JOIN schools_group AS siecle ON siecle.id = declared.group_id
   WHERE declared.school_year_id = schools_enrolment.school_year_id
     AND declared.cfd = schools_enrolment.cfd AND declared.level = schools_enrolment.level
     AND (
       EXISTS (SELECT FROM schools_declaredmember AS ticked
                WHERE ticked.declared_id = declared.id
                  AND ticked.student_id = schools_enrolment.student_id)
       OR EXISTS (SELECT FROM schools_groupmember AS member
                   WHERE member.group_id = declared.group_id
                     AND member.student_id = schools_enrolment.student_id)
     )
   ORDER BY declared.group_id NULLS FIRST, declared.id
   LIMIT 1
"""
"""The declared group an enrolment counts in, `pk` and `name`, as a query to put inside one that
reads `schools_enrolment`.

A free group first, since it was ticked pupil by pupil; then the oldest group of SIECLE.
"""


def placed() -> RawSQL:
    """The same as an annotation of enrolments: an object, or nothing."""
    told = f"(SELECT to_jsonb(placed) FROM ({PLACED}) AS placed)"  # noqa: S608 (no value inside)
    return RawSQL(told, [], JSONField())  # noqa: S611 (the same)


@dataclass(frozen=True)
class DeclaredLine:
    """A declared group: the pupils present who count in it, and those counted in another one."""

    declared: DeclaredGroup
    pupils: tuple[Enrolment, ...]
    elsewhere: tuple[Enrolment, ...]

    @property
    def divisions(self) -> list[str]:
        """The divisions of its pupils."""
        return _codes(self.pupils)


@dataclass(frozen=True)
class OfferedGroup:
    """A group of SIECLE that may be declared, with its pupils of the diploma and level."""

    group: Group
    pupils: tuple[Enrolment, ...]

    @property
    def divisions(self) -> list[str]:
        """The divisions of its pupils."""
        return _codes(self.pupils)


@dataclass(frozen=True)
class TrackGroups:
    """The groups of a diploma at one level; `alone` are the pupils in no declared one."""

    level: Level
    pupils: tuple[Enrolment, ...]
    declared: tuple[DeclaredLine, ...]
    offered: tuple[OfferedGroup, ...]
    alone: tuple[Enrolment, ...]


def _codes(pupils: Iterable[Enrolment]) -> list[str]:
    return sorted({pupil.division.code for pupil in pupils if pupil.division})


def track_groups(year: SchoolYear, cfd: str) -> list[TrackGroups]:
    """The groups of a diploma, level by level, those without pupils left out: four queries."""
    pupils = list(_pupils(year, cfd))
    declared = list(DeclaredGroup.objects.filter(school_year=year, cfd=cfd).select_related("group"))
    ticked = DeclaredMember.objects.filter(declared__in=declared)
    rows = _Rows(
        pupils,
        declared,
        frozenset(ticked.values_list("declared_id", "student_id")),
        tuple(
            GroupMember.objects.filter(
                group__school_year=year, student__in={p.student_id for p in pupils}
            )
            .select_related("group")
            .order_by("group__code")
        ),
    )
    return [rows.level(level) for level in Level if any(p.level == level for p in pupils)]


def _pupils(year: SchoolYear, cfd: str) -> Iterable[Enrolment]:
    own = Enrolment.objects.present().with_livret().filter(school_year=year, cfd=cfd)
    return own.annotate(placed=placed()).select_related("student", "division").in_name_order()


@dataclass(frozen=True)
class _Rows:
    """What the tables hold of a diploma."""

    pupils: Sequence[Enrolment]
    declared: Sequence[DeclaredGroup]
    ticked: frozenset[tuple[int, int]]
    of_siecle: Sequence[GroupMember]

    def level(self, level: Level) -> TrackGroups:
        """The groups of one level."""
        pupils = tuple(p for p in self.pupils if p.level == level)
        declared = [d for d in self.declared if d.level == level]
        taken = {d.group_id for d in declared}
        groups = {m.group_id: m.group for m in self.of_siecle if m.group_id not in taken}
        offered = (OfferedGroup(g, self._in_group(g.pk, pupils)) for g in groups.values())
        return TrackGroups(
            level,
            pupils,
            tuple(self._line(d, pupils) for d in declared),
            tuple(offer for offer in offered if offer.pupils),
            tuple(p for p in pupils if _placed_in(p) is None),
        )

    def _line(self, declared: DeclaredGroup, pupils: Sequence[Enrolment]) -> DeclaredLine:
        if declared.group_id is None:
            members = [p for p in pupils if (declared.pk, p.student_id) in self.ticked]
        else:
            members = list(self._in_group(declared.group_id, pupils))
        return DeclaredLine(
            declared,
            tuple(p for p in members if _placed_in(p) == declared.pk),
            tuple(p for p in members if _placed_in(p) != declared.pk),
        )

    def _in_group(self, group: int, pupils: Sequence[Enrolment]) -> tuple[Enrolment, ...]:
        students = {m.student_id for m in self.of_siecle if m.group_id == group}
        return tuple(p for p in pupils if p.student_id in students)


def _placed_in(pupil: Enrolment) -> int | None:
    found = vars(pupil)["placed"]
    return found["pk"] if found else None


def declared_group(actor: Actor, year: SchoolYear, cfd: str, pk: int) -> DeclaredGroup | None:
    """A declared group of a diploma of the school: one query."""
    found = DeclaredGroup.objects.filter(
        school_year__school=actor.school, school_year=year, cfd=cfd, pk=pk
    )
    return found.select_related("group", "school_year").first()


@transaction.atomic
def declare_group(
    year: SchoolYear, cfd: str, level: Level, group: Group, *, by: Actor
) -> DeclaredGroup:
    """Declare a group of SIECLE as a teaching group of the speciality; its pupils follow SIECLE.

    Raises `NotAllowed`, or `BadChoice` when it holds no pupil of this level, is declared already or
    shares a pupil with another declared group.
    """
    _hold(year, by)
    held = DeclaredGroup.objects.filter(school_year=year, cfd=cfd, level=level, group=group)
    if held.exists():
        raise BadChoice(f"Le groupe {group} est déjà déclaré.")
    students = set(group.members.values_list("student", flat=True))
    _check_pupils(year, cfd, level, students, but=None)
    made = DeclaredGroup.objects.create(school_year=year, cfd=cfd, level=level, group=group)
    _tell(made, "cree", "", f"groupe de SIECLE {group}", by=by)
    return made


@transaction.atomic
def make_group(
    year: SchoolYear, cfd: str, level: Level, name: str, students: Collection[int], *, by: Actor
) -> DeclaredGroup:
    """Declare a free group of these pupils (primary keys of `Student`), whatever their division.

    Raises `NotAllowed`, or `BadChoice` for a name that is missing, too long or taken, without pupil
    of the level, or with a pupil of another declared group.
    """
    _hold(year, by)
    wanted = _name(year, cfd, level, name, but=None)
    kept = _check_pupils(year, cfd, level, students, but=None)
    made = DeclaredGroup.objects.create(school_year=year, cfd=cfd, level=level, name=wanted)
    _tick(made, kept)
    _tell(made, "cree", "", _words(wanted, kept), came=kept, by=by)
    return made


@transaction.atomic
def change_group(
    declared: DeclaredGroup,
    name: str,
    students: Collection[int],
    *,
    shown: Collection[int] | None = None,
    by: Actor,
) -> bool:
    """Give a free group another name, other pupils; says whether something changed.

    `shown` are the pupils it had when the person chose: what others changed since stays. Raises as
    `make_group` does, and `BadChoice` for a group of SIECLE or one undeclared meanwhile.
    """
    year, cfd, level = declared.school_year, declared.cfd, Level(declared.level)
    _hold(year, by)
    held = DeclaredGroup.objects.filter(pk=declared.pk, group=None).first()
    if held is None:
        raise BadChoice("Ce groupe ne se modifie pas ici : ses élèves viennent de SIECLE.")
    wanted = _name(year, cfd, level, name, but=held)
    before = _present_members(held)
    asked = students if shown is None else retouched(before, shown, students)
    kept = _check_pupils(year, cfd, level, asked, but=held)
    if (wanted, kept) == (held.name, before):
        return False
    told = _words(held.name, before)
    held.name = wanted
    held.save(update_fields=["name"])
    held.members.exclude(student__in=kept).filter(student__in=before).delete()
    _tick(held, kept - before)
    after = _words(wanted, kept)
    _tell(held, "modifie", told, after, came=kept - before, left=before - kept, by=by)
    return True


@transaction.atomic
def undeclare_group(declared: DeclaredGroup, *, by: Actor) -> None:
    """Give its pupils back to their divisions, unless somebody just did. Raises `NotAllowed`."""
    _hold(declared.school_year, by)
    before, left = str(declared), set(declared.members.values_list("student", flat=True))
    if DeclaredGroup.objects.filter(pk=declared.pk).delete()[0]:
        _tell(declared, "retire", before, "", left=left, by=by)


def _hold(year: SchoolYear, by: Actor) -> None:
    """Check the right, and hold the year: one declaration at a time."""
    if not can_declare_groups(by):
        raise NotAllowed
    SchoolYear.objects.select_for_update(no_key=True).get(pk=year.pk)


def _name(
    year: SchoolYear, cfd: str, level: Level, typed: str, *, but: DeclaredGroup | None
) -> str:
    name = " ".join(typed.split())
    if not name:
        raise BadChoice("Donnez un nom au groupe.")
    if len(name) > NAME_MAX:
        raise BadChoice(f"Le nom compte {len(name)} caractères : la limite est de {NAME_MAX}.")
    same = DeclaredGroup.objects.filter(school_year=year, cfd=cfd, level=level)
    taken = same.filter(Q(name=name) | Q(group__code=name))
    if but is not None:
        taken = taken.exclude(pk=but.pk)
    if taken.exists():
        raise BadChoice(f"Un groupe déclaré s’appelle déjà « {name} » : choisissez un autre nom.")
    return name


def _check_pupils(
    year: SchoolYear,
    cfd: str,
    level: Level,
    students: Collection[int],
    *,
    but: DeclaredGroup | None,
) -> set[int]:
    """Those of the students who follow this diploma at this level; refuse none, and shared ones."""
    pupils = [p for p in _pupils(year, cfd) if p.level == level and p.student_id in students]
    if not pupils:
        raise BadChoice("Ce groupe n’a aucun élève de ce niveau : cochez au moins un élève.")
    shared = [p for p in pupils if _placed_in(p) not in {None, but.pk if but else None}]
    if shared:
        raise BadChoice(_shared_words(shared))
    return {pupil.student_id for pupil in pupils}


def _shared_words(shared: Sequence[Enrolment]) -> str:
    told = ", ".join(f"{p.student} ({vars(p)['placed']['name']})" for p in shared[:5])
    more = f" et {len(shared) - 5} autres" if len(shared) > 5 else ""
    return f"Un élève compte dans un seul groupe. Déjà dans un groupe déclaré : {told}{more}."


def _present_members(declared: DeclaredGroup) -> set[int]:
    """The pupils ticked who are still there: those gone keep their place without being shown."""
    own = {p.student_id for p in _pupils(declared.school_year, declared.cfd)}
    return own & set(declared.members.values_list("student", flat=True))


def _tick(declared: DeclaredGroup, students: Iterable[int]) -> None:
    DeclaredMember.objects.bulk_create(
        (DeclaredMember(declared=declared, student_id=pk) for pk in students),
        ignore_conflicts=True,
    )


def _words(name: str, students: Collection[int]) -> str:
    return f"{name}, {len(students)} élève{'s' if len(students) > 1 else ''}"


def _tell(
    declared: DeclaredGroup,
    action: str,
    before: str,
    after: str,
    *,
    came: Collection[int] = (),
    left: Collection[int] = (),
    by: Actor,
) -> None:
    """What happens to the group, then, of a free one, each pupil in or out."""
    key = f"{declared.school_year.year}:{declared.cfd}:{declared.level}"
    change = journal.Change(action, "groupe_specialite", key, "groupe déclaré", before, after)
    moves = _moves(declared, came, left)
    journal.record([change, *moves], school_uai=by.school.uai, by=by.author)


def _moves(
    declared: DeclaredGroup, came: Collection[int], left: Collection[int]
) -> list[journal.Change]:
    """A line a pupil, under the key that an erasure empties: one query."""
    year, field = declared.school_year.year, "groupe de la spécialité"
    rows = Student.objects.filter(pk__in={*came, *left}).order_by("pk")
    return [
        journal.Change("ajoute", "charge", f"{year}:{number}", field, "", str(declared))
        if pk in came
        else journal.Change("retire", "charge", f"{year}:{number}", field, str(declared), "")
        for pk, number in rows.values_list("pk", "siecle_id")
    ]
