"""What is decided of a pupil in a period; each value says where it comes from (spec 06)."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from livretpro.bulletins.figures import plain
from livretpro.bulletins.models.frames import FrameItem
from livretpro.bulletins.models.imports import ImportBatch
from livretpro.bulletins.models.periods import Period
from livretpro.bulletins.models.teaching import Service
from livretpro.bulletins.words import (
    APPRAISAL_LIMITS,
    DEGREES,
    GENERAL_APPRAISAL_MAX,
    MARK_MAX,
    Source,
)
from livretpro.schools.models import Student

SOURCES = [(source.value, source.label) for source in Source]
SOURCED = Q(source=Source.TYPED, batch__isnull=True) | Q(source=Source.CPRO, batch__isnull=False)
MARK = [MinValueValidator(0), MaxValueValidator(MARK_MAX)]


class Sourced(models.Model):
    """A value, typed here or brought by an import, and the instant it took this state."""

    source = models.CharField("origine", max_length=5, choices=SOURCES, default=Source.TYPED.value)
    batch = models.ForeignKey(
        ImportBatch, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    changed_at = models.DateTimeField("modifié le")

    class Meta:
        abstract = True


class ServiceValue(Sourced):
    """A value of a pupil in a service for a period."""

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="%(class)ss")
    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="%(class)ss")
    student = models.ForeignKey(
        Student, on_delete=models.PROTECT, related_name="bulletin_%(class)ss"
    )

    class Meta:
        abstract = True


class Assessment(models.Model):
    """A piece of work marked in a service: one column of the grid of marks."""

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="assessments")
    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="assessments")
    label = models.CharField("intitulé", max_length=80)
    day = models.DateField("date")
    coefficient = models.DecimalField("coefficient", max_digits=5, decimal_places=2, default=1)

    class Meta:
        verbose_name = "devoir"
        verbose_name_plural = "devoirs"
        ordering = ["day", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(coefficient__gte=0), name="bulletin_assessment_coefficient"
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def weight(self) -> str:
        """The coefficient as one writes it: `1`, `0,5`."""
        return plain(self.coefficient)


class Mark(Sourced):
    """The mark of a pupil, out of 20; no value: not marked (absent, excused)."""

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="marks")
    student = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="bulletin_marks")
    value = models.DecimalField(
        "note", max_digits=4, decimal_places=2, null=True, blank=True, validators=MARK
    )

    class Meta:
        verbose_name = "note"
        constraints = [
            models.UniqueConstraint(fields=["assessment", "student"], name="bulletin_mark_key"),
            models.CheckConstraint(
                condition=Q(value__isnull=True) | Q(value__range=(0, MARK_MAX)),
                name="bulletin_mark_range",
            ),
            models.CheckConstraint(condition=SOURCED, name="bulletin_mark_source"),
        ]

    def __str__(self) -> str:
        return f"{self.student_id} {self.value}"


class TeacherGrade(ServiceValue):
    """The « note du professeur »: shown instead of the computed average; a row without value says
    « non noté »."""

    value = models.DecimalField(
        "note du professeur", max_digits=4, decimal_places=2, null=True, blank=True, validators=MARK
    )

    class Meta:
        verbose_name = "note du professeur"
        verbose_name_plural = "notes du professeur"
        constraints = [
            models.UniqueConstraint(
                fields=["service", "period", "student"], name="bulletin_grade_key"
            ),
            models.CheckConstraint(
                condition=Q(value__isnull=True) | Q(value__range=(0, MARK_MAX)),
                name="bulletin_grade_range",
            ),
            models.CheckConstraint(condition=SOURCED, name="bulletin_grade_source"),
        ]

    def __str__(self) -> str:
        return f"{self.student_id} {self.value}"


class Degree(ServiceValue):
    """The degree, 1 to 4, of a line of the frame."""

    item = models.ForeignKey(FrameItem, on_delete=models.PROTECT, related_name="degrees")
    value = models.PositiveSmallIntegerField("degré")

    class Meta:
        verbose_name = "degré"
        constraints = [
            models.UniqueConstraint(
                fields=["service", "period", "student", "item"], name="bulletin_degree_key"
            ),
            models.CheckConstraint(
                condition=Q(value__in=list(DEGREES)), name="bulletin_degree_range"
            ),
            models.CheckConstraint(condition=SOURCED, name="bulletin_degree_source"),
        ]

    def __str__(self) -> str:
        return f"{self.student_id} {self.item_id} {self.value}"


class Appraisal(ServiceValue):
    """What the teachers of a service say of a pupil; NFC, LF. The limit is a setting."""

    text = models.CharField("appréciation", max_length=APPRAISAL_LIMITS[1])

    class Meta:
        verbose_name = "appréciation"
        constraints = [
            models.UniqueConstraint(
                fields=["service", "period", "student"], name="bulletin_appraisal_key"
            ),
            models.CheckConstraint(condition=~Q(text=""), name="bulletin_appraisal_text"),
            models.CheckConstraint(condition=SOURCED, name="bulletin_appraisal_source"),
        ]

    def __str__(self) -> str:
        return self.text


class GeneralAppraisal(Sourced):
    """What the council says of a pupil at the foot of the bulletin; NFC, LF."""

    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="general_appraisals")
    student = models.ForeignKey(
        Student, on_delete=models.PROTECT, related_name="bulletin_general_appraisals"
    )
    text = models.CharField("appréciation générale", max_length=GENERAL_APPRAISAL_MAX)

    class Meta:
        verbose_name = "appréciation générale"
        verbose_name_plural = "appréciations générales"
        constraints = [
            models.UniqueConstraint(
                fields=["period", "student"], name="bulletin_general_appraisal_key"
            ),
            models.CheckConstraint(condition=~Q(text=""), name="bulletin_general_appraisal_text"),
            models.CheckConstraint(condition=SOURCED, name="bulletin_general_appraisal_source"),
        ]

    def __str__(self) -> str:
        return self.text
