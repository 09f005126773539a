"""Groups that the head declares as teaching groups of the speciality (spec 02, Group figures)."""

from django.db import models
from django.db.models import Q

from livretpro.referentiels.rules import Level
from livretpro.schools.models.pupils import Student
from livretpro.schools.models.structure import Group, SchoolYear

NAME_MAX = 40


class DeclaredGroup(models.Model):
    """A teaching group of the speciality, for one diploma and level of a year.

    Either a group of SIECLE, whose pupils follow SIECLE, or a free one: a `name`, and the pupils
    ticked on screen.
    """

    school_year = models.ForeignKey(
        SchoolYear, on_delete=models.CASCADE, related_name="declared_groups"
    )
    cfd = models.CharField("diplôme", max_length=8)
    level = models.CharField(
        "niveau", max_length=10, choices=[(level.value, level.label) for level in Level]
    )
    group = models.ForeignKey(
        Group, on_delete=models.RESTRICT, null=True, blank=True, related_name="declared"
    )
    name = models.CharField("nom", max_length=NAME_MAX, blank=True)

    class Meta:
        verbose_name = "groupe déclaré"
        verbose_name_plural = "groupes déclarés"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["school_year", "cfd", "level", "group"],
                condition=Q(group__isnull=False),
                name="declared_group_of_siecle",
            ),
            models.UniqueConstraint(
                fields=["school_year", "cfd", "level", "name"],
                condition=Q(group__isnull=True),
                name="declared_group_name",
            ),
            models.CheckConstraint(
                condition=Q(group__isnull=False, name="") | Q(group__isnull=True) & ~Q(name=""),
                name="declared_group_free_or_not",
            ),
            models.CheckConstraint(
                condition=Q(level__in=[level.value for level in Level]),
                name="declared_group_level",
            ),
        ]

    def __str__(self) -> str:
        return self.group.code if self.group else self.name


class DeclaredMember(models.Model):
    """A pupil ticked in a free group."""

    declared = models.ForeignKey(DeclaredGroup, on_delete=models.CASCADE, related_name="members")
    student = models.ForeignKey(Student, on_delete=models.CASCADE, related_name="declared_members")

    class Meta:
        verbose_name = "élève d’un groupe déclaré"
        verbose_name_plural = "élèves des groupes déclarés"
        constraints = [
            models.UniqueConstraint(fields=["declared", "student"], name="declared_member"),
        ]

    def __str__(self) -> str:
        return f"{self.student_id} dans {self.declared_id}"
