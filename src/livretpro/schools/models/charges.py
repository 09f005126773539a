"""Who writes beyond the services of STS: charges and substitutions, each between two dates."""

from datetime import date

from django.db import models
from django.db.models import F, Q

from livretpro.schools.models.pupils import Student
from livretpro.schools.models.staff import Staff
from livretpro.schools.models.structure import Division, SchoolYear

ORDERED = Q(start__isnull=True) | Q(end__isnull=True) | Q(end__gte=F("start"))
"""The two dates of a line, where it has both."""


def holding(day: date) -> Q:
    """Lines that hold on a day; a date that a line lacks bounds nothing."""
    return (Q(start=None) | Q(start__lte=day)) & (Q(end=None) | Q(end__gte=day))


class Line(models.Model):
    """What somebody may write, from a day to another, both in.

    `start` is empty for a line older than the dates themselves, or that STS does not date;
    `named_by` is the name of whoever named the person, empty when STS did.
    """

    start = models.DateField("du", null=True, blank=True)
    end = models.DateField("au", null=True, blank=True)
    named_by = models.CharField("nommé par", max_length=160, blank=True)

    class Meta:
        abstract = True

    def begins_after(self, day: date) -> bool:
        """Whether it has still to begin on a day."""
        return self.start is not None and self.start > day

    def is_over(self, day: date) -> bool:
        """Whether it ended before a day."""
        return self.end is not None and self.end < day


class PrincipalTeacher(Line):
    """A professeur principal; `by_hand`: named by the head, whatever STS says later."""

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="principal_of")
    division = models.ForeignKey(
        Division, on_delete=models.CASCADE, related_name="principal_teachers"
    )
    by_hand = models.BooleanField("nommé à la main", default=False)

    class Meta:
        verbose_name = "professeur principal"
        constraints = [
            models.UniqueConstraint(
                fields=["staff", "division"], condition=Q(by_hand=False), name="principal_teacher"
            ),
            models.UniqueConstraint(
                fields=["staff", "division"],
                condition=Q(by_hand=True, end__isnull=True),
                name="principal_teacher_by_hand",
            ),
            models.CheckConstraint(
                condition=Q(by_hand=False) | Q(start__isnull=False), name="principal_teacher_dated"
            ),
            models.CheckConstraint(
                condition=Q(by_hand=False) | ORDERED, name="principal_teacher_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.staff_id} {self.division_id}"


class HandTeacher(Line):
    """A teacher of the speciality named by the head: division × diploma (spec 02)."""

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="by_hand")
    division = models.ForeignKey(Division, on_delete=models.CASCADE, related_name="hand_teachers")
    cfd = models.CharField("diplôme", max_length=8)

    class Meta:
        verbose_name = "enseignant ajouté à la main"
        constraints = [
            models.UniqueConstraint(
                fields=["staff", "division", "cfd"],
                condition=Q(end__isnull=True),
                name="hand_teacher",
            ),
            models.CheckConstraint(condition=ORDERED, name="hand_teacher_order"),
        ]

    def __str__(self) -> str:
        return f"{self.staff_id} {self.division_id} {self.cfd}"


class PfmpReferent(Line):
    """Who follows the PFMPs of a pupil in a year and writes their synthesis (spec 02)."""

    student = models.ForeignKey(Student, on_delete=models.CASCADE, related_name="referents")
    school_year = models.ForeignKey(SchoolYear, on_delete=models.CASCADE, related_name="referents")
    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="referent_of")

    class Meta:
        verbose_name = "référent PFMP"
        verbose_name_plural = "référents PFMP"
        constraints = [
            models.UniqueConstraint(
                fields=["student", "school_year"],
                condition=Q(end__isnull=True),
                name="one_pfmp_referent",
            ),
            models.CheckConstraint(condition=Q(start__isnull=False), name="pfmp_referent_dated"),
            models.CheckConstraint(condition=ORDERED, name="pfmp_referent_order"),
        ]

    def __str__(self) -> str:
        return f"{self.staff_id} pour {self.student_id}"


class SubstitutionQuerySet(models.QuerySet["Substitution"]):
    """Substitutions by date."""

    def on(self, day: date) -> "SubstitutionQuerySet":
        """Those that hold on a day."""
        return self.filter(holding(day))


class Substitution(models.Model):
    """Somebody who stands in for a member of the staff, between two dates (spec 02).

    The substitute reads and writes as the other does; the other keeps every right.
    """

    absent = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="replaced_by")
    substitute = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="stands_in")
    start = models.DateField("du")
    end = models.DateField("au", null=True, blank=True)

    objects = SubstitutionQuerySet.as_manager()

    class Meta:
        verbose_name = "suppléance"
        constraints = [
            models.UniqueConstraint(
                fields=["absent", "substitute", "start"], name="substitution_key"
            ),
            models.CheckConstraint(
                condition=Q(end__isnull=True) | Q(end__gte=F("start")), name="substitution_order"
            ),
            models.CheckConstraint(
                condition=~Q(absent=F("substitute")), name="substitution_of_another"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.substitute_id} pour {self.absent_id}"
