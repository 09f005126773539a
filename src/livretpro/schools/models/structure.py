"""School, school years, divisions, groups."""

from datetime import date
from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from livretpro.schools.rules import DEFAULT_SPECIALITY_SUBJECTS, FIRST_YEAR, Role, bounded

if TYPE_CHECKING:
    from livretpro.accounts.models import User
    from livretpro.schools.actors import Actor


def default_speciality_subjects() -> list[str]:
    """The two codes of the vocational speciality (spec 02, Who may write what)."""
    return list(DEFAULT_SPECIALITY_SUBJECTS)


class SchoolQuerySet(models.QuerySet["School"]):
    """Schools a person belongs to."""

    def visible_to(self, user: "User", *, on: date) -> "SchoolQuerySet":
        """Schools where `user` holds a membership at the date `on`."""
        return self.filter(
            Q(memberships__end__isnull=True) | Q(memberships__end__gte=on),
            memberships__user=user,
            memberships__start__lte=on,
        ).distinct()


class School(models.Model):
    """An establishment, by its UAI; `current_year` is the first civil year of the year at work."""

    uai = models.CharField("UAI", max_length=8, unique=True)
    name = models.CharField("nom", max_length=160)
    current_year = models.PositiveSmallIntegerField("année en cours", null=True, blank=True)
    speciality_subjects = ArrayField(
        models.CharField(max_length=6),
        default=default_speciality_subjects,
        verbose_name="matières de la spécialité",
    )
    pfmp_by_speciality_teachers = models.BooleanField(
        "les enseignants de la spécialité rédigent la synthèse des PFMP", default=True
    )
    extra_mefs = ArrayField(
        models.CharField(max_length=10),
        default=list,
        blank=True,
        verbose_name="MEF d’un autre ministère ouverts au livret",
    )

    objects = SchoolQuerySet.as_manager()

    class Meta:
        verbose_name = "établissement"
        constraints = [
            models.CheckConstraint(condition=Q(uai__regex=r"^[0-9]{7}[A-Z]$"), name="school_uai"),
            models.CheckConstraint(
                condition=Q(current_year__isnull=True) | Q(current_year__gte=FIRST_YEAR),
                name="school_first_year",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SchoolYear(models.Model):
    """One school year of one school, with the bounds STS gives."""

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="years")
    year = models.PositiveSmallIntegerField("premier millésime")
    start = models.DateField("début")
    end = models.DateField("fin")

    class Meta:
        verbose_name = "année scolaire"
        constraints = [
            models.UniqueConstraint(fields=["school", "year"], name="school_year"),
            models.CheckConstraint(condition=Q(year__gte=FIRST_YEAR), name="school_year_first"),
            models.CheckConstraint(
                condition=Q(end__gt=models.F("start")), name="school_year_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year}-{self.year + 1}"

    def bounded(self, on: date) -> date:
        """`on` brought inside this year."""
        return bounded(on, start=self.start, end=self.end)


class SchoolMef(models.Model):
    """A MEF as the school's own Nomenclature.xml tells it (11 characters)."""

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="mefs")
    code = models.CharField("code MEF", max_length=11)
    attached_to = models.CharField("MEF de rattachement", max_length=11, blank=True)
    mefstat = models.CharField("MEF statistique", max_length=11, blank=True)
    label = models.CharField("libellé", max_length=200, blank=True)

    class Meta:
        verbose_name = "MEF de l’établissement"
        constraints = [
            models.UniqueConstraint(fields=["school", "code"], name="school_mef"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.label}"


class DivisionQuerySet(models.QuerySet["Division"]):
    """Divisions an actor may see."""

    def visible_to(self, actor: "Actor") -> "DivisionQuerySet":
        """All those of the school for the head, DDFPT and administrator; else those followed, and
        those of the pupils this person is référent of."""
        own = self.filter(school_year__school=actor.school)
        if actor.is_head or Role.ADMINISTRATEUR in actor.roles:
            return own
        followed = Q(pk__in=actor.divisions)
        if actor.referent_of:
            rows = Division.objects.filter(actor.own_pupils("enrolments__"), enrolments__end=None)
            followed |= Q(pk__in=rows.values("pk"))
        return own.filter(followed)


class Division(models.Model):
    """A class, for one school year. `code` may hold spaces, slashes, accents (spec 04)."""

    school_year = models.ForeignKey(SchoolYear, on_delete=models.CASCADE, related_name="divisions")
    code = models.CharField("code", max_length=8)
    label = models.CharField("libellé", max_length=100, blank=True)
    mefs = ArrayField(models.CharField(max_length=11), default=list, verbose_name="MEF")

    objects = DivisionQuerySet.as_manager()

    class Meta:
        verbose_name = "division"
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["school_year", "code"], name="division_code"),
        ]

    def __str__(self) -> str:
        return self.code


class Group(models.Model):
    """A group of SIECLE, across divisions or inside one, for one school year."""

    school_year = models.ForeignKey(SchoolYear, on_delete=models.CASCADE, related_name="groups")
    code = models.CharField("code", max_length=8)
    label = models.CharField("libellé", max_length=100, blank=True)
    divisions = models.ManyToManyField(Division, related_name="groups", verbose_name="divisions")

    class Meta:
        verbose_name = "groupe"
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["school_year", "code"], name="group_code"),
        ]

    def __str__(self) -> str:
        return self.code
