"""The trail of changes (spec 08, Journal).

People are kept as text: this layer lies below `accounts` and outlives every account.
"""

from django.db import models


class Entry(models.Model):
    """One change of one field of one object, by one person, at one instant."""

    at = models.DateTimeField("quand", auto_now_add=True)
    school_uai = models.CharField("établissement", max_length=8)
    author_id = models.CharField("identifiant de l’auteur", max_length=64)
    author_name = models.CharField("auteur", max_length=160)
    action = models.CharField("action", max_length=40)
    kind = models.CharField("sorte d’objet", max_length=40)
    key = models.CharField("objet", max_length=64)
    field = models.CharField("champ", max_length=64, blank=True)
    request_id = models.CharField("requête", max_length=32, blank=True)

    class Meta:
        verbose_name = "entrée du journal"
        verbose_name_plural = "entrées du journal"
        indexes = [models.Index(fields=["school_uai", "kind", "key", "-id"], name="journal_object")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.author_name} {self.action} {self.key} {self.field}"


class EntryValues(models.Model):
    """What stood before and after: apart, so that a legal erasure can empty it."""

    entry = models.OneToOneField(
        Entry, on_delete=models.PROTECT, primary_key=True, related_name="values_kept"
    )
    before = models.TextField("avant", blank=True)
    after = models.TextField("après", blank=True)

    class Meta:
        verbose_name = "valeurs d’une entrée"
        verbose_name_plural = "valeurs des entrées"

    def __str__(self) -> str:
        return f"{self.before} → {self.after}"
