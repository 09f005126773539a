"""The door of gunicorn."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "livretpro.settings")
application = get_wsgi_application()

from livretpro.database_limits import limit_waits  # noqa: E402 (Django starts first)

limit_waits()
