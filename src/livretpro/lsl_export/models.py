"""The files made for LSL, kept byte for byte (spec 02, Export)."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from livretpro.schools.models import Division, SchoolYear, Student

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
