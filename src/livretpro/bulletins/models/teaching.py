"""Subjects and services: one active top-level service is one line of the bulletin (spec 06)."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from livretpro.schools.models import Division, Group, School, SchoolYear, Staff

if TYPE_CHECKING:
    from livretpro.schools.actors import Actor


class Subject(models.Model):
    """A subject of a school; several may bear one SIECLE code, a new one may still lack it."""

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="bulletin_subjects")
    label = models.CharField("libellé", max_length=100)
    code = models.CharField("code SIECLE", max_length=6, blank=True)

    class Meta:
        verbose_name = "matière"
        ordering = ["label"]
        constraints = [
            models.UniqueConstraint(fields=["school", "label"], name="bulletin_subject_label"),
            models.CheckConstraint(condition=~Q(label=""), name="bulletin_subject_named"),
            models.CheckConstraint(
                condition=Q(code="") | Q(code__regex=r"^[0-9]{6}$"), name="bulletin_subject_code"
            ),
        ]

    def __str__(self) -> str:
        return self.label


class ServiceQuerySet(models.QuerySet["Service"]):
    """Services an actor may see, and the usual selections."""

    def visible_to(self, actor: "Actor") -> "ServiceQuerySet":
        """Their structure: all those of the school for the administrator too; else `read_by`."""
        if actor.is_administrator:
            return self.filter(school_year__school=actor.school)
        return self.read_by(actor)

    def read_by(self, actor: "Actor") -> "ServiceQuerySet":
        """Those whose marks and appraisals this person reads: all those of the school for the head
        and DDFPT; else those of the divisions followed and those taught, in person or as a
        substitute on the day of the rights. An administrator's role adds none (spec 01, People).
        """
        own = self.filter(school_year__school=actor.school)
        if actor.is_head:
            return own
        return own.filter(Q(division__in=actor.divisions) | Q(pk__in=own.taught_by(actor)))

    def taught_by(self, actor: "Actor") -> "ServiceQuerySet":
        """Those this person teaches, or teaches in place of somebody on the day of the rights."""
        if actor.user is None:
            return self.none()
        people = Q(service_teachers__staff__user=actor.user)
        if actor.on is not None:
            people |= Q(
                Q(service_teachers__staff__replaced_by__end=None)
                | Q(service_teachers__staff__replaced_by__end__gte=actor.on),
                service_teachers__staff__replaced_by__substitute__user=actor.user,
                service_teachers__staff__replaced_by__start__lte=actor.on,
            )
        return self.filter(people).distinct()

    def of_division(self, division: Division) -> "ServiceQuerySet":
        """Those of the division itself and of the groups it has pupils in."""
        place = Q(division=division) | Q(group__in=division.groups.values("pk"))
        return self.filter(place, school_year=division.school_year_id)

    def known_by(self, at: datetime | None) -> "ServiceQuerySet":
        """Those that existed at an instant; all of them without one."""
        return self if at is None else self.exclude(created_at__gt=at)

    def lines(self) -> "ServiceQuerySet":
        """Those that are a line of the bulletin: active, and no sub-service."""
        return self.filter(active=True, parent=None)


class Service(models.Model):
    """A subject taught in a division or in a group (exactly one), for one school year.

    `label` is the service's own name, empty when the subject's says it. A service with a `parent`
    is a sub-service: its parent, itself without one, averages it by `coefficient`.
    `generated_by_import`: the service that an import of CPRO made, one a division at most.
    `created_at`: None for one made before this was kept.
    """

    school_year = models.ForeignKey(
        SchoolYear, on_delete=models.CASCADE, related_name="bulletin_services"
    )
    division = models.ForeignKey(
        Division, on_delete=models.CASCADE, null=True, blank=True, related_name="bulletin_services"
    )
    group = models.ForeignKey(
        Group, on_delete=models.CASCADE, null=True, blank=True, related_name="bulletin_services"
    )
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="services")
    label = models.CharField("nom", max_length=100, blank=True)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="subservices"
    )
    graded = models.BooleanField("avec notes", default=True)
    coefficient = models.DecimalField("coefficient", max_digits=5, decimal_places=2, default=1)
    active = models.BooleanField("actif", default=True)
    generated_by_import = models.BooleanField("créé par un import", default=False)
    rank = models.PositiveSmallIntegerField("rang au bulletin", default=0)
    created_at = models.DateTimeField("créé le", default=timezone.now, null=True, editable=False)
    teachers = models.ManyToManyField(
        Staff, through="ServiceTeacher", related_name="bulletin_services"
    )

    objects = ServiceQuerySet.as_manager()

    class Meta:
        verbose_name = "service"
        ordering = ["rank", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(division__isnull=True) ^ Q(group__isnull=True),
                name="bulletin_service_place",
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("pk")),
                name="bulletin_service_parent",
            ),
            models.CheckConstraint(
                condition=Q(coefficient__gte=0), name="bulletin_service_coefficient"
            ),
            models.CheckConstraint(
                condition=Q(generated_by_import=False)
                | Q(parent__isnull=True, division__isnull=False),
                name="bulletin_service_generated",
            ),
            models.UniqueConstraint(
                fields=["division"],
                condition=Q(generated_by_import=True),
                name="bulletin_one_generated_service",
            ),
            models.UniqueConstraint(
                fields=["division", "group", "subject", "label"],
                nulls_distinct=False,
                name="bulletin_service_key",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """What the bulletin calls it."""
        return self.label or self.subject.label


class ServiceTeacher(models.Model):
    """A teacher of a service."""

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="service_teachers")
    staff = models.ForeignKey(
        Staff, on_delete=models.CASCADE, related_name="bulletin_service_teachers"
    )

    class Meta:
        verbose_name = "enseignant d’un service"
        verbose_name_plural = "enseignants d’un service"
        constraints = [
            models.UniqueConstraint(fields=["service", "staff"], name="bulletin_service_teacher"),
        ]

    def __str__(self) -> str:
        return f"{self.staff_id} {self.service_id}"
