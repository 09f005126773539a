"""The Django engine starts the server at the first connection, not before."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SETTINGS = """
import sys
import django
from django.conf import settings
from django.db import connection
settings.configure(DATABASES={"default": {
    "ENGINE": "livretpro.embedded.backend", "NAME": "livretpro", "EMBEDDED_DATA": sys.argv[1],
}})
django.setup()
"""
CONNECT = """
with connection.cursor() as cursor:
    cursor.execute("SELECT current_database(), current_user")
    print(*cursor.fetchone())
"""


def run(script: str, data: Path) -> str:
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", script, data],
        check=True,
        capture_output=True,
        text=True,
        env=os.environ | {"PGPORT": "9999", "PGHOST": "elsewhere.invalid"},
    ).stdout


@pytest.mark.parametrize(
    ("script", "said", "started"),
    [(SETTINGS, "", False), (SETTINGS + CONNECT, "livretpro livretpro\n", True)],
    ids=["the settings alone", "a connection"],
)
def test_a_connection_starts_the_server_and_makes_the_database(
    script: str, said: str, *, started: bool, tmp_path: Path
) -> None:
    data = tmp_path / "pg"

    assert run(script, data) == said

    assert data.exists() is started
