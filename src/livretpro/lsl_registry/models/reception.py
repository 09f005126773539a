"""Files received: what they hold, what became of each pupil. A bilan never changes."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q

from livretpro.lsl_registry.models.authority import SOFTWARE_MAX
from livretpro.lsl_registry.readers import can_read
from livretpro.schools.models import School, Student

if TYPE_CHECKING:
    from livretpro.schools.actors import Actor

CHUNK = 1024 * 1024  # bytes of a file in one row
KEY_MAX = 64
ERASED = 0
"""The identifier of a pupil taken out of a bilan; no file bears it."""


class ImportState(models.TextChoices):
    """Where an import stands."""

    RUNNING = "en_cours", "en cours"
    DONE = "termine", "terminé"
    REFUSED = "refuse", "fichier refusé"
    BROKEN = "erreur", "interrompu"


class ImportQuerySet(models.QuerySet["Import"]):
    """Imports an actor may see."""

    def visible_to(self, actor: "Actor") -> "ImportQuerySet":
        """Those of the school in the active base, for who reads them there."""
        own = self.filter(school=actor.school, archived_at=None)
        return own if can_read(actor) else own.none()


class Import(models.Model):
    """A file received, and its bilan once it is over.

    `year` is N when it came; `chosen` the division chosen on screen; `refusals` and `absent` are
    findings (`lsl_registry.told`), `failure` says that one of ours stopped it. `done` counts the
    pupils treated, of `total`; `attempt` fences the job. `bilan_day` and `bilan_rank` name the
    bilan file; `key` is what the software that deposits it calls this deposit, absent otherwise, so
    that the same one twice is one import; `verified_*`: the head ticked that the records are those
    of the file; one that is archived is shown to nobody, and waits for its end
    (`lsl_registry.purging`).
    """

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="lsl_imports")
    year = models.PositiveSmallIntegerField("année scolaire")
    file_name = models.CharField("fichier", max_length=200)
    sha256 = models.CharField("SHA-256", max_length=64)
    size = models.PositiveIntegerField("octets")
    chosen = models.CharField("division choisie", max_length=8, blank=True)
    publisher = models.CharField("éditeur", max_length=200, blank=True)
    application = models.CharField("application", max_length=SOFTWARE_MAX, blank=True)
    profile = models.CharField("version du schéma", max_length=3, blank=True)
    division = models.CharField("division annoncée", max_length=8, blank=True)
    state = models.CharField("état", max_length=8, choices=ImportState, default=ImportState.RUNNING)
    attempt = models.PositiveIntegerField("essai", default=0)
    done = models.PositiveIntegerField("élèves traités", default=0)
    total = models.PositiveIntegerField("élèves du fichier", default=0)
    refusals = models.JSONField("motifs du refus", default=list)
    absent = models.JSONField("absents du fichier", default=list)
    failure = models.TextField("panne", blank=True)
    author_id = models.CharField("identifiant de l’auteur", max_length=64)
    author_name = models.CharField("auteur", max_length=160)
    key = models.CharField("clé du dépôt", max_length=KEY_MAX, null=True, blank=True)
    created_at = models.DateTimeField("reçu le", auto_now_add=True)
    ended_at = models.DateTimeField("terminé le", null=True, blank=True)
    bilan_day = models.DateField("jour du bilan", null=True, blank=True)
    bilan_rank = models.PositiveSmallIntegerField("rang du bilan ce jour-là", null=True, blank=True)
    verified_at = models.DateTimeField("intégration vérifiée le", null=True, blank=True)
    verified_by = models.CharField("intégration vérifiée par", max_length=160, blank=True)
    archived_at = models.DateField("archivé le", null=True, blank=True)

    objects = ImportQuerySet.as_manager()

    class Meta:
        verbose_name = "import LSL"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=ImportState.values), name="registry_import_state"
            ),
            models.CheckConstraint(condition=Q(done__lte=F("total")), name="registry_import_done"),
            models.UniqueConstraint(fields=["author_id", "key"], name="registry_deposit_key"),
            models.UniqueConstraint(
                fields=["school", "bilan_day", "bilan_rank"], name="registry_bilan_name"
            ),
            models.CheckConstraint(
                condition=Q(state="en_cours", ended_at__isnull=True, bilan_day__isnull=True)
                | Q(ended_at__isnull=False, bilan_day__isnull=False, bilan_rank__isnull=False)
                & ~Q(state="en_cours"),
                name="registry_import_ended",
            ),
        ]
        indexes = [models.Index(fields=["school", "-id"], name="registry_imports")]

    def __str__(self) -> str:
        return self.file_name

    @property
    def running(self) -> bool:
        """Whether there is more to come."""
        return self.state == ImportState.RUNNING

    @property
    def percentage(self) -> int:
        """Pupils treated, in percent, truncated as the seed shows: 5 of 23 is 21."""
        return 100 * self.done // self.total if self.total else 0


class ImportChunk(models.Model):
    """A piece of the file as it came, in order: a large one is never held whole."""

    received = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="chunks")
    rank = models.PositiveIntegerField("rang")
    data = models.BinaryField("contenu")

    class Meta:
        verbose_name = "morceau d’un fichier LSL"
        verbose_name_plural = "morceaux d’un fichier LSL"
        constraints = [
            models.UniqueConstraint(fields=["received", "rank"], name="registry_chunk"),
        ]

    def __str__(self) -> str:
        return f"{self.received_id} {self.rank}"


class KeptBilan(models.Model):
    """The `.xls` of the bilan of a large file, written once by the job that treated it; dropped
    when a pupil whom it names is erased."""

    received = models.OneToOneField(Import, on_delete=models.CASCADE, related_name="workbook")
    content = models.BinaryField("contenu")

    class Meta:
        verbose_name = "bilan gardé en .xls"
        verbose_name_plural = "bilans gardés en .xls"

    def __str__(self) -> str:
        return str(self.received_id)


class LineStatus(models.TextChoices):
    """What became of a pupil of the file, by its word in the bilan."""

    IMPORTED = "IMPORTE", "IMPORTÉ"
    PARTIAL = "PARTIEL", "PARTIEL"
    REJECTED = "REJETE", "REJETÉ"


class ImportLine(models.Model):
    """A pupil of the file: names as they stood that day, findings, items by what was done.

    `student` is empty for an identifier that the school does not know; `eleve_id` is `ERASED` once
    the pupil was taken out (`lsl_registry.erasing`).
    """

    received = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="lines")
    rank = models.PositiveIntegerField("rang")
    eleve_id = models.PositiveBigIntegerField("identifiant SIECLE")
    student = models.ForeignKey(
        Student, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    ine = models.CharField("INE", max_length=11, blank=True)
    last_name = models.CharField("nom", max_length=100, blank=True)
    first_name = models.CharField("prénom", max_length=100, blank=True)
    division = models.CharField("division", max_length=8, blank=True)
    mef = models.CharField("MEF", max_length=10, blank=True)
    years = models.CharField("années", max_length=40, blank=True)
    status = models.CharField("statut", max_length=7, choices=LineStatus)
    findings = models.JSONField("constats", default=list)
    created = models.PositiveIntegerField("créées", default=0)
    overwritten = models.PositiveIntegerField("remplacées", default=0)
    unchanged = models.PositiveIntegerField("inchangées", default=0)

    class Meta:
        verbose_name = "élève d’un import LSL"
        verbose_name_plural = "élèves d’un import LSL"
        ordering = ["rank"]
        constraints = [
            models.UniqueConstraint(fields=["received", "rank"], name="registry_line"),
            models.CheckConstraint(
                condition=Q(status__in=LineStatus.values), name="registry_line_status"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.received_id} {self.rank} {self.status}"

    @property
    def name(self) -> str:
        """Name and first name as they stood, or that nobody here has this identifier."""
        if self.eleve_id == ERASED:
            return "élève effacé"
        return f"{self.last_name} {self.first_name}".strip() or f"élève {self.eleve_id}"
