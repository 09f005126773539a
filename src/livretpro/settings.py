"""Settings of an instance. What varies comes from the environment (docs/exploitation)."""

import os
from pathlib import Path

from csp.constants import NONE, SELF

from livretpro import logs, sign_in_provider
from livretpro.addresses import hosts_of, mail_settings
from livretpro.database_url import database_owner, parse_database_url
from livretpro.keys import secret_key
from livretpro.systems import apps_of, here

BASE_DIR = Path(__file__).resolve().parents[2]
DATA_DIR = Path(os.environ.get("LIVRETPRO_DATA") or BASE_DIR / "var").absolute()
REFERENCE_DIR = BASE_DIR / "data"

DEBUG = False
SECRET_KEY = os.environ.get("LIVRETPRO_SECRET_KEY") or secret_key(DATA_DIR / "cles")
JOURNAL_KEY = os.environ.get("LIVRETPRO_JOURNAL_KEY", "")  # empty: kept in the data folder
LIVRETPRO_URL = (os.environ.get("LIVRETPRO_URL") or "http://localhost:8000").rstrip("/")
ALLOWED_HOSTS = (os.environ.get("LIVRETPRO_HOSTS") or hosts_of(LIVRETPRO_URL)).split(",")
SERVED_BY_TLS = LIVRETPRO_URL.startswith("https://")

SYSTEMS = here()
INSTALLED_APPS = [
    "livretpro.web.base",
    *apps_of(SYSTEMS),
    "livretpro.phrases",
    "livretpro.schools",
    "livretpro.referentiels",
    "livretpro.accounts",
    "livretpro.journal",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "csp",
    "django_htmx",
    "procrastinate.contrib.django",
]

MIDDLEWARE = [
    "livretpro.web.base.middleware.request_id",
    "livretpro.web.base.middleware.bounded",
    "livretpro.web.base.middleware.refused_method",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "livretpro.web.base.middleware.by_itself",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "livretpro.web.base.middleware.SignInRequired",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "livretpro.web.base.middleware.no_store",
]

ROOT_URLCONF = "livretpro.urls"
WSGI_APPLICATION = "livretpro.web.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "livretpro.web.base.context.shell",
            ],
        },
    }
]

DATABASES = {
    "default": parse_database_url(os.environ["DATABASE_URL"])
    if os.environ.get("DATABASE_URL")
    else {
        "ENGINE": "livretpro.embedded.backend",
        "NAME": "livretpro",
        "USER": "livretpro_app",
        "EMBEDDED_DATA": DATA_DIR / "pg",
    }
}
# Who owns the tables and migrates them: the same role when DATABASE_OWNER_URL is not given.
DATABASE_OWNER = (
    database_owner(os.environ.get("DATABASE_OWNER_URL", ""))
    if os.environ.get("DATABASE_URL")
    else {"USER": "livretpro"}
)
# The embedded database looked after by this instance: its children are given an address instead.
EMBEDDED = "EMBEDDED_DATA" in DATABASES["default"] or "LIVRETPRO_EMBEDDED" in os.environ
DATABASE_ROLE = DATABASES["default"]["USER"]
DATABASES["default"] |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "base_cache",
        # Holds the throttle counts: made-up identifiers must not push the real ones out.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

# Sign-in (spec 08, Accounts; OWASP's minimum for Argon2id)
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["livretpro.accounts.backends.Backend"]
PASSWORD_HASHERS = ["livretpro.accounts.hashers.Argon2idHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "livretpro.accounts.passwords.LengthByRoleValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("identifier", "last_name", "first_name", "email")},
    },
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "livretpro.web.base.sign_in.Adapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "identifier"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = {"login": False, "login_failed": "20/5m/key"}
MFA_ADAPTER = "livretpro.accounts.second_factor.Adapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_ALLOW_UNVERIFIED_EMAIL = True  # accounts are made by the school, many without an address
MFA_TOTP_ISSUER = "LivretPro"
MFA_TOTP_TOLERANCE = 1  # a telephone half a minute late
# OpenID Connect: none without LIVRETPRO_OIDC_URL and its neighbours (ADR 18).
SOCIALACCOUNT_ADAPTER = "livretpro.accounts.openid.answers.Adapter"
SIGN_IN_PROVIDER, SIGN_IN_PROVIDER_PROBLEMS = sign_in_provider.from_environment(os.environ)
# Head, adjoint, DDFPT and administrator; the demonstration does without, on this machine alone.
SECOND_FACTOR_REQUIRED = not (
    os.environ.get("LIVRETPRO_SANS_SECOND_FACTEUR")
    and hosts_of(LIVRETPRO_URL) == hosts_of("http://localhost")
)
# Set by `livretpro demo` alone: the demo school then shows what to try (ADR 26).
DEMONSTRATION = bool(os.environ.get("LIVRETPRO_DEMONSTRATION")) and not SERVED_BY_TLS
SESSION_ENGINE = "livretpro.accounts.sessions"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SERVED_BY_TLS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "livretpro.web.base.errors.csrf_failure"
CSRF_TRUSTED_ORIGINS = [LIVRETPRO_URL] if SERVED_BY_TLS else []
SECURE_SSL_REDIRECT = SERVED_BY_TLS
SECURE_REDIRECT_EXEMPT = [r"^sante/"]  # probes ask this machine, behind what bears the certificate
SECURE_HSTS_SECONDS = 31_536_000 if SERVED_BY_TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SERVED_BY_TLS
# A name under a school's or an académie's domain is not ours to submit to the preload list.
SILENCED_SYSTEM_CHECKS = ["security.W021"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SERVED_BY_TLS else None
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("LIVRETPRO_PROXIES", "0"))
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
        "manifest-src": [SELF],
    }
}

# Mail: none without LIVRETPRO_SMTP (smtp://, smtp+tls:// or smtps://, with user and password).
globals().update(mail_settings(os.environ.get("LIVRETPRO_SMTP", "")))
DEFAULT_FROM_EMAIL = os.environ.get("LIVRETPRO_EXPEDITEUR", "livretpro@localhost")

LANGUAGE_CODE = "fr"
TIME_ZONE = "Europe/Paris"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = False  # scripts import one another by their plain names

# The confirmation of an import holds one box per pupil to recognise, 2 000 in a large school.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000
FILE_UPLOAD_PERMISSIONS = 0o600  # of what `collectstatic` writes in the data folder

# Workers: one figure for "silent" in every place, else stalled jobs wait for nobody.
STALLED_WORKER_SECONDS = int(os.environ.get("LIVRETPRO_STALLED_SECONDS", "30"))
WORKER_ROUND_SECONDS = min(30, max(1, STALLED_WORKER_SECONDS // 3))  # heartbeats, and the watch
PROCRASTINATE_WORKER_DEFAULTS = {
    "update_heartbeat_interval": WORKER_ROUND_SECONDS,
    "stalled_worker_timeout": STALLED_WORKER_SECONDS,
}
PROCRASTINATE_ON_APP_READY = "livretpro.tasks.on_app_ready"

LOGGING = logs.from_environment()

# LSL (spec 03): what the real schema will replace stands here and in data/.
LSL_PUBLISHER = "LIVRETPRO"
LSL_APPLICATION = "LivretPro"
LSL_SUBJECT_CODE = "071100"
LSL_ELECTION_MODE = "S"
