"""The livret and its data. Marks are decimals, texts NFC with LF; lengths of texts: `fields`."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q

from livretpro.livrets.fields import (
    APPRECIATION_MAX,
    FIRST_NAME_MAX,
    LAST_NAME_MAX,
    PFMP_MAX,
    TEACHER_LINES,
)
from livretpro.livrets.models.periodicity import LEVEL_VALUES, LEVELS, MARK
from livretpro.livrets.rules import Block
from livretpro.referentiels.models import Competence, Referentiel
from livretpro.referentiels.rules import Level
from livretpro.schools.models import SchoolYear, Student

if TYPE_CHECKING:
    from livretpro.schools.actors import Actor


class LivretQuerySet(models.QuerySet["Livret"]):
    """Livrets an actor may see."""

    def visible_to(self, actor: "Actor") -> "LivretQuerySet":
        """The school's for the head and DDFPT; a teacher's pupils otherwise."""
        own = self.filter(student__school=actor.school)
        if actor.is_head:
            return own
        followed = Q(
            student__enrolments__school_year=F("school_year"),
            student__enrolments__end__isnull=True,
            student__enrolments__division__in=actor.divisions,
        )
        return own.filter(followed | actor.own_pupils()).distinct()


class Livret(models.Model):
    """What a pupil's livret holds for one year, diploma and level; made by its first save.

    Averages, degrees and teachers stand in tables of their own.
    """

    student = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="livrets")
    school_year = models.ForeignKey(SchoolYear, on_delete=models.PROTECT, related_name="livrets")
    cfd = models.CharField("diplôme", max_length=8)
    level = models.CharField("niveau", max_length=10, choices=LEVELS)
    mef = models.CharField("MEF sur dix chiffres", max_length=10)
    referentiel = models.ForeignKey(Referentiel, on_delete=models.PROTECT, related_name="livrets")
    appreciation = models.CharField(
        "appréciation générale", max_length=APPRECIATION_MAX, blank=True
    )
    pfmp_export = models.BooleanField("PFMP exportée", default=False)
    pfmp_synthesis = models.CharField("synthèse des PFMP", max_length=PFMP_MAX, blank=True)
    pfmp_last_name = models.CharField(
        "nom de l’enseignant (PFMP)", max_length=LAST_NAME_MAX, blank=True
    )
    pfmp_first_name = models.CharField(
        "prénom de l’enseignant (PFMP)", max_length=FIRST_NAME_MAX, blank=True
    )
    pfmp_weeks = models.PositiveSmallIntegerField("semaines de PFMP", null=True, blank=True)
    pfmp_abroad = models.BooleanField("PFMP en partie à l’étranger", null=True, blank=True)
    project_mark = models.DecimalField(
        "note du projet", max_digits=4, decimal_places=2, null=True, blank=True, validators=MARK
    )
    project_appreciation = models.CharField(
        "appréciation du projet", max_length=APPRECIATION_MAX, blank=True
    )
    opened_at = models.DateTimeField("ouvert le", auto_now_add=True)

    objects = LivretQuerySet.as_manager()

    class Meta:
        verbose_name = "livret"
        constraints = [
            models.UniqueConstraint(
                fields=["student", "school_year", "cfd", "level"], name="livret_key"
            ),
            models.CheckConstraint(condition=Q(level__in=LEVEL_VALUES), name="livret_level"),
            models.CheckConstraint(
                condition=Q(pfmp_weeks__isnull=True) | Q(pfmp_weeks__range=(1, 99)),
                name="livret_weeks",
            ),
            models.CheckConstraint(
                condition=Q(pfmp_weeks__isnull=True) | Q(level=Level.TERMINALE.value),
                name="livret_weeks_terminale",
            ),
            models.CheckConstraint(
                condition=Q(project_mark__isnull=True) | Q(project_mark__range=(0, 20)),
                name="livret_project_mark",
            ),
        ]
        indexes = [models.Index(fields=["school_year", "cfd", "level"], name="livret_diploma")]

    def __str__(self) -> str:
        return f"livret de {self.student_id} ({self.school_year_id})"


class Degree(models.Model):
    """The degree, 1 to 4, of one expected competence."""

    livret = models.ForeignKey(Livret, on_delete=models.CASCADE, related_name="degrees")
    competence = models.ForeignKey(Competence, on_delete=models.PROTECT, related_name="+")
    value = models.PositiveSmallIntegerField("degré")

    class Meta:
        verbose_name = "degré de maîtrise"
        constraints = [
            models.UniqueConstraint(fields=["livret", "competence"], name="degree_competence"),
            models.CheckConstraint(condition=Q(value__range=(1, 4)), name="degree_value"),
        ]

    def __str__(self) -> str:
        return f"{self.competence_id} : {self.value}"


class TeacherLine(models.Model):
    """A teacher as printed at the foot of a block: a name and a first name, in order."""

    livret = models.ForeignKey(Livret, on_delete=models.CASCADE, related_name="teachers")
    block = models.CharField("bloc", max_length=10, choices=[(b.value, b.value) for b in Block])
    position = models.PositiveSmallIntegerField("rang")
    last_name = models.CharField("nom", max_length=LAST_NAME_MAX, blank=True)
    first_name = models.CharField("prénom", max_length=FIRST_NAME_MAX, blank=True)

    class Meta:
        verbose_name = "enseignant du livret"
        ordering = ["block", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["livret", "block", "position"], name="teacher_position"
            ),
            models.CheckConstraint(
                condition=~Q(last_name="", first_name=""), name="teacher_not_empty"
            ),
            models.CheckConstraint(
                condition=Q(block__in=[b.value for b in Block]), name="teacher_block"
            ),
            models.CheckConstraint(
                condition=Q(position__range=(1, TEACHER_LINES)), name="teacher_range"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.last_name} {self.first_name}"
