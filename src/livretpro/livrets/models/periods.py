"""The bilans of a period: averages, degrees, appraisals, publication."""

from django.db import models
from django.db.models import Q

from livretpro.livrets.fields import (
    APPRAISAL_MAX,
)
from livretpro.livrets.models.livret import Livret
from livretpro.livrets.models.periodicity import MARK
from livretpro.referentiels.models import Competence
from livretpro.schools.models import Division


class PeriodBilan(models.Model):
    """What the team decided for one period: an average or "non noté", an appraisal (spec 05, Bilan
    de période). Degrees stand in `PeriodDegree`.

    The livret's average of period n is this value: stored once, shown in both places. A row whose
    values were cleared stays: `changed_at` tells when; it is empty for what is older than it.
    """

    livret = models.ForeignKey(Livret, on_delete=models.CASCADE, related_name="periods")
    number = models.PositiveSmallIntegerField("numéro")
    average = models.DecimalField(
        "moyenne", max_digits=4, decimal_places=2, null=True, blank=True, validators=MARK
    )
    not_graded = models.BooleanField("non noté", default=False)
    appraisal = models.CharField("appréciation", max_length=APPRAISAL_MAX, blank=True)
    changed_at = models.DateTimeField("modifié le", auto_now=True, null=True)

    class Meta:
        verbose_name = "bilan de période"
        verbose_name_plural = "bilans de période"
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["livret", "number"], name="period_number"),
            models.CheckConstraint(condition=Q(number__range=(1, 3)), name="period_range"),
            models.CheckConstraint(
                condition=Q(average__range=(0, 20), not_graded=False) | Q(average__isnull=True),
                name="period_average_unless_not_graded",
            ),
        ]

    def __str__(self) -> str:
        return f"période {self.number} : {self.average}"


class PeriodDegree(models.Model):
    """The degree, 1 to 4, of a competence or sub-competence in one period."""

    livret = models.ForeignKey(Livret, on_delete=models.CASCADE, related_name="period_degrees")
    number = models.PositiveSmallIntegerField("numéro de la période")
    competence = models.ForeignKey(Competence, on_delete=models.PROTECT, related_name="+")
    value = models.PositiveSmallIntegerField("degré")

    class Meta:
        verbose_name = "degré d’une période"
        verbose_name_plural = "degrés d’une période"
        constraints = [
            models.UniqueConstraint(
                fields=["livret", "number", "competence"], name="period_degree_competence"
            ),
            models.CheckConstraint(condition=Q(number__range=(1, 3)), name="period_degree_number"),
            models.CheckConstraint(condition=Q(value__range=(1, 4)), name="period_degree_value"),
        ]

    def __str__(self) -> str:
        return f"période {self.number}, {self.competence_id} : {self.value}"


class PeriodPublication(models.Model):
    """The bilans of a period of a division are published; taking them back removes the row."""

    division = models.ForeignKey(
        Division, on_delete=models.CASCADE, related_name="period_publications"
    )
    number = models.PositiveSmallIntegerField("numéro de la période")
    author_name = models.CharField("auteur", max_length=160)
    published_at = models.DateTimeField("publiée le", auto_now_add=True)

    class Meta:
        verbose_name = "publication d’une période"
        verbose_name_plural = "publications d’une période"
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["division", "number"], name="period_published_once"),
            models.CheckConstraint(condition=Q(number__range=(1, 3)), name="publication_number"),
        ]

    def __str__(self) -> str:
        return f"période {self.number} de {self.division_id}"
