"""« Mon compte »: who I am here, my password, my other browsers (spec 08, Accounts)."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.password_validation import (
    password_validators_help_texts,
    validate_password,
)
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from livretpro.accounts.actions import end_sessions, set_password
from livretpro.accounts.models import User
from livretpro.accounts.queries import provider_link_of, sessions_of
from livretpro.accounts.second_factor import holds_second_factor
from livretpro.schools.account_trail import tell_account
from livretpro.schools.queries import roles_of
from livretpro.web.base.forms import ChangePasswordForm, focus_on_error
from livretpro.web.base.person import person
from livretpro.web.base.throttling import TooMany, count_try, forget_tries

WRONG = "Ce n’est pas votre mot de passe actuel."


@never_cache
@sensitive_post_parameters("current", "password", "again")
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """My account; posting changes my password and ends my other sessions. Six queries."""
    user = person(request)
    form = ChangePasswordForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and _changed(request, user, form):
        messages.success(
            request, "Votre mot de passe est changé ; vos autres appareils sont déconnectés."
        )
        return redirect("account")
    return _page(request, user, form)


@require_POST
def end_others(request: HttpRequest) -> HttpResponse:
    """Sign every other browser of mine out."""
    user = person(request)
    ended = end_sessions(user, keep_session=request.session.session_key)
    tell_account(user, "deconnecte", "autres sessions", on=timezone.localdate())
    plural = "s" if ended > 1 else ""
    messages.success(request, f"{ended} autre{plural} appareil{plural} déconnecté{plural}.")
    return redirect("account")


def _changed(request: HttpRequest, user: User, form: ChangePasswordForm) -> bool:
    """Change the password; what is refused is said in the form."""
    try:
        _check_current(user, form.cleaned_data["current"])
        validate_password(form.cleaned_data["password"], user)
    except TooMany as refusal:
        form.add_error("current", refusal.phrase)
        return False
    except ValidationError as refusal:
        form.add_error("password" if refusal.messages != [WRONG] else "current", refusal)
        return False
    set_password(user, form.cleaned_data["password"], keep_session=request.session.session_key)
    update_session_auth_hash(request, user)
    tell_account(user, "modifie", "mot de passe", on=timezone.localdate())
    return True


def _check_current(user: User, typed: str) -> None:
    """Raise `ValidationError` for another password, `TooMany` after twenty of them."""
    count_try("mot de passe", user.identifier)
    if not user.check_password(typed):
        raise ValidationError(WRONG)
    forget_tries("mot de passe", user.identifier)


def _page(request: HttpRequest, user: User, form: ChangePasswordForm) -> HttpResponse:
    focus_on_error(form)
    form.fields["password"].help_text = " ".join(password_validators_help_texts())
    now = timezone.now()
    others = [s for s in sessions_of(user, now=now) if s.session_key != request.session.session_key]
    context: dict[str, Any] = {
        "form": form,
        "held": roles_of(user, on=timezone.localdate(now)),
        "second_factor": holds_second_factor(user),
        "others": others,
        "provider": settings.SIGN_IN_PROVIDER,
        "link": provider_link_of(user),
    }
    return render(request, "account/account.html", context, status=422 if form.errors else 200)
