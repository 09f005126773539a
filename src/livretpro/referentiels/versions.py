"""A school's own versions of the référentiel of a diploma: reading a file, saving, comparing."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from livretpro.journal import actions as journal
from livretpro.journal.actions import Author
from livretpro.referentiels import source
from livretpro.referentiels.lists import MAX_EXPECTED
from livretpro.referentiels.models import Competence, Diploma, Referentiel, SchoolCode

FIRST_CODE, LAST_CODE = 8001, 9999  # spec 03, Codes
_ONE_AT_A_TIME = 7_208_001  # advisory lock: codes are given by one writer at a time


class Stale(Exception):
    """Somebody saved another version meanwhile: `newest` is theirs."""

    phrase = (
        "Une autre version a été enregistrée entre-temps : la voici au-dessus de votre liste. "
        "Reprenez ce qu’il faut, puis enregistrez de nouveau."
    )

    def __init__(self, newest: Referentiel | None) -> None:
        super().__init__(self.phrase)
        self.newest = newest


class TooMany(Exception):
    """More competences are marked than a livret can hold."""

    def __init__(self, count: int) -> None:
        self.phrase = (
            f"{count} compétences sont cochées pour le livret : {MAX_EXPECTED} au plus. "
            "Cochez un niveau moins détaillé."
        )
        super().__init__(self.phrase)


class NoMoreCodes(Exception):
    """Every code the instance may give is given."""

    phrase = (
        f"Cette instance a donné tous ses codes LSL propres ({FIRST_CODE} à {LAST_CODE}) : "
        "la version n’est pas enregistrée."
    )


def save(content: Mapping[str, Any], *, uai: str, cfd: str, seen: int, by: Author) -> Referentiel:
    """Save `content` (the form of `data/referentiels/*.json`) as the school's newest version.

    `seen`: the number of the newest version the author saw, 0 for none. The same content as the
    newest version makes no other. Raises `Stale`, `TooMany`, `NoMoreCodes`.
    """
    read = source.of_content(dict(content))
    expected = [line for line in read.competences if line.expected]
    if len(expected) > MAX_EXPECTED:
        raise TooMany(len(expected))
    with transaction.atomic():
        newest = _locked_newest(uai, cfd)
        if newest and newest.digest == read.digest:
            return newest
        if seen != (newest.version if newest else 0):
            raise Stale(newest)
        made = _make(read, uai=uai, cfd=cfd, version=seen + 1, by=by)
        _give_codes(uai, cfd, expected)
        change = journal.Change(
            "cree", "referentiel", f"{uai} {cfd}", "version", str(seen or ""), str(made.version)
        )
        journal.record([change], school_uai=uai, by=by)
    return made


def _locked_newest(uai: str, cfd: str) -> Referentiel | None:
    """The newest version; nobody else on the instance saves one until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ONE_AT_A_TIME])
    return Referentiel.objects.filter(school_uai=uai, cfd=cfd).order_by("-version").first()


def _make(
    read: source.SourceReferentiel, *, uai: str, cfd: str, version: int, by: Author
) -> Referentiel:
    content = read.content
    Diploma.objects.get_or_create(cfd=cfd, defaults={"label": content["intitule"]})
    made = Referentiel.objects.create(
        slug=f"{uai}-{cfd}".lower(),
        version=version,
        sigle=content["sigle"],
        label=content["intitule"],
        complete=content["complet"],
        reliability=content.get("fiabilite", ""),
        source=content,
        digest=read.digest,
        school_uai=uai,
        cfd=cfd,
        made_by=by.name,
    )
    save_competences(made, read.competences)
    return made


def save_competences(referentiel: Referentiel, lines: Iterable[source.SourceCompetence]) -> None:
    """Store the competences of a new version: two queries, whatever their number."""
    rows = list(lines)
    made = {
        line.code: Competence(
            referentiel=referentiel,
            code=line.code,
            label=line.label,
            position=position,
            expected=line.expected,
        )
        for position, line in enumerate(rows, start=1)
    }
    Competence.objects.bulk_create(made.values())
    for line in rows:
        made[line.code].parent = made.get(line.parent)
    below = [competence for competence in made.values() if competence.parent]
    if below:
        Competence.objects.bulk_update(below, ["parent"])


def _give_codes(uai: str, cfd: str, expected: Collection[source.SourceCompetence]) -> None:
    """Give a code to each competence that has none yet; one given is never given again."""
    held = {c.competence: c for c in SchoolCode.objects.filter(school_uai=uai, cfd=cfd)}
    last = SchoolCode.objects.order_by("-code").values_list("code", flat=True).first()
    following = int(last) + 1 if last else FIRST_CODE
    absent = [line for line in expected if line.code not in held]
    if following + len(absent) - 1 > LAST_CODE:
        raise NoMoreCodes
    SchoolCode.objects.bulk_create(
        SchoolCode(
            school_uai=uai,
            cfd=cfd,
            competence=line.code,
            code=str(code),
            label=f"{line.code} {line.label}",
        )
        for code, line in enumerate(absent, start=following)
    )
    _reword(held, expected)


def _reword(held: Mapping[str, SchoolCode], expected: Iterable[source.SourceCompetence]) -> None:
    known = [
        (held[line.code], f"{line.code} {line.label}") for line in expected if line.code in held
    ]
    changed = [code for code, label in known if code.label != label]
    for code, label in known:
        code.label = label
    if changed:
        SchoolCode.objects.bulk_update(changed, ["label"])


@dataclass(frozen=True)
class Comparison:
    """What a version changes from the one before it, in codes."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    reworded: tuple[str, ...] = ()
    marked: tuple[str, ...] = ()

    @property
    def nothing(self) -> bool:
        """Whether the competences are the same."""
        return not (self.added or self.removed or self.reworded or self.marked)


def compare(before: Iterable[Competence], after: Iterable[Competence]) -> Comparison:
    """Compare two versions, competence by competence: no query."""
    old, new = {c.code: c for c in before}, {c.code: c for c in after}
    both = [(old[code], new[code]) for code in new if code in old]
    return Comparison(
        added=tuple(code for code in new if code not in old),
        removed=tuple(code for code in old if code not in new),
        reworded=tuple(b.code for a, b in both if a.label != b.label),
        marked=tuple(b.code for a, b in both if a.expected is not b.expected),
    )
