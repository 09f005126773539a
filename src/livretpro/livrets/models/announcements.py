"""What the teachers of a level are told."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from livretpro.livrets.models.periodicity import LEVEL_VALUES, LEVELS
from livretpro.schools.models import SchoolYear

ANNOUNCEMENT_MAX = 2000


class Announcement(models.Model):
    """What the teachers of a level are told: a message of the head, or a reminder of a closing.

    A reminder bears the closing it is about and how many days before it is told: once each.
    """

    school_year = models.ForeignKey(
        SchoolYear, on_delete=models.CASCADE, related_name="announcements"
    )
    cfd = models.CharField("diplôme", max_length=8)
    level = models.CharField("niveau", max_length=10, choices=LEVELS)
    subject = models.CharField("objet", max_length=200)
    text = models.CharField("texte", max_length=ANNOUNCEMENT_MAX)
    sender_name = models.CharField("auteur", max_length=160)
    sent_at = models.DateTimeField("envoyée le", auto_now_add=True)
    closes_on = models.DateField("fermeture rappelée", null=True, blank=True)
    days_before = models.PositiveSmallIntegerField("jours avant", null=True, blank=True)

    class Meta:
        verbose_name = "annonce"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["school_year", "cfd", "level", "closes_on", "days_before"],
                condition=Q(days_before__isnull=False),
                name="one_reminder",
            ),
            models.CheckConstraint(
                condition=Q(closes_on__isnull=True, days_before__isnull=True)
                | Q(closes_on__isnull=False, days_before__isnull=False),
                name="announcement_reminder",
            ),
            models.CheckConstraint(condition=Q(level__in=LEVEL_VALUES), name="announcement_level"),
        ]

    def __str__(self) -> str:
        return self.subject


class AnnouncementReader(models.Model):
    """A teacher an announcement is for: when it was read on screen, when it left by mail.

    A mail is claimed before it is handed to the server: claimed and never mailed, nobody knows
    whether it left, and it is not sent again.
    """

    announcement = models.ForeignKey(Announcement, on_delete=models.CASCADE, related_name="readers")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="announcements"
    )
    seen_at = models.DateTimeField("vue le", null=True, blank=True)
    mail_claimed_at = models.DateTimeField("courriel pris le", null=True, blank=True)
    mailed_at = models.DateTimeField("courriel parti le", null=True, blank=True)

    class Meta:
        verbose_name = "destinataire d’une annonce"
        verbose_name_plural = "destinataires d’une annonce"
        constraints = [
            models.UniqueConstraint(fields=["announcement", "user"], name="announcement_reader"),
            models.CheckConstraint(
                condition=Q(mailed_at__isnull=True) | Q(mail_claimed_at__isnull=False),
                name="announcement_mail_claimed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.announcement_id} pour {self.user_id}"
