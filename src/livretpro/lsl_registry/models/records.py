"""The records that LSL holds, and each of their states through time."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from livretpro.lsl_registry.models.reception import Import
from livretpro.lsl_registry.readers import can_read
from livretpro.schools.models import School, Student

if TYPE_CHECKING:
    from livretpro.schools.actors import Actor


class RecordState(models.TextChoices):
    """Where a record stands (spec 07, Records)."""

    TYPING = "saisie", "en saisie"
    SIGNED = "vise", "visé"
    SENT = "verse", "versé"
    LOCKED = "verrou", "verrouillé"


OPEN = (RecordState.TYPING, RecordState.SIGNED)
"""States of a record that files and the head may still change."""


class RecordQuerySet(models.QuerySet["Record"]):
    """Records an actor may see."""

    def visible_to(self, actor: "Actor") -> "RecordQuerySet":
        """Those of the school in the active base, for who reads them there."""
        return self.held_for(actor).filter(archived_at=None)

    def held_for(self, actor: "Actor") -> "RecordQuerySet":
        """The same with those in archive, of which nothing but that is told."""
        own = self.filter(school=actor.school)
        return own if can_read(actor) else own.none()


class Record(models.Model):
    """What is held of a pupil: `content` is an `lsl_xml.Eleve` (`lsl_registry.serial`).

    `version` counts its states from 1; `state_by` and `state_at` tell the last change of state;
    one that is archived is shown to nobody, and waits for its end (`lsl_registry.purging`).
    `closed_year` is the school year, by its first civil year, for which it was sent or archived: a
    file of a later one opens it again.
    """

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="lsl_records")
    student = models.OneToOneField(Student, on_delete=models.CASCADE, related_name="lsl_record")
    content = models.JSONField("contenu")
    version = models.PositiveIntegerField("version")
    state = models.CharField("état", max_length=6, choices=RecordState, default=RecordState.TYPING)
    state_at = models.DateTimeField("depuis le", null=True, blank=True)
    state_by = models.CharField("par", max_length=160, blank=True)
    archived_at = models.DateField("archivé le", null=True, blank=True)
    closed_year = models.PositiveSmallIntegerField("clos pour l’année", null=True, blank=True)

    objects = RecordQuerySet.as_manager()

    class Meta:
        verbose_name = "dossier LSL"
        verbose_name_plural = "dossiers LSL"
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=RecordState.values), name="registry_record_state"
            ),
            models.CheckConstraint(condition=Q(version__gte=1), name="registry_record_version"),
            models.CheckConstraint(
                condition=Q(state__in=OPEN, archived_at=None, closed_year=None)
                | Q(closed_year__isnull=False)
                & (~Q(state__in=OPEN) | Q(archived_at__isnull=False)),
                name="registry_record_closed",
            ),
        ]

    def __str__(self) -> str:
        return f"dossier {self.student_id} v{self.version}"

    @property
    def is_open(self) -> bool:
        """Whether files and the head may still change it."""
        return self.state in OPEN


class RecordVersion(models.Model):
    """A state of a record, and who made it, when: by a file (`received`) or on screen."""

    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField("version")
    content = models.JSONField("contenu")
    received = models.ForeignKey(
        Import, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    author_name = models.CharField("auteur", max_length=160)
    made_at = models.DateTimeField("faite le")

    class Meta:
        verbose_name = "version d’un dossier LSL"
        verbose_name_plural = "versions d’un dossier LSL"
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["record", "number"], name="registry_record_number"),
        ]

    def __str__(self) -> str:
        return f"{self.record_id} v{self.number}"
