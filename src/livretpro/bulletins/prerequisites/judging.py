"""Judging a division: one line per check, from its facts alone."""

from collections.abc import Iterable, Iterator
from datetime import date

from livretpro.bulletins.prerequisites.facts import (
    Facts,
    FrameFacts,
    MockupFacts,
    PeriodFacts,
    RemoteFacts,
    RemotePeriod,
    SectorFacts,
)
from livretpro.bulletins.prerequisites.lines import Check, Line, Repair, State
from livretpro.bulletins.words import (
    GENERIC_NAME,
    VOCATIONAL_CODE,
    period_name,
)

CODES_NAMED = 6
"""Codes that a sentence names; the others are counted."""


def lines(facts: Facts) -> list[Line]:
    """Every check of a division, in the order of the screen; one line, without repair, for a
    division of which CPRO has no bilan: seconde, CAP (ADR 32)."""
    if _without_bilan(facts.remote):
        phrase = (
            "CPRO n’a pas de bilan pour cette division : seuls en ont les élèves de première et de "
            "terminale."
        )
        return [Line(Check.REMOTE, State.OUTSIDE, phrase)]
    return [
        _sector(facts),
        _subject(facts),
        _services(facts),
        *_frame(facts),
        *_mockup(facts),
        _period(facts),
        *_remote(facts),
        _pupils(facts),
    ]


def blocking(found: list[Line]) -> list[Line]:
    """The lines that keep a division out of the import."""
    return [line for line in found if line.state in {State.BLOCKING, State.OUTSIDE}]


def _without_bilan(remote: RemoteFacts) -> bool:
    """CPRO answered, knows the division, and follows none of its pupils."""
    answered = remote.connected and not remote.failure and remote.known
    return answered and not remote.diplomas


def _sector(facts: Facts) -> Line:
    sector = facts.sector
    if sector is None:
        repair = Repair.SET_SECTOR if facts.proposed_sector else Repair.CHOOSE_SECTOR
        hint = f" Son MEF est celui de : {facts.proposed_sector}." if facts.proposed_sector else ""
        return _block(Check.SECTOR, f"La division n’a pas de filière.{hint}", repair)
    if not sector.available:
        phrase = f"La filière « {sector.label} » n’est pas ouverte à l’import de CPRO."
        return _block(Check.SECTOR, phrase, Repair.OPEN_SECTOR)
    return _fine(Check.SECTOR, f"{sector.label}, évaluée {sector.grouping.label}.")


def _subject(facts: Facts) -> Line:
    """The seed: the SIECLE code of the vocational subject must be 071100."""
    uncoded = [service for service in facts.services if service.code != VOCATIONAL_CODE]
    if len(facts.services) == 1 and uncoded:
        phrase = f"« {uncoded[0].subject} » n’a pas le code SIECLE {VOCATIONAL_CODE}."
        return _block(Check.SUBJECT, phrase, Repair.SET_CODE)
    if not facts.vocational_subject:
        phrase = f"Aucune matière n’a le code SIECLE {VOCATIONAL_CODE}."
        repair = Repair.SET_CODE if uncoded else Repair.CREATE_SUBJECT
        return _block(Check.SUBJECT, phrase, repair)
    return _fine(Check.SUBJECT, f"La matière professionnelle a le code {VOCATIONAL_CODE}.")


def _services(facts: Facts) -> Line:
    found = facts.services
    if not found:
        phrase = "Aucun service pour l’enseignement professionnel."
        return _block(Check.SERVICES, phrase, Repair.CREATE_SERVICE)
    if len(found) > 1:
        names = _listed([service.name for service in found])
        phrase = f"{names} ne sont pas regroupés sous {GENERIC_NAME}"
        return _block(Check.SERVICES, phrase, Repair.GROUP)
    if found[0].of_group:
        phrase = f"{found[0].name} est le service d’un groupe, non de la division."
        return _block(Check.SERVICES, phrase, Repair.GROUP)
    if not found[0].graded:
        phrase = f"{found[0].name} est sans notes : les moyennes de CPRO n’y paraîtront pas."
        return _warn(Check.SERVICES, phrase, Repair.GRADE)
    return _fine(Check.SERVICES, f"Un service : {found[0].name}")


def _frame(facts: Facts) -> Iterator[Line]:
    if facts.frame is None or not facts.frame.lines:
        repair = Repair.CREATE_FRAME if facts.has_referentiel else Repair.SEE_FRAMES
        phrase = "La matière professionnelle n’a pas de référentiel pour cette filière."
        yield _block(Check.FRAME, phrase, repair)
        return
    yield _fine(Check.FRAME, "La matière professionnelle a son référentiel.")
    yield _codes(facts.frame)


def _codes(frame: FrameFacts) -> Line:
    if frame.uncoded:
        word = "compétence" if frame.uncoded == 1 else "compétences"
        verb = "n’a" if frame.uncoded == 1 else "n’ont"
        phrase = (
            f"{frame.uncoded} {word} sur {frame.lines} {verb} pas de code CPRO dans le référentiel."
        )
        return _block(Check.CODES, phrase, Repair.UPDATE_CODES)
    if frame.unplaced:
        return _block(Check.CODES, _unplaced(frame.unplaced), Repair.UPDATE_CODES)
    if frame.foreign:
        phrase = f"{_unplaced(frame.foreign)} Les degrés n’en seront pas importés."
        return _warn(Check.CODES, phrase, Repair.SEE_FRAMES)
    return _fine(Check.CODES, f"{frame.lines} codes CPRO sur {frame.lines}.")


def _unplaced(codes: tuple[str, ...]) -> str:
    count, named = len(codes), ", ".join(codes[:CODES_NAMED])
    head = "1 code de CPRO n’a" if count == 1 else f"{count} codes de CPRO n’ont"
    end = "…" if count > CODES_NAMED else "."
    return f"{head} pas de ligne dans le référentiel : {named}{end}"


def _mockup(facts: Facts) -> Iterator[Line]:
    """Nothing is said before the period exists: a mock-up is given for one."""
    mockup = facts.mockup
    if facts.period is None:
        return
    if mockup is None:
        phrase = "La division n’a pas de maquette pour cette période : son bulletin sera vide."
        yield _warn(Check.MOCKUP, phrase, Repair.ASSIGN_MOCKUP)
        return
    yield _options(mockup)
    if facts.sector:
        yield _grouping(mockup, facts.sector)


_OPTIONS = (
    ("competences", "Compétences définies dans le référentiel de la matière", "les degrés"),
    ("teacher_grade", "Note du professeur", "les moyennes"),
    ("appraisals", "Appréciations", "les appréciations"),
)


def _options(mockup: MockupFacts) -> Line:
    missing = [(name, what) for field, name, what in _OPTIONS if not getattr(mockup, field)]
    if not missing:
        return _fine(Check.MOCKUP, f"« {mockup.name} » montre ce que CPRO apporte.")
    names = _listed([f"« {name} »" for name, _ in missing])
    head = f"L’option {names} manque" if len(missing) == 1 else f"Les options {names} manquent"
    phrase = f"{head} : {_listed([what for _, what in missing])} ne paraîtront pas."
    return _warn(Check.MOCKUP, phrase, Repair.ADD_OPTIONS)


def _grouping(mockup: MockupFacts, sector: SectorFacts) -> Line:
    if mockup.grouping is not sector.grouping:
        phrase = (
            f"La maquette « {mockup.name} » regroupe {mockup.grouping.label}, "
            f"la filière est évaluée {sector.grouping.label}."
        )
        return _warn(Check.GROUPING, phrase, Repair.MATCH_GROUPING)
    return _fine(Check.GROUPING, f"La maquette regroupe {mockup.grouping.label}.")


def _period(facts: Facts) -> Line:
    period = facts.period
    if period is None:
        phrase = f"La division n’a pas de période n° {facts.number} ici."
        there = facts.remote.kind
        if there and facts.number > there.per_year:
            phrase = f"{phrase} CPRO y travaille par {there.word} : choisissez une autre période."
            return Line(Check.PERIOD, State.BLOCKING, phrase)
        return _block(Check.PERIOD, phrase, Repair.CREATE_PERIODS)
    name = period_name(period.kind, period.number)
    if period.closed:
        return _block(Check.PERIOD, f"Le {name} est clôturé ici.", Repair.REOPEN)
    return _fine(Check.PERIOD, f"Le {name} est ouvert.")


def _remote(facts: Facts) -> Iterator[Line]:
    remote = facts.remote
    if not remote.connected:
        phrase = "La connexion à CPRO n’est pas réglée pour cet établissement."
        yield _block(Check.REMOTE, phrase, Repair.CONNECT)
    elif remote.failure:
        yield _block(Check.REMOTE, remote.failure, Repair.RETRY)
    elif not remote.known:
        phrase = "CPRO ne connaît pas cette division pour l’année en cours."
        yield _block(Check.REMOTE, phrase, Repair.RETRY)
    else:
        yield from _answered(facts)


def _answered(facts: Facts) -> Iterator[Line]:
    remote, here = facts.remote, facts.period
    if facts.sector:
        yield _diploma(facts, facts.sector)
    if remote.kind is None:
        phrase = (
            "La périodicité de la division n’est pas fixée dans CPRO, ou ses diplômes diffèrent."
        )
        yield _block(Check.REMOTE, phrase, Repair.RETRY)
        return
    if here and remote.kind is not here.kind:
        phrase = f"CPRO travaille par {remote.kind.word}, cette division par {here.kind.word} ici."
        yield _block(Check.REMOTE, phrase, Repair.ADOPT_PERIODS)
        return
    yield from _published(
        facts, next((p for p in remote.periods if p.number == facts.number), None)
    )


def _diploma(facts: Facts, sector: SectorFacts) -> Line:
    """Codes are common to all référentiels: degrees of another diploma would bear wrong labels."""
    there = facts.remote.diplomas
    if sector.code not in there:
        return _another_diploma(facts, sector)
    others = [cfd for cfd in there if cfd != sector.code]
    if not others:
        return _fine(Check.DIPLOMA, "CPRO évalue cette division sur le diplôme de sa filière.")
    phrase = (
        f"Les élèves qui préparent {_diplomas(others, facts)} ont un autre référentiel : "
        "seules leur note et leur appréciation seront importées. Pour leurs degrés, importez de "
        "nouveau avec leur filière."
    )
    return _warn(Check.DIPLOMA, phrase, Repair.CHOOSE_SECTOR)


def _another_diploma(facts: Facts, sector: SectorFacts) -> Line:
    there = facts.remote.diplomas
    known = [cfd for cfd in there if cfd in facts.sectors]
    phrase = (
        f"CPRO évalue cette division sur {_diplomas(there, facts)}, sa filière ici est "
        f"« {sector.label} »."
    )
    if not known:
        phrase += " Aucune filière d’ici n’y correspond : faites vérifier son diplôme dans CPRO."
        return _block(Check.DIPLOMA, phrase, Repair.RETRY)
    repair = Repair.TAKE_SECTOR if len(known) == 1 else Repair.CHOOSE_SECTOR
    return _block(Check.DIPLOMA, phrase, repair)


def _diplomas(cfds: Iterable[str], facts: Facts) -> str:
    named = facts.sectors
    return _listed([f"« {named[cfd]} »" if cfd in named else f"le diplôme {cfd}" for cfd in cfds])


def _published(facts: Facts, there: RemotePeriod | None) -> Iterator[Line]:
    if there is None or not there.published:
        phrase = (
            "Cette période n’est pas publiée dans CPRO : l’équipe doit d’abord publier son bilan."
        )
        yield _block(Check.REMOTE, phrase, Repair.RETRY)
    else:
        yield _fine(Check.REMOTE, "La période est publiée dans CPRO.")
    if there and facts.period and there.start and there.end:
        yield _dates(facts.period, there.start, there.end)


def _dates(here: PeriodFacts, start: date, end: date) -> Line:
    if (here.start, here.end) == (start, end):
        return _fine(Check.DATES, "Les dates sont les mêmes.")
    phrase = (
        f"Du {here.start:%d/%m/%Y} au {here.end:%d/%m/%Y} ici, "
        f"du {start:%d/%m/%Y} au {end:%d/%m/%Y} dans CPRO."
    )
    return _warn(Check.DATES, phrase, Repair.ADOPT_PERIODS)


def _pupils(facts: Facts) -> Line:
    if not facts.unnamed:
        return _fine(Check.PUPILS, "Tous les élèves ont un identifiant SIECLE et un INE.")
    count, names = len(facts.unnamed), ", ".join(facts.unnamed)
    head = (
        "1 élève sans INE ne sera reconnu"
        if count == 1
        else (f"{count} élèves sans INE ne seront reconnus")
    )
    phrase = f"{head} que par l’identifiant SIECLE : {names}."
    return _warn(Check.PUPILS, phrase, Repair.SEE_PUPILS)


def _listed(words: list[str]) -> str:
    """`a`, `a et b`, `a, b et c`."""
    return " et ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else words[0]


def _fine(check: Check, phrase: str) -> Line:
    return Line(check, State.OK, phrase)


def _warn(check: Check, phrase: str, repair: Repair) -> Line:
    return Line(check, State.WARNING, phrase, repair)


def _block(check: Check, phrase: str, repair: Repair) -> Line:
    return Line(check, State.BLOCKING, phrase, repair)
