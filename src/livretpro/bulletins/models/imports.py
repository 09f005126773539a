"""Imports of CPRO data: what was asked, what became of each division, what stood before."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q

from livretpro.bulletins.models.frames import FrameItem
from livretpro.bulletins.models.periods import Period
from livretpro.bulletins.models.teaching import Service
from livretpro.schools.models import Division, School, SchoolYear, Student

if TYPE_CHECKING:
    from livretpro.schools.actors import Actor


class CproConnection(models.Model):
    """Where a school's CPRO data are asked for. `secret` is encrypted (`bulletins.keyring`).

    `tested_at` and `test_failure` tell the last trial; an empty failure: it answered.
    """

    school = models.OneToOneField(School, on_delete=models.CASCADE, related_name="cpro_connection")
    base_url = models.URLField("adresse de CPRO", max_length=200)
    client_id = models.CharField("identifiant du partenaire", max_length=100)
    secret = models.TextField("secret chiffré")
    changed_at = models.DateTimeField("modifiée le")
    tested_at = models.DateTimeField("essayée le", null=True, blank=True)
    test_failure = models.TextField("échec du dernier essai", blank=True)

    class Meta:
        verbose_name = "connexion à CPRO"
        verbose_name_plural = "connexions à CPRO"

    def __str__(self) -> str:
        return self.base_url


class BatchState(models.TextChoices):
    """Where an import stands."""

    RUNNING = "en_cours", "en cours"
    DONE = "termine", "terminé"
    REFUSED = "refuse", "refusé"
    UNDONE = "annule", "annulé"


class ImportBatchQuerySet(models.QuerySet["ImportBatch"]):
    """Imports an actor may see."""

    def visible_to(self, actor: "Actor") -> "ImportBatchQuerySet":
        """Those of the school, for its head and DDFPT alone."""
        own = self.filter(school_year__school=actor.school)
        return own if actor.is_head else own.none()


class ImportBatch(models.Model):
    """One import of a period (by its number) for several divisions, or its dry run.

    `replaces`: values edited here are replaced too. `done` counts the divisions judged, of
    `total`; `attempt` fences the job: an older run that comes back changes nothing (spec 08).
    """

    school_year = models.ForeignKey(
        SchoolYear, on_delete=models.PROTECT, related_name="cpro_imports"
    )
    number = models.PositiveSmallIntegerField("période")
    dry_run = models.BooleanField("à blanc", default=False)
    replaces = models.BooleanField("remplace ce qui a été modifié ici", default=False)
    state = models.CharField("état", max_length=8, choices=BatchState, default=BatchState.RUNNING)
    failure = models.TextField("raison du refus", blank=True)
    attempt = models.PositiveIntegerField("essai", default=0)
    done = models.PositiveIntegerField("divisions traitées", default=0)
    total = models.PositiveIntegerField("divisions à traiter")
    author_id = models.CharField("identifiant de l’auteur", max_length=64)
    author_name = models.CharField("auteur", max_length=160)
    created_at = models.DateTimeField("demandé le", auto_now_add=True)
    ended_at = models.DateTimeField("terminé le", null=True, blank=True)
    undone_at = models.DateTimeField("annulé le", null=True, blank=True)
    undone_by = models.CharField("annulé par", max_length=160, blank=True)

    objects = ImportBatchQuerySet.as_manager()

    class Meta:
        verbose_name = "import CPRO"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=BatchState.values), name="bulletin_batch_state"
            ),
            models.CheckConstraint(condition=Q(done__lte=F("total")), name="bulletin_batch_done"),
            models.CheckConstraint(
                condition=~Q(state=BatchState.UNDONE) | Q(dry_run=False, undone_at__isnull=False),
                name="bulletin_batch_undone",
            ),
        ]

    def __str__(self) -> str:
        return f"import {self.pk} ({self.state})"


class DivisionState(models.TextChoices):
    """What became of a division of an import."""

    WAITING = "attend", "en attente"
    READING = "lecture", "lecture de CPRO"
    DONE = "fait", "importée"
    BLOCKED = "bloquee", "bloquée"
    FAILED = "echec", "échec"


class ImportLine(models.Model):
    """A division of an import.

    `report` holds the counts and what a person must look at (`bulletins.plan.Report`);
    `service` is where the values went, `made_service` says that this import made it.
    """

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="lines")
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="+")
    period = models.ForeignKey(
        Period, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    state = models.CharField(
        "état", max_length=8, choices=DivisionState, default=DivisionState.WAITING
    )
    reason = models.TextField("raison", blank=True)
    report = models.JSONField("compte rendu", default=dict)
    service = models.ForeignKey(
        Service, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    made_service = models.BooleanField("service créé", default=False)

    class Meta:
        verbose_name = "division d’un import CPRO"
        verbose_name_plural = "divisions d’un import CPRO"
        constraints = [
            models.UniqueConstraint(fields=["batch", "division"], name="bulletin_line_key"),
            models.CheckConstraint(
                condition=Q(state__in=DivisionState.values), name="bulletin_line_state"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["bloquee", "echec"]) ^ Q(reason=""),
                name="bulletin_line_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id} {self.division_id} {self.state}"


class ValueKind(models.TextChoices):
    """What CPRO brings of a pupil."""

    GRADE = "note", "note du professeur"
    DEGREE = "degre", "degré"
    APPRAISAL = "appr", "appréciation"


class ImportedValue(models.Model):
    """One value that an import wrote or `removed`, and what stood there: enough to undo it.

    `before` is empty when nothing stood there, else `{"value", "source", "batch", "changed_at"}`.
    """

    line = models.ForeignKey(ImportLine, on_delete=models.CASCADE, related_name="values")
    student = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="+")
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField("sorte", max_length=5, choices=ValueKind)
    item = models.ForeignKey(
        FrameItem, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    before = models.JSONField("avant", default=dict, blank=True)
    removed = models.BooleanField("retirée", default=False)

    class Meta:
        verbose_name = "valeur importée"
        verbose_name_plural = "valeurs importées"
        constraints = [
            models.UniqueConstraint(
                fields=["line", "student", "service", "kind", "item"],
                nulls_distinct=False,
                name="bulletin_imported_value",
            ),
            models.CheckConstraint(
                condition=Q(kind="degre") ^ Q(item__isnull=True), name="bulletin_imported_item"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.student_id} {self.kind} {self.item_id}"
