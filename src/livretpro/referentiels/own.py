"""The versions a school makes of a référentiel, and the LSL codes of its own competences."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, transaction

from livretpro.referentiels import typed
from livretpro.referentiels.models import (
    Competence,
    Diploma,
    Mef,
    NomenclatureCode,
    OwnCode,
    Referentiel,
)
from livretpro.referentiels.queries import nomenclature_in_use_or_none, own_versions, wording
from livretpro.referentiels.typed import Line, Problem

FIRST_OWN_CODE = 8001  # spec 03, Codes
LAST_OWN_CODE = 9999
CODES_LOCK = 8_001_9999


class BadLines(Exception):
    """The list cannot be kept; `problems` says why, line by line."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        self.phrase = " ".join(f"Ligne {p.number} : {p.phrase}" for p in self.problems[:3])
        super().__init__(self.phrase)


class Overtaken(Exception):
    """Somebody saved another version meanwhile; `newest` is it."""

    def __init__(self, newest: Referentiel) -> None:
        self.newest = newest
        self.phrase = (
            f"{newest.author_name} a enregistré la version {newest.version} entre-temps : "
            "comparez-la avec votre saisie, puis enregistrez de nouveau."
        )
        super().__init__(self.phrase)


class NoCodeLeft(Exception):
    """Every code from 8001 to 9999 is given."""

    phrase = "Cette instance n’a plus de code LSL libre (8001 à 9999) pour vos compétences."


@transaction.atomic
def keep_own_version(
    school_uai: str,
    cfd: str,
    lines: Sequence[Line],
    *,
    seen: int | None,
    sigle: str,
    complete: bool,
    author_name: str,
    subject: str,
) -> Referentiel:
    """Keep these competences as the newest version of a school for a diploma.

    `seen` is the key of the version that the author started from, None for none. The lines that
    already stand in that newest version, to the letter, make no other one, but get the LSL codes
    that they lack. `complete`: whether the author says that no competence lacks. Raises
    `BadLines`, `Overtaken` or `NoCodeLeft`.
    """
    if problems := typed.problems(lines):
        raise BadLines(problems)
    _one_at_a_time(school_uai, cfd)
    former = own_versions(school_uai, cfd)
    diploma, _ = Diploma.objects.get_or_create(cfd=cfd, defaults={"label": f"Diplôme {cfd}"})
    content = as_content(lines, diploma, sigle=sigle, complete=complete)
    digest = _digest(content)
    if former and former[0].digest == digest:
        give_codes(school_uai, cfd, subject=subject)
        return former[0]
    if former and former[0].pk != seen:
        raise Overtaken(former[0])
    made = Referentiel.objects.create(
        slug=f"{school_uai}-{cfd}".lower(),
        version=former[0].version + 1 if former else 1,
        sigle=content["sigle"],
        label=content["intitule"],
        complete=complete,
        source=content,
        digest=digest,
        school_uai=school_uai,
        cfd=cfd,
        author_name=author_name,
    )
    _keep_competences(made, lines)
    give_codes(school_uai, cfd, subject=subject)
    return made


def _one_at_a_time(school_uai: str, cfd: str) -> None:
    """Two people who save the same list follow each other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"{school_uai}-{cfd}"])


def _digest(content: dict[str, Any]) -> str:
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _keep_competences(made: Referentiel, lines: Sequence[Line]) -> None:
    """Two queries: the first level, then what hangs under it."""
    saved: dict[str, Competence] = {}
    for under in (False, True):
        rows = [
            Competence(
                referentiel=made,
                parent=saved.get(line.parent),
                code=line.code,
                label=line.label,
                position=position,
                expected=line.expected,
            )
            for position, line in enumerate(lines, start=1)
            if bool(line.parent) is under
        ]
        saved |= {row.code: row for row in Competence.objects.bulk_create(rows)}


def give_codes_again(*, subject: str) -> None:
    """Give the codes that the own lists of every school lack since the nomenclature in use is
    another one. Raises `NoCodeLeft`."""
    own = Referentiel.objects.exclude(school_uai="").order_by("school_uai", "cfd")
    for school_uai, cfd in own.values_list("school_uai", "cfd").distinct():
        give_codes(school_uai, cfd, subject=subject)


def give_codes(school_uai: str, cfd: str, *, subject: str) -> None:
    """Give an LSL code to each expected competence of a school's versions that neither the
    nomenclature nor an earlier version has in these very words: a code is that of a wording.

    Raises `NoCodeLeft`.
    """
    _hold_codes()
    known = _in_nomenclature(cfd, subject)
    own = OwnCode.objects.filter(school_uai=school_uai, cfd=cfd)
    known |= set(own.values_list("label", flat=True))
    lacking = {
        wording(code, label): code
        for code, label in _expected(school_uai, cfd)
        if wording(code, label) not in known
    }
    if not lacking:
        return
    following = _next_code()
    if following + len(lacking) - 1 > LAST_OWN_CODE:
        raise NoCodeLeft
    OwnCode.objects.bulk_create(
        OwnCode(
            school_uai=school_uai,
            cfd=cfd,
            competence=competence,
            code=str(following + rank),
            label=label,
        )
        for rank, (label, competence) in enumerate(lacking.items())
    )


def _expected(school_uai: str, cfd: str) -> Iterable[tuple[str, str]]:
    """Code and label of what the versions of a school expect at the livret, oldest first."""
    rows = Competence.objects.filter(
        referentiel__school_uai=school_uai, referentiel__cfd=cfd, expected=True
    )
    return rows.order_by("referentiel__version", "position").values_list("code", "label")


def _in_nomenclature(cfd: str, subject: str) -> set[str]:
    """The labels that the nomenclature in use has for every MEF of the diploma it knows."""
    mefs = Mef.objects.filter(cfd=cfd).values("code")
    rows = NomenclatureCode.objects.filter(
        nomenclature=nomenclature_in_use_or_none(), mef__in=mefs, subject=subject
    )
    return set(rows.values_list("label", flat=True))


def _hold_codes() -> None:
    """Nobody else gives codes until the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CODES_LOCK])


def _next_code() -> int:
    """The first code never given."""
    last = OwnCode.objects.order_by("-code").values_list("code", flat=True).first()
    return int(last) + 1 if last else FIRST_OWN_CODE


def as_content(
    lines: Iterable[Line], diploma: Diploma, *, sigle: str, complete: bool
) -> dict[str, Any]:
    """The list in the format of `data/referentiels/*.json`."""
    firsts: dict[str, dict[str, Any]] = {}
    for line in lines:
        told: dict[str, Any] = {"code": line.code, "intitule": line.label}
        told |= {"livret": True} if line.expected else {}
        if line.parent:
            firsts[line.parent].setdefault("sous_competences", []).append(told)
        else:
            firsts[line.code] = told
    return {
        "slug": f"bac-pro-{diploma.cfd}",
        "sigle": (sigle or diploma.sigle or diploma.label)[:40],
        "intitule": diploma.label,
        "niveau": "bac_pro",
        "codes_formation_diplome": [diploma.cfd],
        "mef": [],
        "complet": complete,
        "fiabilite": "",
        "sources": [],
        "competences": list(firsts.values()),
        "epreuves": [],
    }
