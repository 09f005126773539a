"""Settings of the least application that `serve` can run."""

import os
from pathlib import Path

from livretpro.database_url import parse_database_url

SECRET_KEY = "of no use"
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = "minimal_settings"
urlpatterns: list[object] = []
INSTALLED_APPS = ["procrastinate.contrib.django"]
DATABASES = {
    "default": parse_database_url(os.environ["DATABASE_URL"])
    if "DATABASE_URL" in os.environ
    else {
        "ENGINE": "livretpro.embedded.backend",
        "NAME": "livretpro",
        "EMBEDDED_DATA": Path(os.environ["LIVRETPRO_DATA"]) / "pg",
    }
}
USE_TZ = True
