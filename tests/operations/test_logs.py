"""Spec 08: technical logs hold no name and no INE, whatever fails, and wherever it was typed."""

import json
import logging
import os
import signal
import time
import urllib.parse
from collections.abc import Iterator

import pytest
from django.db import IntegrityError, connection
from django.db.utils import DatabaseErrorWrapper
from psycopg.errors import UniqueViolation

from embedded.server_users import eventually
from livretpro.demo.structure import UAI
from livretpro.logs import JsonLine, Line, RequestId, configuration
from operations.site import Browser, Site, Writer, pupils
from siecle_files import eleve, eleves_xml

ODD = "Zyxwvut"
INE = "123456789ZY"
REFUSING = """
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'refused: %', NEW; END $$;
CREATE TRIGGER refuse BEFORE UPDATE ON livrets_livret FOR EACH ROW EXECUTE FUNCTION refuse();
CREATE TRIGGER refuse BEFORE UPDATE ON schools_importbatch
FOR EACH ROW WHEN (NEW.attempt > 0) EXECUTE FUNCTION refuse();
"""


@pytest.fixture
def refusing(site: Site) -> Iterator[Site]:
    """A database that repeats what it refuses: a change of a livret, the reading of an import."""
    with site.database() as database:
        database.execute(REFUSING)
    yield site
    with site.database() as database:
        database.execute("DROP FUNCTION refuse CASCADE")


def failed_jobs(site: Site) -> int:
    with site.database() as database:
        row = database.execute(
            "SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed'"
        ).fetchone()
    assert row is not None
    return int(str(row[0]))


def test_names_typed_where_things_fail_are_in_no_log(refusing: Site) -> None:
    site = refusing
    head = Writer(site, pupils(site, 1)[0])
    quoted = urllib.parse.quote(f"{ODD} {INE}")

    statuses = [
        Browser(site).sign_in(f"{ODD}.prenom", f"secret-{ODD}").status,
        head.save(f"{ODD} a progressé ({INE}).").status,
        head.browser.get(f"/suivi/{UAI}/{quoted}/?q={quoted}").status,
        head.browser.get(f"/activation/{ODD}/?nom={quoted}").status,
        Browser(site).post(f"/connexion/?nom={quoted}", {"login": ODD}).status,
        head.browser.upload(
            f"/ecole/{UAI}/imports/",
            f"{ODD}.xml",
            eleves_xml(eleves=[eleve(1, NOM_DE_FAMILLE=ODD)]),
        ).status,
    ]

    assert statuses == [200, 500, 404, 200, 403, 200]
    assert eventually(lambda: failed_jobs(site) == 1)
    told = site.said()
    assert "POST suivi/<str:uai>/<str:cfd>/livrets/<int:enrolment>/champ/ 500" in told
    assert "schools.read_import" in told
    assert [word for word in (ODD, ODD.lower(), INE) if word in told] == []


def test_a_statement_cut_by_the_death_of_its_process_is_not_in_the_log(site: Site) -> None:
    log = site.data / "pg.log"
    before = log.read_text().count("terminated by signal 9")
    victim = site.database()
    victim.pgconn.send_query(f"SELECT pg_sleep(60), '{ODD}'".encode())
    time.sleep(0.2)

    os.kill(victim.info.backend_pid, signal.SIGKILL)
    victim.close()

    assert eventually(lambda: log.read_text().count("terminated by signal 9") > before)
    assert ODD not in site.said()
    assert eventually(lambda: site.ready() == 200)


def record(name: str, message: object, *args: object, **more: object) -> logging.LogRecord:
    made = logging.LogRecord(name, logging.ERROR, "file.py", 1, message, args, None)
    made.created = 0.0
    made.__dict__.update(more)
    RequestId().filter(made)
    return made


@pytest.mark.parametrize(
    ("name", "message", "args", "told"),
    [
        ("livretpro.supervisor", "%s ended", ("web",), "web ended"),
        ("gunicorn.error", "Booting worker with pid: %s", (12,), "Booting worker with pid: 12"),
        ("gunicorn.error", "Error handling request %s", (ODD,), "Error handling request …"),
        ("gunicorn.error", "%(a)r and %(b)d", ({"a": ODD, "b": 3},), "… and 3"),
        ("other", "%d pupils", (ODD,), "%d pupils"),
        ("asyncio", f"Task failed\ntask: {ODD}", (), "Task failed"),
        ("other", ValueError(ODD), (), "ValueError"),
    ],
)
def test_a_line_keeps_our_words_and_the_numbers_of_others(
    name: str, message: object, args: tuple[object, ...], told: str
) -> None:
    line = Line().format(record(name, message, *args))

    assert line == f"1970-01-01T00:00:00.000+00:00 ERROR - {name} {told}"


def refuse() -> None:
    """Fail as PostgreSQL does when it repeats what it refuses."""
    raise UniqueViolation(f"Key (ine)=({INE}) already exists.")


def raised() -> Exception:
    """An error that repeats a name, raised from another that does."""
    try:
        with DatabaseErrorWrapper(connection):
            refuse()
    except IntegrityError as error:
        error.args = (ODD,)
        return error
    raise AssertionError


def test_an_exception_is_told_by_its_kind_and_its_places_in_json_too() -> None:
    error = raised()
    made = record("livretpro.x", "broken")
    made.exc_info = (type(error), error, error.__traceback__)

    line, data = Line().format(made), json.loads(JsonLine().format(made))

    kinds = [part for part in data["error"] if not part.startswith("    ")]
    assert kinds == ["  django.db.utils.IntegrityError", "  psycopg.errors.UniqueViolation 23505"]
    assert line.splitlines()[1:] == data["error"]
    assert (data["level"], data["message"], data["request"]) == ("ERROR", "broken", "-")
    assert "test_logs.py" in data["error"][1]
    assert ODD not in line
    assert INE not in line


def test_a_file_that_cannot_be_written_is_told_by_its_code_without_its_name() -> None:
    error = OSError(28, "No space left on device", f"{ODD}.xml")
    made = record("livretpro.x", "broken")
    made.exc_info = (OSError, error, None)

    assert Line().format(made).splitlines()[1:] == ["  builtins.OSError ENOSPC"]


@pytest.mark.parametrize(("style", "formatter"), [("", "Line"), ("JSON", "JsonLine")])
def test_the_environment_chooses_lines_or_json(style: str, formatter: str) -> None:
    assert configuration(style)["formatters"]["line"]["()"] == f"livretpro.logs.{formatter}"
