"""The second factor on screen: asked at sign-in, set up when a role wants it (spec 08)."""

import base64
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.core import context, ratelimit
from allauth.core.internal.ratelimit import get_ip
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.totp.internal.auth import clear_totp_secret, get_totp_secret
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from livretpro.accounts.models import User
from livretpro.accounts.second_factor import (
    WrongCode,
    holds_second_factor,
    recovery_codes_left,
    remove_second_factor,
    renew_recovery_codes,
    set_second_factor,
)
from livretpro.hidden import KeyChanged
from livretpro.schools.account_trail import tell_account, tell_closed_door
from livretpro.schools.actors import Actor
from livretpro.schools.queries import second_factor_is_asked
from livretpro.web.base.forms import INPUT, OneTimeForm, focus_on_error
from livretpro.web.base.person import person
from livretpro.web.base.throttling import TRIES, first_of

MFA = "mfa"
UNREADABLE = (
    "Votre second facteur ne se lit plus : les clés de cette instance ont changé. L’administrateur "
    "de votre établissement, ou l’exploitant, vous le retire, et vous en réglerez un autre."
)


def lacks_second_factor(request: HttpRequest, actor: Actor) -> bool:
    """Whether a role here asks for a second factor that this session did not give. No query."""
    return actor.needs_second_factor and did_not_give_one(request)


def did_not_give_one(request: HttpRequest) -> bool:
    """Whether this session lacks the second factor, where this instance asks for one. No query."""
    if not settings.SECOND_FACTOR_REQUIRED:
        return False
    records = get_authentication_records(request, person(request))
    return not any(record.get("method") == MFA for record in records)


def to_second_factor(request: HttpRequest) -> HttpResponse:
    """Where to go instead: setting it up, or signing in with it."""
    return redirect(f"{reverse('second_factor')}?pour={request.path}")


class FactorForm(AuthenticateForm):  # type: ignore[misc]
    """The code at sign-in, in the words of the school."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["code"]
        field.label = "Code de l’application, ou code de secours"
        field.error_messages["required"] = "Saisissez le code à six chiffres de votre application."
        field.widget.attrs |= {"class": INPUT, "inputmode": "numeric", "autofocus": True}
        field.widget.attrs.pop("placeholder", None)

    def clean_code(self) -> str:
        """Refuse a wrong code; the one that closes the door is journalled, as of passwords."""
        try:
            code: str = super().clean_code()
        except KeyChanged as error:
            raise ValidationError(UNREADABLE) from error
        except ValidationError:
            self._tell_closed_door()
            raise
        return code

    def _tell_closed_door(self) -> None:
        """allauth counts by account; the journal is told once a window."""
        request, key = context.request, f"mfa-auth-user-{self.user.pk}"
        if ratelimit.consume(request, action="login_failed", key=key, dry_run=True):
            return
        if first_of("second facteur fermé", key):
            today = timezone.localdate()
            address = get_ip(request)
            tell_closed_door(self.user, address, tries=TRIES, on=today, second_factor=True)


class FactorView(AuthenticateView):  # type: ignore[misc]
    """allauth's step between the password and the session."""

    form_class = FactorForm
    template_name = "account/second_factor_code.html"


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def second_factor(request: HttpRequest) -> HttpResponse:
    """Set the second factor up, or see where it stands.

    Somebody who has one but did not give it in this session signs in again with it.
    """
    user = person(request)
    if holds_second_factor(user):
        return _standing(request, user)
    form = OneTimeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            codes = set_second_factor(user, get_totp_secret(), form.cleaned_data["code"])
        except WrongCode as refusal:
            form.add_error("code", refusal.phrase)
        else:
            return _set_up(request, user, codes)
    return _setting_up(request, user, form)


@never_cache
@require_POST
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """New recovery codes, shown once: this page answers the POST."""
    user = person(request)
    if not holds_second_factor(user) or not _given(request, user):
        return redirect("second_factor")
    codes = renew_recovery_codes(user)
    tell_account(user, "renouvelle", "codes de secours", on=timezone.localdate())
    return _codes(request, codes)


@require_POST
def remove(request: HttpRequest) -> HttpResponse:
    """Do without, where no role asks for it."""
    user, today = person(request), timezone.localdate()
    if second_factor_is_asked(user, on=today):
        messages.error(request, "Votre rôle demande un second facteur : il ne se retire pas.")
    elif _given(request, user) and remove_second_factor(user):
        tell_account(user, "retire", "second facteur", on=today)
        messages.success(request, "Le second facteur est retiré.")
    return redirect("second_factor")


def _given(request: HttpRequest, user: User) -> bool:
    return any(r.get("method") == MFA for r in get_authentication_records(request, user))


def _standing(request: HttpRequest, user: User) -> HttpResponse:
    context = {
        "given": _given(request, user),
        "left": recovery_codes_left(user),
        "asked": second_factor_is_asked(user, on=timezone.localdate()),
    }
    return render(request, "account/second_factor.html", context)


def _set_up(request: HttpRequest, user: User, codes: list[str]) -> HttpResponse:
    clear_totp_secret(request)
    record_authentication(request, user, MFA, type="totp")
    tell_account(user, "ajoute", "second facteur", on=timezone.localdate())
    return _codes(request, codes)


def _codes(request: HttpRequest, codes: list[str]) -> HttpResponse:
    shown = [f"{code[:4]} {code[4:]}" for code in codes]
    return render(request, "account/recovery_codes.html", {"codes": shown})


def _setting_up(request: HttpRequest, user: User, form: OneTimeForm) -> HttpResponse:
    """The secret stays the same in the session: a mistyped code does not ask for another scan."""
    secret, adapter = get_totp_secret(), get_adapter()
    drawn = adapter.build_totp_svg(adapter.build_totp_url(user, secret))
    focus_on_error(form)
    context = {
        "form": form,
        "picture": f"data:image/svg+xml;base64,{base64.b64encode(drawn.encode()).decode()}",
        "secret": " ".join(secret[i : i + 4] for i in range(0, len(secret), 4)),
        "asked": second_factor_is_asked(user, on=timezone.localdate()),
    }
    status = 422 if form.errors else 200
    return render(request, "account/second_factor_set.html", context, status=status)
