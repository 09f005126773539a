"""Addresses of the shell. Of allauth, only sign-in and sign-out are served as they are."""

from allauth.account.views import logout
from django.contrib.auth.decorators import login_not_required
from django.urls import path
from django.views.decorators.http import require_http_methods, require_POST

from livretpro.web.base import (
    account,
    activation,
    forgotten,
    health,
    provider,
    provider_link,
    search,
    second_factor,
    views,
)
from livretpro.web.base.school import accounts, imports, inviting, member, phrases
from livretpro.web.base.sign_in import SignInView
from livretpro.web.base.trail.views import journal

urlpatterns = [
    path("", views.home, name="home"),
    path("ecoles/", views.schools, name="schools"),
    path("ecole/<str:uai>/", views.school, name="school"),
    path("ecole/<str:uai>/recherche/", search.search, name="search"),
    path("ecole/<str:uai>/journal/", journal, name="journal"),
    path("ecole/<str:uai>/imports/", imports.imports, name="imports"),
    path("ecole/<str:uai>/imports/<int:batch>/", imports.batch, name="import_batch"),
    path(
        "ecole/<str:uai>/imports/<int:batch>/avancement/", imports.progress, name="import_progress"
    ),
    path("ecole/<str:uai>/imports/<int:batch>/appliquer/", imports.confirm, name="import_apply"),
    path("ecole/<str:uai>/imports/<int:batch>/abandonner/", imports.drop, name="import_drop"),
    path("ecole/<str:uai>/comptes/", accounts.accounts, name="accounts"),
    path("ecole/<str:uai>/comptes/inviter/", inviting.invite_teachers, name="accounts_invite"),
    path("ecole/<str:uai>/comptes/existant/", accounts.known, name="accounts_known"),
    path("ecole/<str:uai>/comptes/<int:membership>/", member.member, name="account_member"),
    path("ecole/<str:uai>/comptes/<int:membership>/code/", accounts.new_code, name="account_code"),
    path(
        "ecole/<str:uai>/comptes/<int:membership>/second-facteur/",
        accounts.lost_factor,
        name="account_factor",
    ),
    path("ecole/<str:uai>/comptes/<int:membership>/retirer/", accounts.end, name="account_end"),
    path("ecole/<str:uai>/phrases/", phrases.phrases, name="phrases"),
    path("ecole/<str:uai>/phrases/liste/", phrases.ready, name="phrases_ready"),
    path("ecole/<str:uai>/phrases/<int:phrase>/", phrases.phrase, name="phrase"),
    path("ecole/<str:uai>/phrases/<int:phrase>/retirer/", phrases.remove, name="phrase_remove"),
    path(
        "connexion/",
        require_http_methods(["GET", "HEAD", "POST"])(SignInView.as_view()),
        name="account_login",
    ),
    path(
        "connexion/second-facteur/",
        require_http_methods(["GET", "HEAD", "POST"])(
            login_not_required(second_factor.FactorView.as_view())
        ),
        name="mfa_authenticate",
    ),
    path("connexion/fournisseur/", provider.sign_in, name="provider"),
    path("connexion/fournisseur/retour/", provider.back, name="provider_back"),
    path("compte/", account.account, name="account"),
    path("compte/autres-appareils/", account.end_others, name="account_others"),
    path("compte/second-facteur/", second_factor.second_factor, name="second_factor"),
    path("compte/second-facteur/codes/", second_factor.recovery_codes, name="recovery_codes"),
    path("compte/second-facteur/retirer/", second_factor.remove, name="second_factor_remove"),
    path("compte/liaison/", provider_link.link, name="provider_link"),
    path("compte/liaison/confirmer/", provider_link.confirm, name="provider_confirm"),
    path("compte/liaison/retirer/", provider_link.unlink, name="provider_unlink"),
    path("deconnexion/", require_POST(logout), name="account_logout"),
    path("mot-de-passe-oublie/", forgotten.forgotten, name="forgotten"),
    path("activation/", activation.enter_code, name="activation"),
    path("activation/<str:code>/", activation.choose_password, name="activate"),
    path("clavier/", views.keyboard, name="keyboard"),
    path("aide/", views.help_index, name="help"),
    path("aide/<slug:slug>/", views.help_page, name="help_page"),
    path("a-propos/", views.about, name="about"),
    path("sante/vivant", health.alive, name="alive"),
    path("sante/pret", health.ready, name="ready"),
]
