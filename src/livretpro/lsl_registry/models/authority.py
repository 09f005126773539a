"""What the académie decides: who may send, when, under which nomenclature, and who assists."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from livretpro.referentiels.rules import Level
from livretpro.schools.models import School

SOFTWARE_MAX = 50
PUBLISHER_MAX = 200
LEVELS = [(level.value, level.label) for level in Level]
ORDERED = Q(end__isnull=True) | Q(end__gte=F("start"))


class Assistant(models.Model):
    """A person of the assistance académique: every school, accreditations, clearances."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="lsl_assistant"
    )

    class Meta:
        verbose_name = "assistance académique"
        verbose_name_plural = "assistance académique"

    def __str__(self) -> str:
        return str(self.user)


class Accreditation(models.Model):
    """A software that may send between two dates, both in, for the MEF named (ten characters), for
    all of them when none is."""

    publisher = models.CharField("éditeur", max_length=PUBLISHER_MAX)
    application = models.CharField("application", max_length=SOFTWARE_MAX)
    mefs = ArrayField(models.CharField(max_length=10), default=list, blank=True, verbose_name="MEF")
    start = models.DateField("du")
    end = models.DateField("au", null=True, blank=True)

    class Meta:
        verbose_name = "accréditation"
        ordering = ["publisher", "application", "pk"]
        constraints = [
            models.CheckConstraint(condition=ORDERED, name="accreditation_order"),
            models.CheckConstraint(
                condition=~Q(publisher="") & ~Q(application=""), name="accreditation_named"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.publisher} {self.application}"


class Campaign(models.Model):
    """When files of a level are received in a school year; both days in, an absent one bounds
    nothing. A level without a row is open."""

    year = models.PositiveSmallIntegerField("année scolaire")
    level = models.CharField("niveau", max_length=10, choices=LEVELS)
    opens = models.DateField("ouvre le", null=True, blank=True)
    closes = models.DateField("ferme le", null=True, blank=True)

    class Meta:
        verbose_name = "campagne"
        constraints = [
            models.UniqueConstraint(fields=["year", "level"], name="registry_campaign"),
            models.CheckConstraint(
                condition=Q(opens__isnull=True)
                | Q(closes__isnull=True)
                | Q(closes__gte=F("opens")),
                name="registry_campaign_order",
            ),
            models.CheckConstraint(
                condition=Q(level__in=[level.value for level in Level]),
                name="registry_campaign_level",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.level}"


class Sender(models.Model):
    """The software whose data of a subject a school's records hold (REJLSL_F04)."""

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="+")
    subject = models.CharField("matière", max_length=6)
    publisher = models.CharField("éditeur", max_length=PUBLISHER_MAX)
    application = models.CharField("application", max_length=SOFTWARE_MAX)

    class Meta:
        verbose_name = "logiciel d’un établissement"
        verbose_name_plural = "logiciels d’un établissement"
        constraints = [
            models.UniqueConstraint(fields=["school", "subject"], name="registry_sender"),
        ]

    def __str__(self) -> str:
        return f"{self.school_id} {self.subject} {self.application}"


class Clearance(models.Model):
    """A change of software that the assistance allowed a school: this one may come after another,
    until it has sent every subject of that one."""

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="+")
    publisher = models.CharField("éditeur", max_length=PUBLISHER_MAX)
    application = models.CharField("application", max_length=SOFTWARE_MAX)
    author_name = models.CharField("auteur", max_length=160)
    cleared_at = models.DateTimeField("autorisé le", auto_now_add=True)

    class Meta:
        verbose_name = "changement de logiciel autorisé"
        verbose_name_plural = "changements de logiciel autorisés"
        constraints = [
            models.UniqueConstraint(
                fields=["school", "publisher", "application"], name="registry_clearance"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.school_id} {self.application}"


class HeldPeriodicity(models.Model):
    """The code-periode (T or S) received first for a diploma and level of a year (PARLSL_S03)."""

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="+")
    year = models.PositiveSmallIntegerField("année scolaire")
    cfd = models.CharField("diplôme", max_length=8)
    level = models.CharField("niveau", max_length=10, choices=LEVELS)
    code = models.CharField("code-periode", max_length=1)

    class Meta:
        verbose_name = "périodicité reçue"
        verbose_name_plural = "périodicités reçues"
        constraints = [
            models.UniqueConstraint(
                fields=["school", "year", "cfd", "level"], name="registry_periodicity"
            ),
            models.CheckConstraint(condition=Q(code__in=["T", "S"]), name="registry_periode_code"),
        ]

    def __str__(self) -> str:
        return f"{self.school_id} {self.year} {self.cfd} {self.level} {self.code}"
