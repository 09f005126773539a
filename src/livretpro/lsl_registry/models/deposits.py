"""Tokens by which a software deposits its files by itself; only their digest is kept."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from livretpro.bearer import Counted
from livretpro.schools.models import School

if TYPE_CHECKING:
    from livretpro.schools.actors import Actor

NAME_MAX = 80


class DepositTokenQuerySet(models.QuerySet["DepositToken"]):
    """Tokens an actor may see."""

    def visible_to(self, actor: "Actor") -> "DepositTokenQuerySet":
        """Those of the school, for its head and DDFPT alone."""
        own = self.filter(school=actor.school)
        return own if actor.is_head else own.none()


class DepositToken(Counted):
    """The token of a software: it deposits files of one school, and reads what became of them."""

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="deposit_tokens")
    name = models.CharField("logiciel", max_length=NAME_MAX)
    digest = models.CharField("empreinte du jeton", max_length=64, unique=True)
    author_name = models.CharField("auteur", max_length=160)
    created_at = models.DateTimeField("créé le", auto_now_add=True)
    revoked_at = models.DateTimeField("révoqué le", null=True, blank=True)

    objects = DepositTokenQuerySet.as_manager()

    class Meta:
        verbose_name = "jeton de dépôt"
        verbose_name_plural = "jetons de dépôt"
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                "school", Lower("name"), condition=Q(revoked_at=None), name="one_deposit_token"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="deposit_token_named"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def live(self) -> bool:
        """Whether it still opens the door."""
        return self.revoked_at is None
