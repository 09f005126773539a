"""P11: what the entry page and the class grid weigh, on a first visit and on the next ones."""

import re
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.test import Client
from django.urls import reverse

from benchmarks.data import PUPILS, Class
from benchmarks.measuring import Line
from livretpro.schools.models import Enrolment

FIRST, NEXT = 90_000, 20_000
LINKED = re.compile(r'(?:href|src)="/static/([^"]+)"')
IMPORTED = re.compile(r'^import .* from "(\.[^"]+\.js)";$', re.MULTILINE)


def measure(of: Class, client: Client) -> Iterator[Line]:
    """Weigh both pages as a browser that takes gzip gets them: what is kept costs nothing again."""
    place = [of.division.school_year.school.uai, of.diploma.cfd]
    pupil = Enrolment.objects.filter(division=of.division)[0]
    for words, address in (
        ("la page d’un livret", reverse("suivi:livret", args=[*place, pupil.pk])),
        (
            f"la grille de {PUPILS} élèves",
            reverse("suivi:division", args=[*place, of.division.pk]),
        ),
    ):
        page = client.get(address, headers={"Accept-Encoding": "gzip"})
        again = len(page.content)
        files = _files(client.get(address).content.decode())
        first = again + sum(_compressed(file) for file in files)
        yield _line(f"{words}, première visite ({len(files)} fichiers)", first, FIRST)
        yield _line(f"{words}, visites suivantes", again, NEXT)


def _line(words: str, found: int, most: int) -> Line:
    return Line("P11", words, f"{found / 1000:.1f} ko", f"≤ {most // 1000} ko", found <= most)


def _files(page: str) -> set[Path]:
    """The files that a page asks for, and those that its scripts import."""
    asked = [Path(settings.STATIC_ROOT, name) for name in LINKED.findall(page)]
    found: set[Path] = set()
    while asked:
        file = asked.pop()
        if file in found:
            continue
        found.add(file)
        if file.suffix == ".js":
            asked += [
                (file.parent / name).resolve() for name in IMPORTED.findall(file.read_text("utf-8"))
            ]
    return found


def _compressed(file: Path) -> int:
    """The bytes sent: the compressed file, unless it is no smaller."""
    small = file.with_name(f"{file.name}.gz")
    return (small if small.exists() else file).stat().st_size
