"""The door of gunicorn."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "livretpro.settings")
application = get_wsgi_application()

from django.urls import get_resolver  # noqa: E402 (Django starts first)

from livretpro.database_limits import limit_waits  # noqa: E402

limit_waits()
get_resolver().reverse_dict  # noqa: B018 (every view is loaded now, not by whoever comes first)
