"""Settings of the tests: a data folder and a cluster of their own, whatever the environment says.

`TEST_DATABASE_URL` chooses another PostgreSQL server; its role must be allowed to create databases.
"""

import hashlib
import os
import tempfile
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
DURABILITY_OFF = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "wal_level=minimal",
    "max_wal_senders=0",
    "max_connections=200",
)


def _data_folder() -> Path:
    """One folder for each account and checkout, kept from one run to the next."""
    mark = hashlib.sha256(os.fsencode(CHECKOUT)).hexdigest()[:12]
    folder = Path(tempfile.gettempdir()) / f"livretpro-tests-{os.geteuid()}-{mark}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.lstat().st_uid != os.geteuid():
        raise PermissionError(f"{folder} belongs to another account")
    return folder


KEPT = {"LIVRETPRO_REQUIRE_BROWSER"}

for _name in [name for name in os.environ if name.startswith("LIVRETPRO_")]:
    if _name not in KEPT:
        del os.environ[_name]
os.environ["LIVRETPRO_DATA"] = str(_data_folder())
os.environ["DATABASE_URL"] = os.environ.get("TEST_DATABASE_URL", "")

from livretpro.settings import *  # noqa: E402, F403 (the environment comes first)

# Nothing in this cluster has to survive a power cut.
DATABASES["default"] |= {"EMBEDDED_OPTIONS": DURABILITY_OFF}  # noqa: F405

# Tests make and empty tables: they work as the owner. `test_database_roles` plays the other role.
if "EMBEDDED_DATA" in DATABASES["default"]:  # noqa: F405
    DATABASES["default"]["USER"] = DATABASE_ROLE = "livretpro"  # noqa: F405

# Signing in by `force_login` gives no second factor: its own tests ask for it.
SECOND_FACTOR_REQUIRED = False

PASSWORD_HASHERS = ["quick_passwords.QuickArgon2"]

# No collected static files here: read them where they are, without a manifest.
STORAGES["staticfiles"] = {  # noqa: F405
    "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
}
WHITENOISE_AUTOREFRESH = True
