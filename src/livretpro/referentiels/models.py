"""Published reference data: no personal data here."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q


class Referentiel(models.Model):
    """One version of the référentiel of a diploma, as its source file tells it.

    A version that a school made for itself bears its UAI and the code of the diploma; shipped ones
    bear neither. This layer does not know schools: they are named by text.
    """

    slug = models.SlugField("code court", max_length=80)
    version = models.PositiveIntegerField("version")
    sigle = models.CharField("sigle", max_length=40)
    label = models.CharField("intitulé", max_length=200)
    complete = models.BooleanField("complet")
    reliability = models.TextField("fiabilité", blank=True)
    source = models.JSONField("fichier source")
    digest = models.CharField("empreinte", max_length=64)
    loaded_at = models.DateTimeField("chargé le", auto_now_add=True)
    school_uai = models.CharField("établissement", max_length=8, blank=True)
    cfd = models.CharField("code formation-diplôme", max_length=8, blank=True)
    author_name = models.CharField("auteur", max_length=160, blank=True)

    class Meta:
        verbose_name = "référentiel"
        constraints = [
            models.UniqueConstraint(fields=["slug", "version"], name="referentiel_version"),
            models.CheckConstraint(
                condition=Q(school_uai="", cfd="") | (~Q(school_uai="") & ~Q(cfd="")),
                name="referentiel_of_a_school",
            ),
        ]
        indexes = [
            models.Index(fields=["school_uai", "cfd", "-version"], name="referentiel_own"),
        ]

    def __str__(self) -> str:
        return f"{self.sigle} v{self.version}"

    @property
    def is_own(self) -> bool:
        """Whether a school made it for itself."""
        return bool(self.school_uai)


class Competence(models.Model):
    """A competence or sub-competence of one version of a référentiel."""

    referentiel = models.ForeignKey(
        Referentiel, on_delete=models.CASCADE, related_name="competences"
    )
    parent = models.ForeignKey(
        "self", on_delete=models.CASCADE, null=True, blank=True, related_name="children"
    )
    code = models.CharField("code", max_length=20)
    label = models.CharField("intitulé", max_length=300)
    position = models.PositiveIntegerField("rang")
    expected = models.BooleanField("attendue au livret")

    class Meta:
        verbose_name = "compétence"
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["referentiel", "code"], name="competence_code"),
            models.UniqueConstraint(fields=["referentiel", "position"], name="competence_position"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.label}"


class Diploma(models.Model):
    """A diploma, named by its formation-diplôme code (8 digits)."""

    cfd = models.CharField("code formation-diplôme", max_length=8, unique=True)
    sigle = models.CharField("sigle", max_length=40, blank=True)
    label = models.CharField("intitulé", max_length=200)
    referentiel = models.ForeignKey(
        Referentiel, on_delete=models.PROTECT, null=True, blank=True, related_name="diplomas"
    )

    class Meta:
        verbose_name = "diplôme"
        ordering = ["label"]
        constraints = [
            models.CheckConstraint(condition=Q(cfd__regex=r"^[0-9]{8}$"), name="diploma_cfd"),
        ]

    def __str__(self) -> str:
        return f"Bac pro {self.sigle}" if self.sigle else self.label


class Mef(models.Model):
    """A MEF of the national nomenclature (BCN), for one school year."""

    school_year = models.PositiveSmallIntegerField("année scolaire (premier millésime)")
    code = models.CharField("code sur dix chiffres", max_length=10)
    mefstat = models.CharField("MEF statistique", max_length=11)
    cfd = models.CharField("code formation-diplôme", max_length=8)
    label = models.CharField("libellé", max_length=200)
    ministry = models.CharField("ministère", max_length=10)

    class Meta:
        verbose_name = "MEF"
        constraints = [
            models.UniqueConstraint(fields=["code", "school_year"], name="mef_code_year"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.label}"


class Subject(models.Model):
    """A subject (matière) by its SIECLE code."""

    code = models.CharField("code", max_length=6, unique=True)
    label = models.CharField("libellé", max_length=200)

    class Meta:
        verbose_name = "matière"

    def __str__(self) -> str:
        return f"{self.code} {self.label}"


class Nomenclature(models.Model):
    """A nomenclature of LSL codes: the provisional one, or an official one (spec 03, Codes).

    One that bears a school's UAI is the file of that school, for the Registre alone.
    """

    name = models.CharField("nom", max_length=80)
    provisional = models.BooleanField("provisoire")
    school_uai = models.CharField("établissement", max_length=8, blank=True)
    digest = models.CharField("empreinte", max_length=64)
    millesimes = ArrayField(models.PositiveSmallIntegerField(), verbose_name="millésimes")
    loaded_at = models.DateTimeField("chargée le", auto_now_add=True)

    class Meta:
        verbose_name = "nomenclature LSL"
        constraints = [
            models.UniqueConstraint(fields=["digest", "school_uai"], name="nomenclature_file"),
        ]

    def __str__(self) -> str:
        return self.name


class NomenclatureCode(models.Model):
    """The 4-digit code of one competence, for one MEF, subject and millésime."""

    nomenclature = models.ForeignKey(Nomenclature, on_delete=models.CASCADE, related_name="codes")
    millesime = models.PositiveSmallIntegerField("millésime")
    mef = models.CharField("MEF sur dix chiffres", max_length=10)
    subject = models.CharField("matière", max_length=6)
    mode = models.CharField("modalité d’élection", max_length=1)
    code = models.CharField("code LSL", max_length=4)
    competence = models.CharField("code de la compétence", max_length=20)
    label = models.CharField("intitulé", max_length=320)

    class Meta:
        verbose_name = "code de la nomenclature LSL"
        constraints = [
            models.UniqueConstraint(
                fields=["nomenclature", "millesime", "mef", "subject", "mode", "code"],
                name="nomenclature_code",
            ),
            models.CheckConstraint(condition=Q(code__regex=r"^[0-9]{4}$"), name="lsl_code"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.competence}"


class OwnCode(models.Model):
    """The LSL code of a competence that only a school has: from 8001 up on this instance.

    Given once to a wording, never given again (spec 03, Codes): `label` is the code of the
    competence and its words, which another code follows as soon as they change.
    """

    school_uai = models.CharField("établissement", max_length=8)
    cfd = models.CharField("code formation-diplôme", max_length=8)
    competence = models.CharField("code de la compétence", max_length=20)
    code = models.CharField("code LSL", max_length=4, unique=True)
    label = models.CharField("intitulé", max_length=320)

    class Meta:
        verbose_name = "code LSL d’un établissement"
        verbose_name_plural = "codes LSL d’un établissement"
        constraints = [
            models.UniqueConstraint(fields=["school_uai", "cfd", "label"], name="own_code_label"),
            models.CheckConstraint(
                condition=Q(code__regex=r"^[89][0-9]{3}$"), name="own_code_range"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.competence}"
