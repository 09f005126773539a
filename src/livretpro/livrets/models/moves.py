"""Livrets brought to another version of their référentiel."""

from django.db import models

from livretpro.livrets.models.livret import Livret
from livretpro.referentiels.models import Referentiel
from livretpro.schools.models import SchoolYear


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
