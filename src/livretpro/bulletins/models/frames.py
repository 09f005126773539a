"""Sectors and reference frames: what a division is evaluated on (spec 06)."""

from django.db import models
from django.db.models import F, Q

from livretpro.bulletins.models.teaching import Subject
from livretpro.bulletins.words import Grouping
from livretpro.referentiels.models import Referentiel
from livretpro.schools.models import Division, School

GROUPINGS = [(grouping.value, grouping.label) for grouping in Grouping]
GROUPED = Q(grouping__in=[grouping.value for grouping in Grouping])


class Sector(models.Model):
    """A sector (filière): a diploma, named by its formation-diplôme code.

    `available` says whether the import of CPRO data is open to it.
    """

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="sectors")
    code = models.CharField("code formation-diplôme", max_length=8)
    label = models.CharField("intitulé", max_length=200)
    grouping = models.CharField("évaluation", max_length=10, choices=GROUPINGS)
    available = models.BooleanField("import CPRO possible", default=True)

    class Meta:
        verbose_name = "filière"
        ordering = ["label"]
        constraints = [
            models.UniqueConstraint(fields=["school", "code"], name="bulletin_sector_code"),
            models.CheckConstraint(
                condition=Q(code__regex=r"^[0-9]{8}$"), name="bulletin_sector_cfd"
            ),
            models.CheckConstraint(condition=GROUPED, name="bulletin_sector_grouping"),
        ]

    def __str__(self) -> str:
        return self.label


class DivisionSector(models.Model):
    """The sector of a division; no row: nobody said it yet."""

    division = models.OneToOneField(Division, on_delete=models.CASCADE, related_name="sector_line")
    sector = models.ForeignKey(Sector, on_delete=models.PROTECT, related_name="division_lines")

    class Meta:
        verbose_name = "filière d’une division"
        verbose_name_plural = "filières des divisions"

    def __str__(self) -> str:
        return f"{self.division_id} {self.sector_id}"


class Frame(models.Model):
    """The reference frame of a subject for a sector.

    `referentiel` is the version it was made from, and where its CPRO codes are looked for.
    """

    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="frames")
    sector = models.ForeignKey(Sector, on_delete=models.PROTECT, related_name="frames")
    label = models.CharField("intitulé", max_length=200)
    referentiel = models.ForeignKey(
        Referentiel, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = "référentiel d’une matière"
        verbose_name_plural = "référentiels par matière"
        constraints = [
            models.UniqueConstraint(fields=["subject", "sector"], name="bulletin_frame_key"),
        ]

    def __str__(self) -> str:
        return self.label


class FrameItem(models.Model):
    """A line of a frame. Without parent: a significant element where the sector is evaluated by
    element, a competence where it is by competence; under it, items, then sub-items.

    Degrees stand on any line; CPRO speaks of it by `cpro_code`, empty as long as it is unknown.
    """

    frame = models.ForeignKey(Frame, on_delete=models.CASCADE, related_name="items")
    parent = models.ForeignKey(
        "self", on_delete=models.CASCADE, null=True, blank=True, related_name="children"
    )
    rank = models.PositiveSmallIntegerField("rang")
    label = models.CharField("intitulé", max_length=300)
    bulletin_label = models.CharField("intitulé au bulletin", max_length=300, blank=True)
    cpro_code = models.CharField("code CPRO", max_length=20, blank=True)

    class Meta:
        verbose_name = "élément d’un référentiel"
        verbose_name_plural = "éléments d’un référentiel"
        ordering = ["frame", "rank"]
        constraints = [
            models.UniqueConstraint(fields=["frame", "rank"], name="bulletin_item_rank"),
            models.UniqueConstraint(
                fields=["frame", "cpro_code"],
                condition=~Q(cpro_code=""),
                name="bulletin_item_cpro_code",
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("pk")), name="bulletin_item_parent"
            ),
        ]

    def __str__(self) -> str:
        return self.shown

    @property
    def shown(self) -> str:
        """What the bulletin calls it."""
        return self.bulletin_label or self.label

    @property
    def short(self) -> str:
        """What stands for it in a narrow place: its code, else its rank."""
        return self.cpro_code or f"n° {self.rank}"
