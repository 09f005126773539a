"""What a school decides once for its bulletins."""

from django.db import models
from django.db.models import Q

from livretpro.bulletins.words import APPRAISAL_LIMITS, APPRAISAL_MAX
from livretpro.schools.models import School


class BulletinSettings(models.Model):
    """Settings of a school; no row: the default ones."""

    school = models.OneToOneField(
        School, on_delete=models.CASCADE, related_name="bulletin_settings"
    )
    appraisal_max = models.PositiveSmallIntegerField(
        "longueur d’une appréciation", default=APPRAISAL_MAX
    )

    class Meta:
        verbose_name = "réglages des bulletins"
        verbose_name_plural = "réglages des bulletins"
        constraints = [
            models.CheckConstraint(
                condition=Q(appraisal_max__range=APPRAISAL_LIMITS), name="bulletin_appraisal_max"
            ),
        ]

    def __str__(self) -> str:
        return f"réglages de {self.school_id}"
