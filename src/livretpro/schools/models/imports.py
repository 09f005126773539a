"""An import of SIECLE / STS files: uploaded, compared, then applied or given up."""

from django.db import models

from livretpro.schools.models.structure import School


class ImportState(models.TextChoices):
    """Where an import stands."""

    READING = "lecture", "lecture des fichiers"
    PREVIEW = "apercu", "aperçu prêt"
    APPLYING = "application", "application en cours"
    APPLIED = "applique", "appliqué"
    REFUSED = "refuse", "refusé"
    DROPPED = "abandonne", "abandonné"


class ImportBatch(models.Model):
    """The files of one import and what they change.

    `report` is the preview as JSON (see `schools.importing.report`), cut to its counts thirty days
    after the end (`schools.importing.forgetting`); `attempt` fences the
    background job: an older run that comes back changes nothing (spec 08).
    """

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="imports")
    state = models.CharField("état", max_length=12, choices=ImportState)
    author_id = models.CharField("identifiant de l’auteur", max_length=64)
    author_name = models.CharField("auteur", max_length=160)
    created_at = models.DateTimeField("déposé le", auto_now_add=True)
    ended_at = models.DateTimeField("terminé le", null=True, blank=True)
    done = models.PositiveIntegerField("élèves traités", default=0)
    total = models.PositiveIntegerField("élèves à traiter", default=0)
    attempt = models.PositiveIntegerField("essai", default=0)
    report = models.JSONField("compte rendu", default=dict)

    class Meta:
        verbose_name = "import SIECLE"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=ImportState.values), name="import_state"
            ),
        ]

    def __str__(self) -> str:
        return f"import {self.pk} de {self.school_id} ({self.state})"


class ImportFile(models.Model):
    """A file as received; emptied as soon as the import ends (it may hold addresses)."""

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="files")
    name = models.CharField("nom", max_length=200)
    content = models.BinaryField("contenu")

    class Meta:
        verbose_name = "fichier d’un import"

    def __str__(self) -> str:
        return self.name
