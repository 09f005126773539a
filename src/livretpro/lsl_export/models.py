"""The files made for LSL, kept byte for byte (spec 02, Export)."""

from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from livretpro.schools.models import Division, School, SchoolYear, Student

if TYPE_CHECKING:
    from livretpro.schools.actors import Actor


class ExportVersionQuerySet(models.QuerySet["ExportVersion"]):
    """Versions an actor may see."""

    def visible_to(self, actor: "Actor") -> "ExportVersionQuerySet":
        """Those of the school, for its head and DDFPT alone."""
        own = self.filter(school_year__school=actor.school)
        return own if actor.is_head else own.none()


class ExportVersion(models.Model):
    """One version of the file of a division × diploma; never changed, never removed.

    `sha256` is that of `content`; `signature` is the detached Ed25519 signature of the digest.
    """

    school_year = models.ForeignKey(SchoolYear, on_delete=models.PROTECT, related_name="exports")
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="exports")
    cfd = models.CharField("diplôme", max_length=8)
    number = models.PositiveIntegerField("version")
    profile = models.CharField("profil", max_length=3)
    with_previous_year = models.BooleanField("avec le livret de première")
    file_name = models.CharField("nom du fichier", max_length=100)
    content = models.BinaryField("contenu")
    sha256 = models.CharField("SHA-256", max_length=64, db_index=True)
    signature = models.BinaryField("signature", max_length=64)
    nomenclature = models.CharField("nomenclature LSL", max_length=100)
    provisional = models.BooleanField("nomenclature provisoire")
    referentiels = ArrayField(
        models.CharField(max_length=100),
        verbose_name="référentiels",
        default=list,
        blank=True,
        help_text="Ceux des livrets du fichier et de ceux de première qui s’y joignent.",
    )
    made_at = models.DateTimeField("fait le")
    author_id = models.CharField("identifiant de l’auteur", max_length=64)
    author_name = models.CharField("auteur", max_length=160)

    objects = ExportVersionQuerySet.as_manager()

    class Meta:
        verbose_name = "version exportée"
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["school_year", "division", "cfd", "number"], name="export_number"
            ),
            models.CheckConstraint(condition=Q(profile__in=["1.0", "1.1"]), name="export_profile"),
        ]

    def __str__(self) -> str:
        return self.file_name


class ExportedPupil(models.Model):
    """A pupil of the division and the status of the livret when the version was made."""

    version = models.ForeignKey(ExportVersion, on_delete=models.CASCADE, related_name="pupils")
    student = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="+")
    colour = models.CharField("statut", max_length=6)

    class Meta:
        verbose_name = "élève d’une version"
        constraints = [
            models.UniqueConstraint(fields=["version", "student"], name="exported_pupil"),
            models.CheckConstraint(
                condition=Q(colour__in=["rouge", "orange", "vert"]), name="exported_colour"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.student_id} {self.colour}"


class RunState(models.TextChoices):
    """Where the export of several divisions stands."""

    RUNNING = "en_cours", "en cours"
    DONE = "termine", "terminé"
    REFUSED = "refuse", "refusé"
    STOPPED = "arrete", "arrêté"


class LineState(models.TextChoices):
    """What became of a division of a run."""

    WAITING = "attend", "en attente"
    MADE = "fait", "nouvelle version"
    SAME = "inchange", "inchangé"
    LEFT_OUT = "laisse", "sans fichier"
    BROKEN = "erreur", "erreur"


class ExportRunQuerySet(models.QuerySet["ExportRun"]):
    """Runs an actor may see."""

    def visible_to(self, actor: "Actor") -> "ExportRunQuerySet":
        """Those of the school, for its head and DDFPT alone."""
        own = self.filter(school_year__school=actor.school)
        return own if actor.is_head else own.none()


class ExportRun(models.Model):
    """Several divisions of a diploma exported one after the other, in the background.

    `done` counts the divisions judged, of `total`; `attempt` fences the job: an older run that
    comes back changes nothing (spec 08).
    """

    school_year = models.ForeignKey(SchoolYear, on_delete=models.PROTECT, related_name="+")
    cfd = models.CharField("diplôme", max_length=8)
    profile = models.CharField("profil", max_length=3)
    with_previous_year = models.BooleanField("avec le livret de première")
    state = models.CharField("état", max_length=8, choices=RunState, default=RunState.RUNNING)
    attempt = models.PositiveIntegerField("essai", default=0)
    done = models.PositiveIntegerField("divisions traitées", default=0)
    total = models.PositiveIntegerField("divisions à traiter")
    author_id = models.CharField("identifiant de l’auteur", max_length=64)
    author_name = models.CharField("auteur", max_length=160)
    created_at = models.DateTimeField("demandé le", auto_now_add=True)

    objects = ExportRunQuerySet.as_manager()

    class Meta:
        verbose_name = "export de plusieurs divisions"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=RunState.values), name="run_state"),
            models.CheckConstraint(condition=Q(profile__in=["1.0", "1.1"]), name="run_profile"),
            models.CheckConstraint(condition=Q(done__lte=models.F("total")), name="run_done"),
        ]

    def __str__(self) -> str:
        return f"export {self.pk} ({self.state})"


class ExportRunLine(models.Model):
    """A division of a run: its version, or in `reason` why it has no file."""

    run = models.ForeignKey(ExportRun, on_delete=models.CASCADE, related_name="lines")
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="+")
    state = models.CharField("état", max_length=8, choices=LineState, default=LineState.WAITING)
    version = models.ForeignKey(
        ExportVersion, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.TextField("raison", blank=True)

    class Meta:
        verbose_name = "division d’un export"
        constraints = [
            models.UniqueConstraint(fields=["run", "division"], name="run_division"),
            models.CheckConstraint(condition=Q(state__in=LineState.values), name="line_state"),
            models.CheckConstraint(
                condition=Q(version__isnull=False, state__in=["fait", "inchange"])
                | Q(version__isnull=True, state__in=["attend", "laisse", "erreur"]),
                name="line_version",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.run_id} {self.division_id} {self.state}"


class ReturnedBilanQuerySet(models.QuerySet["ReturnedBilan"]):
    """Bilans an actor may see."""

    def visible_to(self, actor: "Actor") -> "ReturnedBilanQuerySet":
        """Those of the school, for its head and DDFPT alone."""
        own = self.filter(school=actor.school)
        return own if actor.is_head else own.none()


class ReturnedBilan(models.Model):
    """A bilan of LSL that came back: what became there of the livrets of a version.

    The file itself is not kept, `sha256` is its digest. `version` is None until somebody says which
    one it is; `proved` when the bilan said it itself, by the digest of the file. `sent_name` and
    `at` are the name of the file and the instant of the import in the words of the bilan. Findings
    about no pupil, and what was not understood, stand in `findings` and `unread`.
    """

    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(
        ExportVersion, null=True, blank=True, on_delete=models.PROTECT, related_name="bilans"
    )
    proved = models.BooleanField("version prouvée par l’empreinte", default=False)
    file_name = models.CharField("nom du fichier", max_length=100)
    sha256 = models.CharField("SHA-256", max_length=64)
    sent_name = models.CharField("fichier importé", max_length=200, blank=True)
    at = models.CharField("date de l’import", max_length=60, blank=True)
    imported = models.PositiveIntegerField("importés", default=0)
    partial = models.PositiveIntegerField("partiels", default=0)
    rejected = models.PositiveIntegerField("rejetés", default=0)
    findings = models.JSONField("constats du fichier", default=list)
    unread = models.JSONField("non compris", default=list)
    received_at = models.DateTimeField("déposé le")
    author_id = models.CharField("identifiant de l’auteur", max_length=64)
    author_name = models.CharField("auteur", max_length=160)

    objects = ReturnedBilanQuerySet.as_manager()

    class Meta:
        verbose_name = "bilan du LSL"
        verbose_name_plural = "bilans du LSL"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["school", "sha256"], name="returned_once"),
            models.CheckConstraint(
                condition=Q(proved=False) | Q(version__isnull=False), name="returned_proved"
            ),
        ]

    def __str__(self) -> str:
        return self.file_name


class Outcome(models.TextChoices):
    """What became of a pupil in LSL."""

    IMPORTED = "IMPORTE", "importé"
    PARTIAL = "PARTIEL", "partiel"
    REJECTED = "REJETE", "rejeté"


class ReturnedPupil(models.Model):
    """A pupil of a bilan and its findings (`returned.Said`); without `student`, nobody of here.

    `name` is kept for those alone.
    """

    bilan = models.ForeignKey(ReturnedBilan, on_delete=models.CASCADE, related_name="pupils")
    student = models.ForeignKey(
        Student, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    siecle_id = models.PositiveBigIntegerField("identifiant SIECLE", null=True, blank=True)
    name = models.CharField("nom", max_length=200, blank=True)
    outcome = models.CharField("résultat", max_length=8, choices=Outcome)
    findings = models.JSONField("constats", default=list)

    class Meta:
        verbose_name = "élève d’un bilan du LSL"
        verbose_name_plural = "élèves d’un bilan du LSL"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["bilan", "student"], name="returned_pupil"),
            models.CheckConstraint(
                condition=Q(outcome__in=Outcome.values), name="returned_outcome"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bilan_id} {self.siecle_id} {self.outcome}"


class RegistryConnection(models.Model):
    """Where the school deposits its files; the token is encrypted (`livretpro.hidden`)."""

    school = models.OneToOneField(School, on_delete=models.CASCADE, related_name="+")
    base_url = models.CharField("adresse", max_length=200)
    secret = models.TextField("jeton chiffré")
    changed_at = models.DateTimeField("modifiée le")

    class Meta:
        verbose_name = "connexion au registre"
        verbose_name_plural = "connexions au registre"

    def __str__(self) -> str:
        return self.base_url


class DepositState(models.TextChoices):
    """Where a deposit stands."""

    RUNNING = "en_cours", "en cours"
    DONE = "termine", "bilan reçu"
    FAILED = "echec", "échec"


class RegistryDeposit(models.Model):
    """A version sent to a registry: its number there (`remote`), then the bilan that came back.

    `said` is the last thing that the registry, or the way to it, answered; `attempt` fences the
    job.
    """

    version = models.ForeignKey(ExportVersion, on_delete=models.PROTECT, related_name="deposits")
    state = models.CharField(
        "état", max_length=8, choices=DepositState, default=DepositState.RUNNING
    )
    attempt = models.PositiveIntegerField("essai", default=0)
    remote = models.PositiveBigIntegerField("numéro au registre", null=True, blank=True)
    said = models.TextField("réponse", blank=True)
    bilan = models.ForeignKey(
        ReturnedBilan, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    author_id = models.CharField("identifiant de l’auteur", max_length=64)
    author_name = models.CharField("auteur", max_length=160)
    created_at = models.DateTimeField("demandé le", auto_now_add=True)

    class Meta:
        verbose_name = "dépôt au registre"
        verbose_name_plural = "dépôts au registre"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["version"], condition=Q(state="en_cours"), name="one_deposit_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(state__in=DepositState.values), name="deposit_state"
            ),
        ]

    def __str__(self) -> str:
        return f"dépôt {self.pk} ({self.state})"
