"""Pupils and their dated enrolments. No address, nationality, sex or health datum is kept."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q

from livretpro.referentiels.rules import Level
from livretpro.schools.models.structure import Division, Group, School, SchoolYear
from livretpro.schools.rules import SCHOOL_STATUS

if TYPE_CHECKING:
    from livretpro.schools.actors import Actor


class Student(models.Model):
    """A pupil. Key everywhere: school + SIECLE's ELEVE_ID (spec 04)."""

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="students")
    siecle_id = models.PositiveBigIntegerField("identifiant SIECLE")
    ine = models.CharField("INE", max_length=11, blank=True)
    former_ine = models.CharField("ancien INE", max_length=11, blank=True)
    last_name = models.CharField("nom", max_length=100)
    first_name = models.CharField("prénom", max_length=100)
    birth_date = models.DateField("date de naissance", null=True, blank=True)
    name_key = models.CharField("clé de tri du nom", max_length=120)
    first_name_key = models.CharField("clé de tri du prénom", max_length=120)

    class Meta:
        verbose_name = "élève"
        constraints = [
            models.UniqueConstraint(fields=["school", "siecle_id"], name="student_siecle_id"),
        ]
        indexes = [
            models.Index(fields=["school", "name_key", "first_name_key"], name="student_name"),
            models.Index(fields=["school", "ine"], name="student_ine"),
        ]

    def __str__(self) -> str:
        return f"{self.last_name} {self.first_name}"


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    """Enrolments an actor may see, and the usual selections."""

    def visible_to(self, actor: "Actor") -> "EnrolmentQuerySet":
        """The whole school for the head and DDFPT; a teacher's divisions, a référent's pupils."""
        own = self.filter(school_year__school=actor.school)
        if actor.is_head:
            return own
        return own.filter(Q(division__in=actor.divisions) | actor.own_pupils())

    def present(self) -> "EnrolmentQuerySet":
        """Those not closed."""
        return self.filter(end__isnull=True)

    def with_livret(self) -> "EnrolmentQuerySet":
        """Under school status, in première or terminale of a diploma that has a livret."""
        return self.with_bilan().filter(status=SCHOOL_STATUS)

    def with_bilan(self) -> "EnrolmentQuerySet":
        """The same whatever the status: apprentices have the bilans of a period too (ADR 32)."""
        return self.filter(no_livret="", division__isnull=False)

    def in_name_order(self) -> "EnrolmentQuerySet":
        """By folded name, folded first name, id."""
        return self.order_by("student__name_key", "student__first_name_key", "student__siecle_id")


class Enrolment(models.Model):
    """A pupil in a division, with a MEF and a status, from a date to another.

    `cfd`, `level` and `no_livret` are worked out from the MEF when it is imported
    (`referentiels.rules.classify`); `no_livret` is the sentence saying why there is no livret.
    """

    student = models.ForeignKey(Student, on_delete=models.CASCADE, related_name="enrolments")
    school_year = models.ForeignKey(SchoolYear, on_delete=models.CASCADE, related_name="enrolments")
    division = models.ForeignKey(
        Division, on_delete=models.PROTECT, null=True, blank=True, related_name="enrolments"
    )
    mef_given = models.CharField("MEF reçu", max_length=11, blank=True)
    mef = models.CharField("MEF sur dix chiffres", max_length=10, blank=True)
    cfd = models.CharField("diplôme", max_length=8, blank=True)
    level = models.CharField(
        "niveau", max_length=10, blank=True, choices=[(v.value, v.label) for v in Level]
    )
    no_livret = models.CharField("raison de l’absence de livret", max_length=200, blank=True)
    status = models.CharField("statut", max_length=4, default=SCHOOL_STATUS)
    start = models.DateField("du")
    end = models.DateField("au", null=True, blank=True)
    last_year_mef = models.CharField("MEF de l’an dernier", max_length=11, blank=True)
    last_year_division = models.CharField("division de l’an dernier", max_length=8, blank=True)
    last_year_uai = models.CharField("établissement de l’an dernier", max_length=8, blank=True)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = "scolarité"
        constraints = [
            models.UniqueConstraint(
                fields=["student", "school_year"],
                condition=Q(end__isnull=True),
                name="one_open_enrolment",
            ),
            models.CheckConstraint(
                condition=Q(end__isnull=True) | Q(end__gte=F("start")), name="enrolment_order"
            ),
            models.CheckConstraint(
                condition=Q(level__in=["", *(level.value for level in Level)]),
                name="enrolment_level",
            ),
        ]
        indexes = [
            models.Index(fields=["division", "cfd"], name="enrolment_division"),
            models.Index(fields=["school_year", "cfd", "level"], name="enrolment_diploma"),
        ]

    def __str__(self) -> str:
        return f"{self.student_id} {self.division_id} {self.mef}"

    @property
    def has_livret(self) -> bool:
        """Whether this enrolment opens a livret LSL Pro (spec 02, Scope)."""
        return self.has_bilan and self.status == SCHOOL_STATUS

    @property
    def has_bilan(self) -> bool:
        """Whether the periods of this enrolment have a bilan, whatever the status (ADR 32)."""
        return not self.no_livret and self.division_id is not None


class GroupMember(models.Model):
    """A pupil in a group of SIECLE."""

    student = models.ForeignKey(Student, on_delete=models.CASCADE, related_name="group_members")
    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="members")

    class Meta:
        verbose_name = "appartenance à un groupe"
        constraints = [
            models.UniqueConstraint(fields=["student", "group"], name="group_member"),
        ]

    def __str__(self) -> str:
        return f"{self.student_id} dans {self.group_id}"
