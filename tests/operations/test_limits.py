"""A page waits for the database for a limited time; other work takes its own."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest
from django.db import OperationalError, connection, transaction
from django.test import RequestFactory

from livretpro.database_limits import limited
from livretpro.embedded import dsn
from livretpro.web.base.errors import server_error

PATIENCE = 60  # seconds: without a limit, libpq waits for ever


def program(text: str, url: str) -> str:
    """Run a program on the database `url`, and return what it prints."""
    done = subprocess.run(
        [sys.executable, "-c", text],
        env={
            "PATH": os.environ["PATH"],
            "LIVRETPRO_DATA": os.environ["LIVRETPRO_DATA"],
            "DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "livretpro.settings",
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


SHOW = """
import json
from django.db import connection
names = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
with connection.cursor() as cursor:
    found = []
    for name in names:
        cursor.execute("SELECT current_setting(%s)", [name])
        found.append(cursor.fetchone()[0])
print(json.dumps(found))
"""


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("start", "limits"),
    [
        ("import livretpro.web.wsgi", ["30s", "10s", "1min"]),
        ("import django; django.setup()", ["0", "0", "0"]),
    ],
)
def test_the_web_alone_has_limits(start: str, limits: list[str]) -> None:
    params = connection.get_connection_params()

    found = program(start + SHOW, dsn(params["host"], params["dbname"]))

    assert json.loads(found) == limits


def test_the_address_of_the_database_may_say_otherwise() -> None:
    options = limited({"connect_timeout": "2", "options": "-c statement_timeout=5s"})

    assert options["connect_timeout"] == "2"
    assert options["options"].endswith(" -c statement_timeout=5s")


@pytest.fixture
def frozen() -> Iterator[str]:
    """The address of a server that lets in and says nothing."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield f"postgresql://quelqu-un@127.0.0.1:{server.getsockname()[1]}/livretpro"


PROBE = """
import livretpro.web.wsgi
from django.test import Client
answer = Client(headers={"host": "localhost"}).get("/sante/pret")
print(answer.status_code, answer.content.decode())
"""


def test_a_frozen_database_does_not_freeze_the_probe(frozen: str) -> None:
    assert program(PROBE, frozen) == "503 base de données injoignable"


@pytest.mark.django_db
def test_a_request_that_waited_too_long_is_told_so() -> None:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = '10ms'")
            cursor.execute("SELECT pg_sleep(60)")
    except OperationalError:
        answer = server_error(RequestFactory().get("/"))

    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    assert "LivretPro est trop occupé" in answer.content.decode()
