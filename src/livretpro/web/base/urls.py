"""Addresses of the shell. Of allauth, only sign-in and sign-out are served."""

from allauth.account.views import logout
from django.urls import path
from django.views.decorators.http import require_http_methods, require_POST

from livretpro.web.base import activation, health, views
from livretpro.web.base.sign_in import SignInView

urlpatterns = [
    path("", views.home, name="home"),
    path("ecoles/", views.schools, name="schools"),
    path("ecole/<str:uai>/", views.school, name="school"),
    path("ecole/<str:uai>/diplomes/", views.choose, name="choose"),
    path(
        "connexion/",
        require_http_methods(["GET", "HEAD", "POST"])(SignInView.as_view()),
        name="account_login",
    ),
    path("deconnexion/", require_POST(logout), name="account_logout"),
    path("activation/", activation.enter_code, name="activation"),
    path("activation/<str:code>/", activation.choose_password, name="activate"),
    path("a-propos/", views.about, name="about"),
    path("sante/vivant", health.alive, name="alive"),
    path("sante/pret", health.ready, name="ready"),
]
