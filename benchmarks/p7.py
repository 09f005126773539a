"""P7: a hundred teachers save a cell a second while a head exports, beside a bare view."""

import contextlib
import http.client
import itertools
import json
import os
import random
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import quantiles

from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from benchmarks import p5
from benchmarks.data import Whole
from benchmarks.instance import DATA, analyze
from benchmarks.measuring import Line, milliseconds
from livretpro.accounts.models import User
from livretpro.embedded.postgres import dsn, ensure
from livretpro.livrets.models import Degree
from livretpro.schools.models import Division, Enrolment, HandTeacher, Membership, Staff
from livretpro.schools.rules import Role
from livretpro.supervisor import web_answers, web_command

TEACHERS, SECONDS, EXPORT_EACH = 100, 120, 15
RATIO = 3.0
SAME = "a" * 32  # what the cookie and the header of a form both say
START_SECONDS, TIMEOUT = 60, 30
FORM, JSON = "application/x-www-form-urlencoded", "application/json"


def measure(whole: Whole, *, seconds: int = SECONDS) -> Iterator[Line]:
    """Play the load on the site, then on the bare view; count errors, compare the 95th centiles."""
    savers, exporter = _savers(whole), _exporter(whole)
    analyze()
    with _served({"LIVRETPRO_SANS_SECOND_FACTEUR": "1"}) as port:
        site = _play([*savers, exporter], port, seconds)
    with _served({"DJANGO_SETTINGS_MODULE": "benchmarks.bare_settings"}) as port:
        bare = _play([saver.bare() for saver in savers], port, seconds)
    work = f"{TEACHERS} enseignants, une case par seconde pendant {seconds} s"
    yield Line(
        "P7",
        f"{work}, un export toutes les {EXPORT_EACH} s : erreurs",
        f"{len(site.errors)} sur {len(site.saves)} saisies et {site.exports} exports",
        "0",
        not site.errors,
    )
    ratio = site.late / bare.late
    yield Line(
        "P7",
        "95e centile d’une saisie, à côté d’une vue nue qui fait un UPDATE",
        f"{ratio:.2f} × ({milliseconds(site.late)} / {milliseconds(bare.late)})",
        f"≤ {RATIO} ×",
        ratio <= RATIO,
    )
    yield Line(
        "P7",
        "saisies servies par seconde, médiane d’une saisie",
        f"{len(site.saves) / site.seconds:.0f}, {milliseconds(site.middle)}",
        "pour mémoire",
        reached=True,
    )


@dataclass
class _Told:
    """How long each save took and all of it lasted (seconds), how many exports were made, what
    went wrong."""

    saves: list[float] = field(default_factory=list)
    exports: int = 0
    seconds: float = 0
    errors: list[str] = field(default_factory=list)

    @property
    def late(self) -> float:
        """The 95th centile."""
        return quantiles(self.saves, n=20)[-1]

    @property
    def middle(self) -> float:
        """The median."""
        return quantiles(self.saves, n=2)[0]


@dataclass(frozen=True)
class _Request:
    """What one person asks again and again: each `body` in turn, one each `pause` seconds."""

    path: str
    bodies: Sequence[str]
    kind: str
    pause: float
    cookies: Mapping[str, str]
    good: Callable[[int, str], bool]
    degree: int = 0

    def bare(self) -> "_Request":
        """The same person before the bare view."""
        return _Request(f"/{self.degree}/", ("1", "2"), FORM, self.pause, {}, _is_kept)

    @property
    def headers(self) -> dict[str, str]:
        """Those of a page that sends its token."""
        kept = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return {"Content-Type": self.kind, "Cookie": kept, "X-CSRFToken": SAME}


def _is_kept(status: int, text: str) -> bool:
    return status == 200 and "garde" in text


def _savers(whole: Whole) -> list[_Request]:
    """As many teachers of the speciality, each with a pupil of their own."""
    divisions = itertools.cycle(whole.divisions)
    taken: dict[int, int] = {}
    made = []
    for number in range(TEACHERS):
        division = next(divisions)
        rank = taken[division.pk] = taken.get(division.pk, -1) + 1
        pupil = Enrolment.objects.filter(division=division).order_by("pk")[rank]
        held = Degree.objects.filter(livret__student=pupil.student).select_related("competence")[0]
        place = [whole.head.school.uai, whole.diploma.cfd, division.pk]
        made.append(
            _Request(
                path=f"{reverse('suivi:division', args=place)}cellules/",
                bodies=_cells(pupil.pk, held),
                kind=JSON,
                pause=1,
                cookies=_cookies(_teacher(number, whole, division)),
                good=_is_kept,
                degree=held.pk,
            )
        )
    return made


def _cells(pupil: int, held: Degree) -> Sequence[str]:
    """The other of two degrees, then the first again: each save changes something."""
    first, second = str(held.value), str(held.value % 4 + 1)
    cell = {"eleve": pupil, "champ": f"competence:{held.competence.code}"}
    both = ((second, first), (first, second))
    return [json.dumps({"cellules": [cell | {"valeur": a, "remplace": b}]}) for a, b in both]


def _teacher(number: int, whole: Whole, division: Division) -> Client:
    user = User.objects.create(
        identifier=f"enseignant.{number}", last_name=f"E{number}", first_name="Sacha"
    )
    school = whole.head.school
    today = timezone.localdate()
    Membership.objects.create(user=user, school=school, role=Role.ENSEIGNANT, start=today)
    line = Staff.objects.create(
        school=school, last_name=f"E{number}", first_name="Sacha", name_key=f"e{number}", user=user
    )
    HandTeacher.objects.create(staff=line, division=division, cfd=whole.diploma.cfd)
    client = Client()
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


def _exporter(whole: Whole) -> _Request:
    """The head, who asks for the file of a division."""
    place = [whole.head.school.uai, whole.diploma.cfd, whole.divisions[0].pk]
    return _Request(
        path=reverse("suivi:export_division", args=place),
        bodies=("profil=1.1",),
        kind=FORM,
        pause=EXPORT_EACH,
        cookies=_cookies(p5.head_of(whole.head.school)),
        good=lambda status, _: status == 302,
    )


def _cookies(client: Client) -> dict[str, str]:
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    return {settings.SESSION_COOKIE_NAME: session, settings.CSRF_COOKIE_NAME: SAME}


@contextlib.contextmanager
def _served(changes: Mapping[str, str]) -> Iterator[int]:
    """The web of `livretpro serve` alone, on the database of this run; its port."""
    port = _free_port()
    url = dsn(ensure(DATA / "pg"), connection.settings_dict["NAME"])
    own = {"DATABASE_URL": url, "LIVRETPRO_EMBEDDED": "1", "LIVRETPRO_URL": _address(port)}
    web = subprocess.Popen(  # noqa: S603 (our own command)
        web_command(port), env=os.environ | own | dict(changes)
    )
    try:
        _wait(port)
        yield port
    finally:
        web.terminate()
        web.wait()


def _address(port: int) -> str:
    return f"http://localhost:{port}"


def _free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def _wait(port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not web_answers(port):
        if time.monotonic() > deadline:
            raise AssertionError("the site does not answer")
        time.sleep(0.2)


def _play(people: Sequence[_Request], port: int, seconds: int) -> _Told:
    """Everybody at once, each begun at an instant of their own, for so many seconds."""
    told, chance, start = _Told(), random.Random(7), time.monotonic() + 1
    threads = [
        threading.Thread(
            target=_work, args=(one, port, start + chance.random(), start + seconds, told)
        )
        for one in people
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    told.seconds = time.monotonic() - start
    return told


def _work(one: _Request, port: int, begin: float, end: float, told: _Told) -> None:
    """Ask, wait for the answer, then for the next instant; lists are safe between threads."""
    site = http.client.HTTPConnection("localhost", port, timeout=TIMEOUT)
    for turn, body in enumerate(itertools.cycle(one.bodies)):
        due = begin + turn * one.pause
        if due > end:
            break
        time.sleep(max(0, due - time.monotonic()))
        if one.pause > 1:
            site.close()  # the server has closed it since: it is opened again, as a browser does
        _ask(one, site, body, told)
    site.close()


def _ask(one: _Request, site: http.client.HTTPConnection, body: str, told: _Told) -> None:
    sent = time.monotonic()
    try:
        site.request("POST", one.path, body, one.headers)
        answer = site.getresponse()
        text = answer.read().decode(errors="replace")
    except (OSError, http.client.HTTPException) as error:
        site.close()
        told.errors.append(repr(error))
        return
    if not one.good(answer.status, text):
        told.errors.append(f"{answer.status} {text[:200]}")
    elif one.kind == FORM and one.cookies:
        told.exports += 1
    else:
        told.saves.append(time.monotonic() - sent)
