"""People and how they sign in. Roles are memberships of `schools`, never flags here."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models.functions import Lower

from livretpro.accounts.rules import IDENTIFIER_MAX


class UserManager(BaseUserManager["User"]):
    """Finds people by their identifier, whatever the case they type it in."""

    def get_by_natural_key(self, username: str | None) -> "User":
        """The person who signs in as `username`; raises `User.DoesNotExist`."""
        return self.get(identifier__iexact=username)


class User(AbstractBaseUser):
    """A person who can sign in, perhaps in several schools."""

    identifier = models.CharField("identifiant", max_length=IDENTIFIER_MAX, unique=True)
    last_name = models.CharField("nom", max_length=65)
    first_name = models.CharField("prénom", max_length=50)
    email = models.EmailField("adresse électronique", blank=True)
    is_active = models.BooleanField("actif", default=True)
    needs_long_password = models.BooleanField("mot de passe long exigé", default=False)
    has_long_password = models.BooleanField("mot de passe long", default=True)
    beyond_schools = models.BooleanField("au-delà des établissements", default=False)
    """Whether the account opens more than schools: only the operator gives it a code."""

    objects = UserManager()

    USERNAME_FIELD = "identifier"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = []

    class Meta:
        verbose_name = "personne"
        verbose_name_plural = "personnes"
        constraints = [
            models.UniqueConstraint(Lower("identifier"), name="user_identifier_any_case")
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        """First name and name, as shown on every page."""
        return f"{self.first_name} {self.last_name}"

    @property
    def lacks_long_password(self) -> bool:
        """Whether the password was chosen before a role asked for a long one (ADR 40)."""
        short = self.needs_long_password and not self.has_long_password
        return short and self.has_usable_password()


class ActivationCode(models.Model):
    """A one-time code, kept as a digest only (spec 08, Accounts)."""

    user = models.OneToOneField(
        User, on_delete=models.CASCADE, primary_key=True, related_name="activation"
    )
    digest = models.CharField("empreinte", max_length=64, unique=True)
    expires_at = models.DateTimeField("expire le")

    class Meta:
        verbose_name = "code d’activation"
        verbose_name_plural = "codes d’activation"

    def __str__(self) -> str:
        return f"code de {self.user_id}"


class Session(AbstractBaseSession):
    """A browser where somebody works; `expire_date` never moves (livretpro.accounts.sessions)."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="sessions")
    opened_at = models.DateTimeField("ouverte le")
    seen_at = models.DateTimeField("vue le")

    class Meta:
        verbose_name = "session"

    def __str__(self) -> str:
        return f"session de {self.user_id}"


class Notice(models.Model):
    """Something done to an account by somebody else, told to its person at the next sign-in."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notices")
    text = models.CharField("texte", max_length=300)
    made_at = models.DateTimeField("fait le")
    shown_at = models.DateTimeField("montré le", null=True, blank=True)

    class Meta:
        verbose_name = "avis"
        verbose_name_plural = "avis"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.text


class ProviderLink(models.Model):
    """Who an account is at the provider of OpenID Connect: one identity, one account (ADR 18)."""

    user = models.OneToOneField(
        User, on_delete=models.CASCADE, primary_key=True, related_name="provider_link"
    )
    issuer = models.CharField("fournisseur", max_length=200)
    subject = models.CharField("identité chez le fournisseur", max_length=255)
    by_claim = models.BooleanField("rapproché par le fournisseur")
    made_at = models.DateTimeField("fait le")

    class Meta:
        verbose_name = "liaison au fournisseur d’identité"
        verbose_name_plural = "liaisons au fournisseur d’identité"
        constraints = [
            models.UniqueConstraint(fields=["issuer", "subject"], name="one_account_an_identity")
        ]

    def __str__(self) -> str:
        return f"liaison de {self.user_id}"
