"""When livrets are written, and in how many periods."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from livretpro.livrets.campaign import Campaign
from livretpro.livrets.rules import PeriodKind
from livretpro.referentiels.rules import Level
from livretpro.schools.models import SchoolYear

LEVELS = [(level.value, level.label) for level in Level]
LEVEL_VALUES = [level.value for level in Level]
MARK = [MinValueValidator(0), MaxValueValidator(20)]


def _ordered_days(kind: str, count: int) -> Q:
    """As many days as the periodicity has bounds, in order; two periods share no day."""
    orders = {
        f"period_days__{rank}__{'lte' if rank % 2 == 0 else 'lt'}": F(f"period_days__{rank + 1}")
        for rank in range(count - 1)
    }
    return Q(kind=kind, period_days__len=count, **orders)


class Periodicity(models.Model):
    """Trimestres or semestres, per (school, year, diploma, level). No row: entry is closed.

    The row is locked by the first save of a livret and by a change of periodicity: of the two,
    one loses cleanly (spec 02, Periodicity).
    """

    school_year = models.ForeignKey(
        SchoolYear, on_delete=models.CASCADE, related_name="periodicities"
    )
    cfd = models.CharField("diplôme", max_length=8)
    level = models.CharField("niveau", max_length=10, choices=LEVELS)
    kind = models.CharField(
        "périodicité", max_length=1, choices=[(k.value, k.plural) for k in PeriodKind]
    )
    project = models.BooleanField("chef-d’œuvre ou projet", default=True)
    opens_on = models.DateField("ouverture de la campagne", null=True, blank=True)
    closes_on = models.DateField("fermeture de la campagne", null=True, blank=True)
    period_days = ArrayField(
        models.DateField(),
        default=list,
        blank=True,
        verbose_name="premier et dernier jour de chaque période",
    )

    class Meta:
        verbose_name = "périodicité"
        constraints = [
            models.UniqueConstraint(fields=["school_year", "cfd", "level"], name="periodicity_key"),
            models.CheckConstraint(condition=Q(kind__in=["T", "S"]), name="periodicity_kind"),
            models.CheckConstraint(condition=Q(level__in=LEVEL_VALUES), name="periodicity_level"),
            models.CheckConstraint(
                condition=Q(opens_on=None) | Q(closes_on=None) | Q(closes_on__gte=F("opens_on")),
                name="periodicity_campaign",
            ),
            models.CheckConstraint(
                condition=Q(period_days__len=0) | _ordered_days("S", 4) | _ordered_days("T", 6),
                name="periodicity_period_days",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cfd} {self.level} {self.kind}"

    @property
    def campaign(self) -> Campaign:
        """When teachers write."""
        return Campaign(self.opens_on, self.closes_on)
