"""First sign-in and reset: a one-time code gives the right to set a password (spec 08)."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.password_validation import password_validators_help_texts
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from livretpro.accounts.actions import BadCode, activate, user_of_code
from livretpro.accounts.models import User
from livretpro.schools.account_trail import tell_account
from livretpro.web.base.forms import CodeForm, NewPasswordForm, focus_on_error


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enter_code(request: HttpRequest) -> HttpResponse:
    """Ask for the code; a good one leads to the choice of the password."""
    form = CodeForm(request.POST or None)
    if form.is_valid():
        code = form.cleaned_data["code"]
        try:
            user_of_code(code, now=timezone.now())
        except BadCode as refusal:
            form.add_error("code", refusal.phrase)
        else:
            return redirect("activate", code=code)
    return _code_page(request, form)


@login_not_required
@never_cache
@sensitive_post_parameters("password", "again")
@require_http_methods(["GET", "HEAD", "POST"])
def choose_password(request: HttpRequest, code: str) -> HttpResponse:
    """Set the password of the account this code is for. Nobody is signed in or out."""
    form = NewPasswordForm(request.POST or None)
    try:
        user = user_of_code(code, now=timezone.now())
        if form.is_valid() and _activated(code, form):
            messages.success(request, "Votre mot de passe est enregistré : connectez-vous.")
            return redirect("account_login")
    except BadCode as refusal:
        return _refused_code(request, code, refusal)
    return _password_page(request, form, user)


def _activated(code: str, form: NewPasswordForm) -> bool:
    """Spend the code; a refused password is said in the form, and the code is kept."""
    try:
        user = activate(code, form.cleaned_data["password"], now=timezone.now())
    except ValidationError as refusal:
        form.add_error("password", refusal)
        return False
    tell_account(user, "choisit", "mot de passe", on=timezone.localdate())
    return True


def _refused_code(request: HttpRequest, code: str, refusal: BadCode) -> HttpResponse:
    form = CodeForm({"code": code})
    form.add_error("code", refusal.phrase)
    return _code_page(request, form)


def _code_page(request: HttpRequest, form: CodeForm) -> HttpResponse:
    focus_on_error(form)
    return render(request, "account/code.html", {"form": form})


def _password_page(request: HttpRequest, form: NewPasswordForm, user: User) -> HttpResponse:
    focus_on_error(form)
    form.fields["password"].help_text = " ".join(password_validators_help_texts())
    return render(request, "account/new_password.html", {"form": form, "who": user})
