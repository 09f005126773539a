"""Staff and services as STS tells them, and the roles of those who sign in."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from livretpro.schools.models.structure import Division, Group, School, SchoolYear
from livretpro.schools.rules import Role, StaffType


class Staff(models.Model):
    """A member of the staff; without a login until `user` is set.

    Key in STS: (`sts_id`, `sts_type`); both empty for a person added by hand.
    """

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="staff")
    sts_id = models.CharField("identifiant STS", max_length=20, blank=True)
    sts_type = models.CharField(
        "type STS", max_length=8, blank=True, choices=[(t.value, t.value) for t in StaffType]
    )
    last_name = models.CharField("nom", max_length=100)
    first_name = models.CharField("prénom", max_length=100)
    birth_date = models.DateField("date de naissance", null=True, blank=True)
    function = models.CharField("fonction", max_length=8, blank=True)
    name_key = models.CharField("clé de tri", max_length=240)
    gone_on = models.DateField("parti le", null=True, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="staff",
    )
    former_user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="dernier compte relié",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )

    class Meta:
        verbose_name = "membre du personnel"
        verbose_name_plural = "membres du personnel"
        constraints = [
            models.UniqueConstraint(
                fields=["school", "sts_id", "sts_type"],
                condition=~Q(sts_id=""),
                name="staff_sts_key",
            ),
            models.UniqueConstraint(fields=["school", "user"], name="staff_user"),
            models.CheckConstraint(
                condition=Q(sts_id="", sts_type="")
                | (~Q(sts_id="") & Q(sts_type__in=[t.value for t in StaffType])),
                name="staff_sts_whole_key",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.last_name} {self.first_name}"

    @property
    def is_by_hand(self) -> bool:
        """Whether STS does not know this person."""
        return not self.sts_id


class Service(models.Model):
    """A subject taught in a division or in a group (exactly one), for one school year."""

    school_year = models.ForeignKey(SchoolYear, on_delete=models.CASCADE, related_name="services")
    division = models.ForeignKey(
        Division, on_delete=models.CASCADE, null=True, blank=True, related_name="services"
    )
    group = models.ForeignKey(
        Group, on_delete=models.CASCADE, null=True, blank=True, related_name="services"
    )
    subject_code = models.CharField("matière", max_length=6)
    course_mode = models.CharField("modalité", max_length=4, blank=True)
    teachers = models.ManyToManyField(Staff, through="ServiceTeacher", related_name="services")

    class Meta:
        verbose_name = "service"
        constraints = [
            models.CheckConstraint(
                condition=Q(division__isnull=True) ^ Q(group__isnull=True),
                name="service_division_or_group",
            ),
            models.UniqueConstraint(
                fields=["school_year", "division", "group", "subject_code", "course_mode"],
                nulls_distinct=False,
                name="service_key",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject_code} {self.division_id or self.group_id}"


class ServiceTeacher(models.Model):
    """A teacher of a service, substitutes included."""

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="service_teachers")
    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="service_teachers")

    class Meta:
        verbose_name = "enseignant d’un service"
        constraints = [
            models.UniqueConstraint(fields=["service", "staff"], name="service_teacher"),
        ]

    def __str__(self) -> str:
        return f"{self.staff_id} {self.service_id}"


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Memberships by date."""

    def current(self, on: date) -> "MembershipQuerySet":
        """Those that hold at the date `on`."""
        return self.filter(Q(end__isnull=True) | Q(end__gte=on), start__lte=on)


class Membership(models.Model):
    """A role of a person in a school, between two dates (spec 01, People)."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships"
    )
    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField("rôle", max_length=16, choices=[(r.value, r.label) for r in Role])
    start = models.DateField("du")
    end = models.DateField("au", null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = "rôle"
        constraints = [
            models.UniqueConstraint(
                fields=["user", "school", "role"],
                condition=Q(end__isnull=True),
                name="one_open_membership",
            ),
            models.CheckConstraint(
                condition=Q(role__in=[r.value for r in Role]), name="membership_role"
            ),
            models.CheckConstraint(
                condition=Q(end__isnull=True) | Q(end__gte=F("start")), name="membership_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} {self.school_id}"
