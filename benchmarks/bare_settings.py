"""The settings of the bare site of P7: the same database and program, one view, and of the
middlewares the one without which the applications do not start."""

from livretpro.settings import *  # noqa: F403 (the same, but for what follows)

ROOT_URLCONF = "benchmarks.bare"
MIDDLEWARE = ["allauth.account.middleware.AccountMiddleware"]
