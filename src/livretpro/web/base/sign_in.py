"""Sign-in, by allauth: closed to sign-up, slowed down by account and address (spec 08)."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import LoginForm
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.views import LoginView
from allauth.core import ratelimit
from allauth.core.internal.ratelimit import get_ip
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from livretpro.accounts.actions import notices_to_show
from livretpro.accounts.models import User
from livretpro.accounts.queries import person as account_of
from livretpro.schools.account_trail import tell_account, tell_closed_door, tell_sign_in
from livretpro.web.base.forms import INPUT, focus_on_error
from livretpro.web.base.throttling import TRIES, first_of

FORM_ERRORS = "form-errors"
PROVIDER = "fournisseur"
"""How a session names the provider among its ways in; `through` bears its label."""


def through_provider(request: HttpRequest, user: User) -> str:
    """The label of the provider that opened this session; empty after a password. No query."""
    records = get_authentication_records(request, user)
    return next((str(r["through"]) for r in records if r.get("method") == PROVIDER), "")


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """What allauth asks the site."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": (
            "L’identifiant ou le mot de passe n’est pas le bon. "
            "Vérifiez les majuscules, puis recommencez."
        ),
        "too_many_login_attempts": (
            "Trop d’essais pour cet identifiant depuis ce réseau. Réessayez dans cinq minutes."
        ),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 (allauth's signature)
        """Never: accounts are made by the school."""
        return False

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:  # noqa: ARG002
        """Say it on the sign-in page; only the right password leads here."""
        messages.error(
            request,
            "Ce compte est désactivé. Adressez-vous à l’administrateur de votre établissement.",
        )
        return redirect("account_login")

    def post_login(self, request: HttpRequest, user: User, **more: Any) -> HttpResponse:
        """Tell what others did to the account since, and journal the sign-in."""
        now = timezone.now()
        for text in notices_to_show(user, now=now):
            messages.warning(request, text)
        tell_sign_in(user, on=timezone.localdate(now), through=through_provider(request, user))
        answer: HttpResponse = super().post_login(request, user, **more)
        return answer

    def logout(self, request: HttpRequest) -> None:
        """Journal the sign-out, then end the session."""
        if isinstance(request.user, User):
            tell_account(request.user, "quitte", "session", on=timezone.localdate())
        super().logout(request)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Journal the failure that closes the door, once for an account, an address and a window.

        The others are not told one by one, nor those at identifiers that nobody bears.
        """
        key = self._get_login_attempts_cache_key(request, **credentials)
        if ratelimit.consume(request, action="login_failed", key=key, dry_run=True):
            return
        owner = account_of(credentials["username"])
        if owner is not None and first_of("porte fermée", key):
            tell_closed_door(owner, get_ip(request), tries=TRIES, on=timezone.localdate())

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Account + address: a whole lycée sits behind one address, and nobody locks the owner out.

        allauth's own key holds the Host header, whose port the caller may choose at will.
        """
        return f"{credentials['username'].lower()} {get_ip(request)}"


class SignInForm(LoginForm):  # type: ignore[misc]
    """Identifier and password, in the words of the school."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._dress("login", "Identifiant", "Saisissez votre identifiant.")
        self._dress("password", "Mot de passe", "Saisissez votre mot de passe.")
        self.fields["login"].help_text = "Le plus souvent prenom.nom."
        self.fields["login"].widget.attrs |= {"autocapitalize": "none", "spellcheck": "false"}

    def _dress(self, name: str, label: str, required: str) -> None:
        field = self.fields[name]
        field.label, field.help_text = label, ""
        field.error_messages["required"] = required
        field.widget.attrs["class"] = INPUT
        field.widget.attrs.pop("placeholder", None)


class SignInView(LoginView):  # type: ignore[misc]
    """allauth's sign-in; a refusal puts the focus where the person must type again."""

    form_class = SignInForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The provider, when there is one, has its button."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"provider": settings.SIGN_IN_PROVIDER}

    def form_invalid(self, form: SignInForm) -> HttpResponse:
        """Show what was refused; the identifier is kept."""
        focus_on_error(form)
        if form.non_field_errors():
            form.fields["password"].widget.attrs |= {
                "autofocus": True,
                "aria-invalid": "true",
                "aria-describedby": FORM_ERRORS,
            }
        answer: HttpResponse = super().form_invalid(form)
        return answer
