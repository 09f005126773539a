"""The livret and its data. Marks are decimals, texts NFC with LF; lengths of texts: `fields`."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import MD5

from livretpro.livrets.campaign import Campaign
from livretpro.livrets.fields import (
    APPRAISAL_MAX,
    APPRECIATION_MAX,
    FIRST_NAME_MAX,
    LAST_NAME_MAX,
    PFMP_MAX,
    PHRASED,
    TEACHER_LINES,
)
from livretpro.livrets.rules import Block, PeriodKind
from livretpro.referentiels.models import Competence, Referentiel
from livretpro.referentiels.rules import Level
from livretpro.schools.models import Division, School, SchoolYear, Student

if TYPE_CHECKING:
    from livretpro.schools.actors import Actor

LEVELS = [(level.value, level.label) for level in Level]
LEVEL_VALUES = [level.value for level in Level]
MARK = [MinValueValidator(0), MaxValueValidator(20)]
ANNOUNCEMENT_MAX = 2000


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


class VersionMove(models.Model):
    """Livrets of a diploma brought to another version of its référentiel, all at once."""

    school_year = models.ForeignKey(
        SchoolYear, on_delete=models.CASCADE, related_name="version_moves"
    )
    cfd = models.CharField("diplôme", max_length=8)
    to = models.ForeignKey(Referentiel, on_delete=models.PROTECT, related_name="+")
    author_name = models.CharField("auteur", max_length=160)
    made_at = models.DateTimeField("fait le", auto_now_add=True)
    undone_at = models.DateTimeField("annulé le", null=True, blank=True)

    class Meta:
        verbose_name = "passage à une version"
        verbose_name_plural = "passages à une version"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.cfd} vers {self.to_id}"


class MovedLivret(models.Model):
    """A livret of such a move: where it comes from, and the degrees that had no place any more."""

    move = models.ForeignKey(VersionMove, on_delete=models.CASCADE, related_name="livrets")
    livret = models.ForeignKey(Livret, on_delete=models.CASCADE, related_name="+")
    origin = models.ForeignKey(Referentiel, on_delete=models.PROTECT, related_name="+")
    set_aside = models.JSONField("degrés mis de côté, par code", default=dict)

    class Meta:
        verbose_name = "livret passé à une version"
        verbose_name_plural = "livrets passés à une version"
        constraints = [
            models.UniqueConstraint(fields=["move", "livret"], name="moved_livret"),
        ]

    def __str__(self) -> str:
        return f"{self.livret_id} de {self.origin_id}"


class Announcement(models.Model):
    """What the teachers of a level are told: a message of the head, or a reminder of a closing.

    A reminder bears the closing it is about and how many days before it is told: once each.
    """

    school_year = models.ForeignKey(
        SchoolYear, on_delete=models.CASCADE, related_name="announcements"
    )
    cfd = models.CharField("diplôme", max_length=8)
    level = models.CharField("niveau", max_length=10, choices=LEVELS)
    subject = models.CharField("objet", max_length=200)
    text = models.CharField("texte", max_length=ANNOUNCEMENT_MAX)
    sender_name = models.CharField("auteur", max_length=160)
    sent_at = models.DateTimeField("envoyée le", auto_now_add=True)
    closes_on = models.DateField("fermeture rappelée", null=True, blank=True)
    days_before = models.PositiveSmallIntegerField("jours avant", null=True, blank=True)

    class Meta:
        verbose_name = "annonce"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["school_year", "cfd", "level", "closes_on", "days_before"],
                condition=Q(days_before__isnull=False),
                name="one_reminder",
            ),
            models.CheckConstraint(
                condition=Q(closes_on__isnull=True, days_before__isnull=True)
                | Q(closes_on__isnull=False, days_before__isnull=False),
                name="announcement_reminder",
            ),
            models.CheckConstraint(condition=Q(level__in=LEVEL_VALUES), name="announcement_level"),
        ]

    def __str__(self) -> str:
        return self.subject


class AnnouncementReader(models.Model):
    """A teacher an announcement is for: when it was read on screen, when it left by mail.

    A mail is claimed before it is handed to the server: claimed and never mailed, nobody knows
    whether it left, and it is not sent again.
    """

    announcement = models.ForeignKey(Announcement, on_delete=models.CASCADE, related_name="readers")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="announcements"
    )
    seen_at = models.DateTimeField("vue le", null=True, blank=True)
    mail_claimed_at = models.DateTimeField("courriel pris le", null=True, blank=True)
    mailed_at = models.DateTimeField("courriel parti le", null=True, blank=True)

    class Meta:
        verbose_name = "destinataire d’une annonce"
        verbose_name_plural = "destinataires d’une annonce"
        constraints = [
            models.UniqueConstraint(fields=["announcement", "user"], name="announcement_reader"),
            models.CheckConstraint(
                condition=Q(mailed_at__isnull=True) | Q(mail_claimed_at__isnull=False),
                name="announcement_mail_claimed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.announcement_id} pour {self.user_id}"


class Phrase(models.Model):
    """A ready phrase for a text of the livret: a person's own, or without owner the school's.

    It speaks of no pupil, so it is no part of what is kept of one.
    """

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="phrases")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="phrases",
        null=True,
        blank=True,
    )
    key = models.CharField("champ du livret", max_length=20)
    text = models.CharField("texte", max_length=max(PHRASED.values()))

    class Meta:
        verbose_name = "phrase"
        ordering = ["text", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(key__in=list(PHRASED)), name="phrase_key"),
            models.CheckConstraint(condition=~Q(text=""), name="phrase_not_empty"),
            models.UniqueConstraint(
                "school", "owner", "key", MD5("text"), name="phrase_once", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return self.text
