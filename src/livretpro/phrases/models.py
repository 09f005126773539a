"""Ready phrases."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import MD5

from livretpro.phrases.rules import KEY_MAX, TEXT_MAX
from livretpro.schools.models import School


class Phrase(models.Model):
    """A ready phrase for the text `key`: a person's own, or without owner the school's.

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
    key = models.CharField("pour le texte", max_length=KEY_MAX)
    text = models.CharField("texte", max_length=TEXT_MAX)

    class Meta:
        verbose_name = "phrase"
        ordering = ["text", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(key=""), name="phrase_key"),
            models.CheckConstraint(condition=~Q(text=""), name="phrase_not_empty"),
            models.UniqueConstraint(
                "school", "owner", "key", MD5("text"), name="phrase_once", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return self.text
