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
