"""What an import of CPRO data would do to a division: remote data and local state in, a plan out.

Pure. Pupils are matched by SIECLE identifier, then INE; lines of the frame by CPRO code, for the
pupils of its diploma; what is not matched is told, never guessed (spec 06, Import).
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from livretpro.bulletins.words import DEGREES, MARK_MAX, Source


class Kind(StrEnum):
    """What CPRO brings of a pupil."""

    GRADE = "note"
    DEGREE = "degre"
    APPRAISAL = "appr"


class Target(StrEnum):
    """Where the values of an import go."""

    SERVICE = "service"
    GENERATED = "service_cpro"


def target(*, marks: bool, marks_below: bool, averages: bool) -> Target:
    """The service made by the import when marks stand in the vocational service, or in one of its
    sub-services, and CPRO sends an average too; else the vocational service itself.

    Judged per division, on all its pupils (spec 06; the seed, step 3).
    """
    return Target.GENERATED if (marks or marks_below) and averages else Target.SERVICE


class Key(NamedTuple):
    """A value of a pupil: `item` is the line of the frame of a degree."""

    student: int
    kind: Kind
    item: int | None = None


Value = Decimal | int | str | None
"""A grade (None: « non noté »), a degree, an appraisal."""


@dataclass(frozen=True)
class Held:
    """A value that stands here, and where it comes from."""

    value: Value
    source: Source


@dataclass(frozen=True)
class LocalPupil:
    """A pupil of the division."""

    student: int
    siecle_id: str
    ine: str
    name: str


@dataclass(frozen=True)
class RemotePupil:
    """What CPRO sends of a pupil for the period; `cfd`: the diploma that its degrees are of."""

    siecle_id: str
    ine: str
    name: str
    cfd: str
    average: Decimal | None
    not_graded: bool
    appraisal: str
    degrees: Mapping[str, int]


class Matter(StrEnum):
    """What a person must look at in the report."""

    UNMATCHED = "eleve_inconnu"
    TWICE = "eleve_en_double"
    ABSENT = "eleve_absent"
    ANOTHER_DIPLOMA = "autre_diplome"
    UNKNOWN_CODE = "code_inconnu"
    OUT_OF_SCALE = "hors_echelle"
    TOO_LONG = "texte_trop_long"
    NOT_GRADED = "non_note"
    KEPT = "valeur_gardee"

    @property
    def label(self) -> str:
        """The French words, as a heading."""
        return {
            "eleve_inconnu": "Élèves de CPRO non reconnus ici",
            "eleve_en_double": "Élèves envoyés deux fois par CPRO",
            "eleve_absent": "Élèves d’ici dont CPRO n’a rien envoyé",
            "autre_diplome": "Élèves d’un autre diplôme que la filière, degrés non importés",
            "code_inconnu": "Codes de compétence absents du référentiel",
            "hors_echelle": "Valeurs hors de l’échelle, laissées de côté",
            "texte_trop_long": "Appréciations trop longues, laissées de côté",
            "non_note": "« Non noté » de CPRO, laissés de côté : des notes sont saisies ici",
            "valeur_gardee": "Valeurs modifiées ici, gardées",
        }[self.value]


@dataclass(frozen=True)
class Finding:
    """One of them: the pupil concerned, and the value or code in words."""

    matter: Matter
    who: str
    what: str = ""


@dataclass(frozen=True)
class Write:
    """A value to write: what stands there now, and what will (`removes`: nothing)."""

    key: Key
    before: Held | None
    after: Value = None
    removes: bool = False


@dataclass(frozen=True)
class Plan:
    """What an import does to a division; `withdrawn` leaves the service that does not receive."""

    writes: tuple[Write, ...]
    unchanged: int
    findings: tuple[Finding, ...]
    withdrawn: tuple[Write, ...] = ()

    @property
    def created(self) -> int:
        """Values where nothing stood."""
        return sum(write.before is None for write in self.writes)

    @property
    def removed(self) -> int:
        """Values of CPRO that leave the service that receives: it no longer sends them."""
        return sum(write.removes for write in self.writes)

    @property
    def changed(self) -> int:
        """Values that take the place of others."""
        return len(self.writes) - self.created - self.removed


@dataclass(frozen=True)
class Here:
    """The local side: pupils of the division, the diploma (CFD) of its sector, lines of the frame
    by CPRO code, values that stand in the service that receives, the longest appraisal.

    `diploma_names`: labels of other diplomas, by CFD. `emptied`: values of an import that a person
    emptied in either service; `beside`: what stands in the other service, named `beside_name`,
    where an earlier import may have put values; `edited`: those of them that a person edited there.
    """

    pupils: Sequence[LocalPupil]
    cfd: str
    items: Mapping[str, int]
    held: Mapping[Key, Held]
    appraisal_max: int
    item_names: Mapping[int, str] = field(default_factory=dict)
    diploma_names: Mapping[str, str] = field(default_factory=dict)
    emptied: frozenset[Key] = frozenset()
    beside: Mapping[Key, Held] = field(default_factory=dict)
    beside_name: str = ""
    edited: frozenset[Key] = frozenset()
    marked: bool = False


def plan(remote: Iterable[RemotePupil], here: Here, *, replaces: bool = False) -> Plan:
    """What the import does. A value edited or emptied here is kept and told, unless it `replaces`.
    One edited in the other service has the place of CPRO's in both: replaced, it leaves.

    A value of CPRO goes, for the pupils that it still knows, when it no longer sends it or when it
    now goes to the other service; one that cannot be taken leaves what stands, wherever it stands.
    « Non noté » is no average: where marks are typed here, it takes the place of none.
    Degrees of another diploma than the sector's are never taken: codes are common to all
    référentiels. Those that such a pupil has in another frame stay there.
    """
    matched, findings = _matched(remote, here.pupils)
    wanted: dict[Key, Value] = {}
    others = {local.student for local, told in matched.items() if told.cfd != here.cfd}
    withheld = set(_elsewhere(others, here))
    for local, told in matched.items():
        own = _without_degrees(local, told, here, findings) if local.student in others else told
        _want(local, own, here, wanted, withheld, findings)
    aside = {key for key in wanted if key in here.edited and not _typed(here.held.get(key))}
    writes, kept = _judged(wanted, here, aside, replaces=replaces)
    findings.extend(kept)
    known, taken = {local.student for local in matched}, {write.key for write in writes}
    gone = _gone(known, (wanted.keys() - aside) | taken | withheld, here.held)
    replaced = (
        Write(key, here.beside[key], removes=True) for key in wanted if key in aside & taken
    )
    return Plan(
        writes=(*writes, *gone),
        unchanged=len(wanted) - len(writes) - len(kept),
        findings=tuple(findings),
        withdrawn=(*_gone(known, withheld, here.beside), *replaced),
    )


def _judged(
    wanted: Mapping[Key, Value], here: Here, aside: Collection[Key], *, replaces: bool
) -> tuple[list[Write], list[Finding]]:
    """Of the values that CPRO sends, those to write and those that a person has the last word on;
    `aside`: it stands in the other service. The rest stands as it is."""
    names = {pupil.student: pupil.name for pupil in here.pupils}
    writes, kept = [], []
    for key, after in wanted.items():
        stands = here.beside[key] if key in aside else here.held.get(key)
        if stands is not None and _same(stands.value, after):
            continue
        if not replaces and (_typed(stands) or (stands is None and key in here.emptied)):
            what = _told(key, stands, here, beside=key in aside)
            kept.append(Finding(Matter.KEPT, names[key.student], what))
        else:
            writes.append(Write(key, here.held.get(key), after))
    return writes, kept


def sends_averages(remote: Iterable[RemotePupil], pupils: Sequence[LocalPupil]) -> bool:
    """Whether CPRO sends an average of one of these pupils at least."""
    matched, _ = _matched(remote, pupils)
    averages = (told.average for told in matched.values())
    return any(average is not None and on_scale(average) for average in averages)


def _without_degrees(
    local: LocalPupil, told: RemotePupil, here: Here, findings: list[Finding]
) -> RemotePupil:
    """What CPRO sends of a pupil of another diploma, but the degrees: those are told."""
    if told.degrees:
        name = here.diploma_names.get(told.cfd, told.cfd) or "inconnu"
        what = f"diplôme {name}, non concerné"
        findings.append(Finding(Matter.ANOTHER_DIPLOMA, local.name, what))
    return replace(told, degrees={})


def _elsewhere(students: set[int], here: Here) -> Iterator[Key]:
    """The degrees that these pupils have in another frame than the sector's."""
    lines = set(here.items.values())
    for key in (*here.held, *here.beside):
        if key.student in students and key.kind is Kind.DEGREE and key.item not in lines:
            yield key


def _typed(held: Held | None) -> bool:
    """Whether it is the word of a person."""
    return held is not None and held.source is Source.TYPED


def _matched(
    remote: Iterable[RemotePupil], pupils: Sequence[LocalPupil]
) -> tuple[dict[LocalPupil, RemotePupil], list[Finding]]:
    """By identifier first, whatever the order: an INE takes nobody's place."""
    sent = list(remote)
    by_id = {pupil.siecle_id: pupil for pupil in pupils if pupil.siecle_id}
    by_ine = _unique_ines(pupils)
    known = [by_id.get(told.siecle_id) for told in sent]
    matched: dict[LocalPupil, RemotePupil] = {}
    findings: list[Finding] = []
    identified = [(told, local) for told, local in zip(sent, known, strict=True) if local]
    others = [told for told, local in zip(sent, known, strict=True) if local is None]
    for told, local in (*identified, *((told, by_ine.get(told.ine)) for told in others)):
        if local is None:
            findings.append(Finding(Matter.UNMATCHED, told.name, _identifiers(told)))
        elif local in matched:
            findings.append(Finding(Matter.TWICE, told.name, _identifiers(told)))
        else:
            matched[local] = told
    left = (pupil for pupil in pupils if pupil not in matched)
    findings.extend(Finding(Matter.ABSENT, pupil.name) for pupil in left)
    return matched, findings


def _unique_ines(pupils: Sequence[LocalPupil]) -> dict[str, LocalPupil]:
    found: dict[str, list[LocalPupil]] = {}
    for pupil in pupils:
        if pupil.ine:
            found.setdefault(pupil.ine, []).append(pupil)
    return {ine: held[0] for ine, held in found.items() if len(held) == 1}


def _identifiers(told: RemotePupil) -> str:
    return " ".join(filter(None, (told.siecle_id and f"n° {told.siecle_id}", told.ine)))


def _want(
    local: LocalPupil,
    told: RemotePupil,
    here: Here,
    wanted: dict[Key, Value],
    withheld: set[Key],
    findings: list[Finding],
) -> None:
    """What CPRO sends of a pupil; what cannot be taken is told, and leaves what stands alone."""
    for key, value, matter in _values(local.student, told, here):
        if matter is None:
            wanted[key] = value
        else:
            withheld.add(key)
            findings.append(Finding(matter, local.name, _refused(key, value, here, matter)))
    if told.average is None and told.not_graded and here.marked:
        findings.append(Finding(Matter.NOT_GRADED, local.name))
    for code in told.degrees:
        if code not in here.items:
            findings.append(Finding(Matter.UNKNOWN_CODE, local.name, code))


def _values(
    student: int, told: RemotePupil, here: Here
) -> Iterator[tuple[Key, Value, Matter | None]]:
    if told.average is not None or (told.not_graded and not here.marked):
        yield Key(student, Kind.GRADE), told.average, _off_scale(told.average)
    for code, degree in told.degrees.items():
        if code in here.items:
            matter = None if degree in DEGREES else Matter.OUT_OF_SCALE
            yield Key(student, Kind.DEGREE, here.items[code]), degree, matter
    if told.appraisal:
        too_long = len(told.appraisal) > here.appraisal_max
        matter = Matter.TOO_LONG if too_long else None
        yield Key(student, Kind.APPRAISAL), told.appraisal, matter


def _off_scale(average: Decimal | None) -> Matter | None:
    return None if average is None or on_scale(average) else Matter.OUT_OF_SCALE


def on_scale(average: Decimal) -> bool:
    """From 0 to 20, to two decimals."""
    return 0 <= average <= MARK_MAX and average == round(average, 2)


def _gone(known: set[int], stays: set[Key], held: Mapping[Key, Held]) -> Iterator[Write]:
    """The values of CPRO that leave where they stand."""
    for key, value in held.items():
        if key.student in known and key not in stays and value.source is Source.CPRO:
            yield Write(key, value, removes=True)


def _same(before: Value, after: Value) -> bool:
    return before == after


def _refused(key: Key, value: Value, here: Here, matter: Matter) -> str:
    if matter is Matter.TOO_LONG:
        return f"{len(str(value))} caractères pour {here.appraisal_max}"
    return f"{_name(key, here)} : {value}"


def _told(key: Key, held: Held | None, here: Here, *, beside: bool) -> str:
    name = "appréciation" if key.kind is Kind.APPRAISAL else _name(key, here)
    where = f", dans {here.beside_name}" if beside else ""
    if held is None:
        return f"{name} : vide ici"
    if key.kind is Kind.APPRAISAL:
        return f"{name}{where}"
    return f"{name} : {'non noté' if held.value is None else held.value}{where}"


def _name(key: Key, here: Here) -> str:
    if key.kind is Kind.GRADE:
        return "note du professeur"
    return here.item_names.get(key.item or 0, "degré")
