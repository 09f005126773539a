"""Periods, their mock-ups, and from when bulletins may be given out (spec 06)."""

from datetime import date
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from livretpro.bulletins.models.frames import GROUPED, GROUPINGS
from livretpro.bulletins.words import Grouping, PeriodKind, period_name
from livretpro.schools.models import Division, School, SchoolYear

if TYPE_CHECKING:
    from livretpro.schools.actors import Actor


class Period(models.Model):
    """A trimester or semester of a school year; with a division, a period of that division alone.

    A division that has periods of its own uses no other. Both days are included. Nobody writes in
    a closed one.
    """

    school_year = models.ForeignKey(
        SchoolYear, on_delete=models.CASCADE, related_name="bulletin_periods"
    )
    division = models.ForeignKey(
        Division, on_delete=models.CASCADE, null=True, blank=True, related_name="bulletin_periods"
    )
    kind = models.CharField(
        "périodicité", max_length=1, choices=[(kind.value, kind.word) for kind in PeriodKind]
    )
    number = models.PositiveSmallIntegerField("numéro")
    start = models.DateField("début")
    end = models.DateField("fin")
    closed_at = models.DateTimeField("clôturée le", null=True, blank=True)
    closed_by = models.CharField("clôturée par", max_length=160, blank=True)

    class Meta:
        verbose_name = "période"
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["school_year", "division", "number"],
                nulls_distinct=False,
                name="bulletin_period_key",
            ),
            models.CheckConstraint(
                condition=Q(kind="T", number__range=(1, 3)) | Q(kind="S", number__range=(1, 2)),
                name="bulletin_period_number",
            ),
            models.CheckConstraint(condition=Q(end__gte=F("start")), name="bulletin_period_order"),
        ]

    def __str__(self) -> str:
        return period_name(PeriodKind(self.kind), self.number)

    @property
    def is_closed(self) -> bool:
        """Whether nobody writes there any more."""
        return self.closed_at is not None

    def last_day(self, on: date) -> date | None:
        """The day whose pupils the period has for good: its end, or the day it was closed when that
        came first; None as long as it runs."""
        if self.closed_at is not None:
            return min(self.end, timezone.localdate(self.closed_at))
        return self.end if self.end < on else None


class Mockup(models.Model):
    """What a bulletin shows: header, body, footer.

    The three options of the body that CPRO data need: `shows_competences` (« compétences définies
    dans le référentiel de la matière »), `shows_teacher_grade`, `shows_appraisals`.
    """

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="mockups")
    name = models.CharField("nom", max_length=80)
    title = models.CharField("titre du bulletin", max_length=80, default="Bulletin de compétences")
    shows_birth_date = models.BooleanField("date de naissance", default=True)
    shows_principal_teachers = models.BooleanField("professeur principal", default=True)
    shows_headcount = models.BooleanField("effectif de la division", default=True)
    shows_competences = models.BooleanField(
        "compétences définies dans le référentiel de la matière", default=True
    )
    shows_teacher_grade = models.BooleanField("note du professeur", default=True)
    shows_appraisals = models.BooleanField("appréciations", default=True)
    shows_average = models.BooleanField("moyenne de l’élève", default=True)
    shows_group_average = models.BooleanField("moyenne du groupe", default=True)
    shows_extremes = models.BooleanField("note la plus basse et la plus haute", default=False)
    shows_teachers = models.BooleanField("noms des enseignants", default=True)
    shows_coefficients = models.BooleanField("coefficients", default=False)
    shows_subservices = models.BooleanField("sous-services", default=False)
    grouping = models.CharField(
        "regroupement des évaluations",
        max_length=10,
        choices=GROUPINGS,
        default=Grouping.COMPETENCE.value,
    )
    shows_general_appraisal = models.BooleanField("appréciation générale", default=True)
    shows_general_average = models.BooleanField("moyenne générale", default=False)
    shows_degree_legend = models.BooleanField("légende des degrés", default=True)
    shows_signature = models.BooleanField("cadre de signature", default=True)
    footer = models.CharField("texte du pied", max_length=300, blank=True)

    class Meta:
        verbose_name = "maquette"
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["school", "name"], name="bulletin_mockup_name"),
            models.CheckConstraint(condition=~Q(name=""), name="bulletin_mockup_named"),
            models.CheckConstraint(condition=GROUPED, name="bulletin_mockup_grouping"),
        ]

    def __str__(self) -> str:
        return self.name


class MockupAssignment(models.Model):
    """The mock-up of a division for a period."""

    mockup = models.ForeignKey(Mockup, on_delete=models.PROTECT, related_name="assignments")
    division = models.ForeignKey(
        Division, on_delete=models.CASCADE, related_name="mockup_assignments"
    )
    period = models.ForeignKey(Period, on_delete=models.CASCADE, related_name="mockup_assignments")

    class Meta:
        verbose_name = "maquette d’une division"
        verbose_name_plural = "maquettes des divisions"
        constraints = [
            models.UniqueConstraint(
                fields=["division", "period"], name="bulletin_mockup_assignment"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mockup_id} {self.division_id} {self.period_id}"


class PublicationQuerySet(models.QuerySet["Publication"]):
    """Publications an actor may see."""

    def visible_to(self, actor: "Actor") -> "PublicationQuerySet":
        """Those of the divisions this person sees."""
        return self.filter(division__in=Division.objects.visible_to(actor))


class Publication(models.Model):
    """From which day the bulletins of a division may be given to its pupils, and who decided it."""

    division = models.ForeignKey(
        Division, on_delete=models.CASCADE, related_name="bulletin_publications"
    )
    period = models.ForeignKey(Period, on_delete=models.CASCADE, related_name="publications")
    published_on = models.DateField("publié le")
    decided_at = models.DateTimeField("décidé le")
    author_id = models.CharField("identifiant de l’auteur", max_length=64)
    author_name = models.CharField("auteur", max_length=160)

    objects = PublicationQuerySet.as_manager()

    class Meta:
        verbose_name = "publication des bulletins"
        verbose_name_plural = "publications des bulletins"
        constraints = [
            models.UniqueConstraint(fields=["division", "period"], name="bulletin_publication"),
        ]

    def __str__(self) -> str:
        return f"{self.division_id} {self.period_id} {self.published_on}"
