"""The trail of changes (spec 08, Journal).

People are kept as text: this layer lies below `accounts` and outlives every account.
"""

from django.db import models


class Entry(models.Model):
    """One change of one field of one object, by one person, at one instant.

    A link of the chain of its school: `rank` is its number there, from 1 on without a hole, and
    `mac` seals what it says and the seal of the entry before it (`journal.chain`).
    """

    school_uai = models.CharField("établissement", max_length=8)
    rank = models.PositiveBigIntegerField("rang")
    at = models.DateTimeField("quand")
    author_id = models.CharField("identifiant de l’auteur", max_length=64)
    author_name = models.CharField("auteur", max_length=160)
    action = models.CharField("action", max_length=40)
    kind = models.CharField("sorte d’objet", max_length=40)
    key = models.CharField("objet", max_length=64)
    field = models.CharField("champ", max_length=64, blank=True)
    request_id = models.CharField("requête", max_length=32, blank=True)
    before_digest = models.CharField("empreinte d’avant", max_length=64, blank=True)
    after_digest = models.CharField("empreinte d’après", max_length=64, blank=True)
    mac = models.CharField("sceau", max_length=64)

    class Meta:
        verbose_name = "entrée du journal"
        verbose_name_plural = "entrées du journal"
        constraints = [
            models.UniqueConstraint(fields=["school_uai", "rank"], name="journal_rank"),
        ]
        indexes = [models.Index(fields=["school_uai", "kind", "key", "-id"], name="journal_object")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.author_name} {self.action} {self.key} {self.field}"


class EntryValues(models.Model):
    """What stood before and after, with the salt of their digests.

    Apart, so that a legal erasure can empty it; `erased_by` is then the rank of the entry that
    tells the erasure. An entry without values has no row here.
    """

    entry = models.OneToOneField(
        Entry, on_delete=models.PROTECT, primary_key=True, related_name="values_kept"
    )
    salt = models.CharField("sel", max_length=32, blank=True)
    before = models.TextField("avant", blank=True)
    after = models.TextField("après", blank=True)
    erased_by = models.PositiveBigIntegerField("effacées par l’entrée", null=True, blank=True)

    class Meta:
        verbose_name = "valeurs d’une entrée"
        verbose_name_plural = "valeurs des entrées"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(erased_by__isnull=True) | models.Q(salt="", before="", after=""),
                name="journal_erased_is_empty",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.before} → {self.after}"


class ChainHead(models.Model):
    """Where the chain of a school stands: how many entries, the seal of the last one.

    `seal` proves that the head was written by somebody who holds the key: a tail that is cut
    leaves a head that tells more entries than there are. Locked by whoever writes an entry.
    """

    school_uai = models.CharField("établissement", max_length=8, primary_key=True)
    count = models.PositiveBigIntegerField("entrées")
    mac = models.CharField("sceau de la dernière", max_length=64, blank=True)
    seal = models.CharField("sceau de la tête", max_length=64, blank=True)

    class Meta:
        verbose_name = "tête du journal"
        verbose_name_plural = "têtes du journal"

    def __str__(self) -> str:
        return f"{self.school_uai} : {self.count}"
