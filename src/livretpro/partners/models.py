"""Accesses of partner software to one school, and their tokens; secrets only as digests."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from livretpro.bearer import Counted
from livretpro.partners.rules import NAME_MAX, Scope
from livretpro.schools.models import School

if TYPE_CHECKING:
    from livretpro.schools.actors import Actor


class PartnerClientQuerySet(models.QuerySet["PartnerClient"]):
    """Accesses an actor may see."""

    def visible_to(self, actor: "Actor") -> "PartnerClientQuerySet":
        """Those of the school, for the head, the DDFPT and the administrator."""
        if not (actor.is_head or actor.is_administrator):
            return self.none()
        return self.filter(school=actor.school)


class PartnerClient(Counted):
    """One access: a partner, a school, a secret whose digest alone is kept."""

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="partner_clients")
    name = models.CharField("logiciel partenaire", max_length=NAME_MAX)
    client_id = models.CharField("identifiant", max_length=32, unique=True)
    secret_digest = models.CharField("empreinte du secret", max_length=64)
    scopes = ArrayField(
        models.CharField(max_length=20, choices=[(s.value, s.label) for s in Scope]),
        default=list,
        blank=True,
        verbose_name="ce que l’accès ouvre",
    )
    author_name = models.CharField("auteur", max_length=160)
    created_at = models.DateTimeField("créé le", auto_now_add=True)
    revoked_at = models.DateTimeField("révoqué le", null=True, blank=True)

    objects = PartnerClientQuerySet.as_manager()

    class Meta:
        verbose_name = "accès d’un partenaire"
        verbose_name_plural = "accès des partenaires"
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                "school", Lower("name"), condition=Q(revoked_at=None), name="one_access_a_partner"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="partner_named"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def live(self) -> bool:
        """Whether it still opens the API."""
        return self.revoked_at is None


class PartnerToken(models.Model):
    """A token of an access, for an hour: its digest alone is kept."""

    client = models.ForeignKey(PartnerClient, on_delete=models.CASCADE, related_name="tokens")
    digest = models.CharField("empreinte du jeton", max_length=64, unique=True)
    expires_at = models.DateTimeField("expire le")

    class Meta:
        verbose_name = "jeton d’un partenaire"
        verbose_name_plural = "jetons des partenaires"
        indexes = [models.Index(fields=["client", "expires_at"], name="token_expiry")]

    def __str__(self) -> str:
        return f"jeton de {self.client_id}"

    def dead_at(self, now: datetime) -> bool:
        """Whether its hour has passed."""
        return self.expires_at <= now
