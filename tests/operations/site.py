"""A whole instance, as `livretpro serve` runs it, with the demo school: for tests of its faults."""

import http.cookiejar
import os
import re
import subprocess
import sys
import threading
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import psycopg

from embedded.server_users import eventually, server_pid
from livretpro.demo.people import PASSWORD
from livretpro.demo.structure import UAI
from livretpro.embedded import dsn

HEAD = "claire.ferrand"
START_SECONDS = 60
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@dataclass(frozen=True)
class Answer:
    """What the site answered."""

    status: int
    page: str
    retry_after: str | None = None


class Site:
    """An instance in the folder `data`, on `port` of this machine."""

    def __init__(self, data: Path, port: int) -> None:
        self.data, self.port = data, port
        self.log = data.with_name(f"{data.name}.stderr")
        self.environment = {
            "PATH": os.environ["PATH"],
            "LIVRETPRO_DATA": str(data),
            "LIVRETPRO_SANS_SECOND_FACTEUR": "1",  # the demo school, on this machine
            "PROCRASTINATE_LOG_LEVEL": "info",
        }

    def start(self) -> None:
        """Run `serve` until `stop`; returns when the site is ready."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self._words("serve", "--port", str(self.port)),
                env=self.environment,
                stdout=subprocess.DEVNULL,
                stderr=log,
            )
        assert eventually(lambda: self.ready() == 200, seconds=START_SECONDS), self.said()

    def stop(self) -> None:
        """Stop it as an operator does."""
        self.process.terminate()
        self.process.wait(30)

    def ready(self) -> int:
        """The status of the probe of readiness; 0 when nothing listens."""
        return Browser(self).get("/sante/pret").status

    def said(self) -> str:
        """All that the instance wrote in its logs, the database's included."""
        files = (self.log, self.data / "pg.log")
        return "".join(file.read_text(encoding="utf-8") for file in files)

    def database(self) -> "psycopg.Connection[tuple[object, ...]]":
        """A connection as the owner of the tables."""
        socket = (self.data / "pg" / "postmaster.pid").read_text().splitlines()[4]
        return psycopg.connect(dsn(Path(socket), "livretpro"), autocommit=True)

    def kill_database(self) -> None:
        """`kill -9` of the database server."""
        os.kill(server_pid(self.data / "pg"), 9)

    @staticmethod
    def _words(*words: str) -> list[str]:
        return [sys.executable, "-m", "livretpro.cli.main", *words]


class Browser:
    """Somebody's browser."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(self.jar), urllib.request.ProxyHandler({})
        )

    def get(self, address: str) -> Answer:
        """A page; status 0 when nobody answers."""
        return self._open(address)

    def post(self, address: str, fields: dict[str, str]) -> Answer:
        """A form, with the token this browser has."""
        token = next((cookie.value for cookie in self.jar if cookie.name == "csrftoken"), "")
        body = urllib.parse.urlencode({**fields, "csrfmiddlewaretoken": token or ""}).encode()
        htmx = {"HX-Request": "true"} if address.endswith("champ/") else {}
        return self._open(address, body, htmx)

    def upload(self, address: str, name: str, content: bytes) -> Answer:
        """A form with one file, under `fichiers`."""
        token = next(str(cookie.value) for cookie in self.jar if cookie.name == "csrftoken")
        parts = (
            f'--limit\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{token}',
            f'\r\n--limit\r\nContent-Disposition: form-data; name="fichiers"; filename="{name}"',
            "\r\nContent-Type: text/xml\r\n\r\n",
        )
        body = "".join(parts).encode() + content + b"\r\n--limit--\r\n"
        kind = {"Content-Type": "multipart/form-data; boundary=limit"}
        return self._open(address, body, kind)

    def sign_in(self, identifier: str = HEAD, password: str = PASSWORD) -> Answer:
        """The sign-in form, filled and sent."""
        self.get("/connexion/")
        return self.post("/connexion/", {"login": identifier, "password": password})

    def _open(
        self, address: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> Answer:
        url = f"http://127.0.0.1:{self.site.port}{address}"
        request = urllib.request.Request(url, body, headers or {})
        try:
            with self.opener.open(request, timeout=30) as answer:
                return Answer(answer.status, answer.read().decode())
        except urllib.error.HTTPError as error:
            with error:
                retry = error.headers["Retry-After"]
                return Answer(error.code, error.read().decode(), retry)
        except OSError:
            return Answer(0, "")


@dataclass(frozen=True)
class Pupil:
    """A livret of the demo school: its row and its page."""

    livret: int
    page: str


def pupils(site: Site, count: int) -> list[Pupil]:
    """Some livrets of this year that somebody already began."""
    with site.database() as database:
        rows = database.execute(
            "SELECT l.id, e.cfd, e.id FROM livrets_livret l JOIN schools_enrolment e"
            " ON (e.student_id, e.school_year_id) = (l.student_id, l.school_year_id)"
            " JOIN schools_schoolyear y ON y.id = l.school_year_id"
            " JOIN schools_school s ON (s.id, s.current_year) = (y.school_id, y.year)"
            ' WHERE e."end" IS NULL ORDER BY l.id LIMIT %s',
            [count],
        ).fetchall()
    return [Pupil(int(str(r[0])), f"/suivi/{UAI}/{r[1]}/livrets/{r[2]}/") for r in rows]


def appreciation(site: Site, pupil: Pupil) -> str:
    """What stands in the database."""
    with site.database() as database:
        row = database.execute(
            "SELECT appreciation FROM livrets_livret WHERE id = %s", [pupil.livret]
        ).fetchone()
    assert row is not None
    return str(row[0])


class Writer(threading.Thread):
    """Writes one text after the other in one livret, until told to stop; keeps the answers."""

    def __init__(self, site: Site, pupil: Pupil) -> None:
        super().__init__(daemon=True)
        self.site, self.pupil = site, pupil
        self.browser = Browser(site)
        self.browser.sign_in()
        self.stopping = threading.Event()
        self.statuses: list[int] = []
        self.acknowledged = self.sent = self.standing = appreciation(site, pupil)

    def run(self) -> None:
        """Type, again and again; after a doubt, look at what stands as a person would."""
        number = 0
        while not self.stopping.is_set():
            number += 1
            self.save(f"Texte {number} de {self.name}.")

    def save(self, text: str) -> Answer:
        """Save one text in place of the one last seen."""
        self.sent = text
        answer = self.browser.post(
            f"{self.pupil.page}champ/",
            {"champ": "appreciation", "valeur": text, "remplace": self.standing},
        )
        self.statuses.append(answer.status)
        if answer.status == 200:
            self.acknowledged = self.standing = text
        elif answer.status == 409:  # the save that seemed to fail had been done
            self.standing = appreciation(self.site, self.pupil)
        return answer

    def stop(self) -> None:
        """Stop, once the save under way has its answer."""
        self.stopping.set()
        self.join(60)
