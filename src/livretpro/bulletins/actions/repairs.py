"""The one button of each line of the prerequisites."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction

from livretpro.bulletins.actions import frames, mockups, periods, sectors, services, subjects
from livretpro.bulletins.models import Period, Sector, Subject
from livretpro.bulletins.prerequisites import RemoteFacts, Repair
from livretpro.bulletins.queries.periods import periods_of
from livretpro.bulletins.queries.sectors import sectors as sectors_of_school
from livretpro.bulletins.queries.sectors import sectors_of, vocational_frames
from livretpro.bulletins.queries.services import vocational_services
from livretpro.bulletins.refusals import BadChoice, allow
from livretpro.bulletins.settling import TICKED
from livretpro.bulletins.words import VOCATIONAL_CODE, Grouping
from livretpro.schools.actors import Actor
from livretpro.schools.models import Division


@dataclass(frozen=True)
class Broken:
    """The division to repair, the period of the import, what CPRO says of the division."""

    division: Division
    number: int
    remote: RemoteFacts


@transaction.atomic
def repair(broken: Broken, what: Repair, *, by: Actor) -> str:
    """Do it, all or nothing, and say what was done in one sentence.

    Raises `NotAllowed`, or `BadChoice` when it cannot be done, or when `what` only leads to a page.
    """
    allow(by)
    mend = _MENDERS.get(what)
    if mend is None:
        raise BadChoice("Cette réparation se fait sur une autre page.")
    return mend(broken, by)


def _set_sector(broken: Broken, by: Actor) -> str:
    done = sectors.set_sectors_by_mef(broken.division.school_year, [broken.division], by=by)
    if not done:
        raise BadChoice("Aucune filière connue ne correspond au MEF de cette division.")
    return f"Filière de {broken.division} mise d’après le MEF."


def _take_sector(broken: Broken, by: Actor) -> str:
    """That of the only diploma that CPRO announces and that a sector here is."""
    sectors.prefill_sectors(by=by)
    there = [one for one in sectors_of_school(by.school) if one.code in broken.remote.diplomas]
    if len(there) != 1:
        raise BadChoice("CPRO n’annonce pas un diplôme, et un seul, qui soit une filière d’ici.")
    sectors.set_sector([broken.division], there[0], by=by)
    return f"{broken.division} a la filière de CPRO, « {there[0]} »."


def _open_sector(broken: Broken, by: Actor) -> str:
    sector = _sector(broken)
    sectors.edit_sector(sector, available=True, grouping=Grouping(sector.grouping), by=by)
    return f"La filière « {sector} » est ouverte à l’import."


def _sector(broken: Broken) -> Sector:
    sector = sectors_of(broken.division.school_year).get(broken.division.pk)
    if sector is None:
        raise BadChoice("Donnez d’abord sa filière à la division.")
    return sector


def _set_code(broken: Broken, by: Actor) -> str:
    found = [
        service.subject
        for service in vocational_services(broken.division, by.school)
        if service.subject.code != VOCATIONAL_CODE
    ]
    subject = found[0] if found else _only_subject(by)
    subjects.set_code(subject, VOCATIONAL_CODE, by=by)
    return f"« {subject} » a le code SIECLE {VOCATIONAL_CODE}."


def _only_subject(by: Actor) -> Subject:
    return subjects.vocational_subject(by=by)


def _create_subject(_broken: Broken, by: Actor) -> str:
    subject = subjects.vocational_subject(by=by)
    return f"La matière « {subject} » a le code SIECLE {VOCATIONAL_CODE}."


def _create_service(broken: Broken, by: Actor) -> str:
    made = services.create_vocational(broken.division, by=by)
    return f"Le service « {made} » existe pour {broken.division}."


def _group(broken: Broken, by: Actor) -> str:
    generic = services.group_services(broken.division, by=by)
    return f"Les services de {broken.division} sont regroupés sous « {generic} »."


def _grade(broken: Broken, by: Actor) -> str:
    held = vocational_services(broken.division, by.school)
    if len(held) != 1:
        raise BadChoice("Regroupez d’abord les services de la division.")
    stands = services.service_texts(held[0])
    services.edit_service(held[0], {**stands, "notes": TICKED[True]}, by=by, seen=stands)
    return f"« {held[0]} » est avec notes."


def _create_frame(broken: Broken, by: Actor) -> str:
    frame = frames.create_frame(_sector(broken), by=by)
    return f"Le référentiel « {frame} » a {frame.items.count()} lignes, codes CPRO compris."


def _update_codes(broken: Broken, by: Actor) -> str:
    sector = _sector(broken)
    own = vocational_frames(by.school).get(sector.pk)
    if own is None:
        raise BadChoice("La matière professionnelle n’a pas de référentiel pour cette filière.")
    return codes_phrase(frames.update_codes(own.frame, by=by))


def codes_phrase(done: frames.Updated) -> str:
    """What an update of the codes gave, and what a person must still do."""
    left = [*done.ambiguous, *done.unknown]
    head = f"{done.written} code{'s' if done.written > 1 else ''} CPRO mis à jour."
    if done.added:
        plural = "s" if done.added > 1 else ""
        head = f"{head} {done.added} ligne{plural} ajoutée{plural} d’après le référentiel."
    if not left:
        return head
    names = ", ".join(f"« {label} »" for label in left[:3])
    more = "…" if len(left) > 3 else "."
    return f"{head} À coder à la main, l’intitulé ne suffit pas : {names}{more}"


def _period(broken: Broken) -> Period:
    held = [p for p in periods_of(broken.division) if p.number == broken.number]
    if not held:
        raise BadChoice("La division n’a pas cette période ici.")
    return held[0]


def _assign_mockup(broken: Broken, by: Actor) -> str:
    mockup = mockups.give_default(broken.division, _period(broken), by=by)
    return f"{broken.division} a la maquette « {mockup} »."


def _add_options(broken: Broken, by: Actor) -> str:
    mockups.add_options(broken.division, _period(broken), by=by)
    return "La maquette montre les compétences, la note du professeur et les appréciations."


def _match_grouping(broken: Broken, by: Actor) -> str:
    mockup = mockups.match_grouping(broken.division, _period(broken), by=by)
    return f"La maquette « {mockup} » regroupe {Grouping(mockup.grouping).label}."


def _create_periods(broken: Broken, by: Actor) -> str:
    _must_have_answered(broken)
    if broken.remote.kind is not None:
        said = _adopt_periods(broken, by)
        _period(broken)
        return said
    periods.create_periods(broken.division, by=by)
    _period(broken)
    return "Les trimestres de l’année sont créés, de même durée : vérifiez leurs dates."


def _must_have_answered(broken: Broken) -> None:
    """Periods made without CPRO would be those of another periodicity than its own."""
    if broken.remote.failure:
        raise BadChoice(f"{broken.remote.failure} Les périodes ne sont pas touchées.")


def _adopt_periods(broken: Broken, by: Actor) -> str:
    """The school takes them when it has none yet; else the division alone."""
    _must_have_answered(broken)
    remote, year = broken.remote, broken.division.school_year
    if remote.kind is None:
        raise BadChoice("CPRO ne dit pas la périodicité de cette division.")
    parts = {one.number: one for one in periods.equal_parts(remote.kind, year.start, year.end)}
    dated = [
        periods.Bounds(told.number, told.start, told.end)
        for told in remote.periods
        if told.start and told.end
    ]
    parts |= {one.number: one for one in dated}
    held = periods_of(broken.division)
    alone = broken.division if held else None
    bounds = [parts[number] for number in sorted(parts)]
    periods.set_periods(year, remote.kind, bounds, division=alone, by=by)
    whose = f"{broken.division} a" if alone else "Tout l’établissement a"
    if len(dated) == len(parts):
        return f"{whose} les périodes de CPRO."
    return (
        f"{whose} les {remote.kind.word}s de CPRO, qui n’en donne pas toutes les dates : celles "
        "qui manquent font des parts égales de l’année, vérifiez-les."
    )


def _reopen(broken: Broken, by: Actor) -> str:
    period = _period(broken)
    periods.reopen_period(period, by=by)
    return f"Le {period} est rouvert."


_MENDERS: dict[Repair, Callable[[Broken, Actor], str]] = {
    Repair.SET_SECTOR: _set_sector,
    Repair.TAKE_SECTOR: _take_sector,
    Repair.OPEN_SECTOR: _open_sector,
    Repair.SET_CODE: _set_code,
    Repair.CREATE_SUBJECT: _create_subject,
    Repair.CREATE_SERVICE: _create_service,
    Repair.GROUP: _group,
    Repair.GRADE: _grade,
    Repair.CREATE_FRAME: _create_frame,
    Repair.UPDATE_CODES: _update_codes,
    Repair.ASSIGN_MOCKUP: _assign_mockup,
    Repair.ADD_OPTIONS: _add_options,
    Repair.MATCH_GROUPING: _match_grouping,
    Repair.CREATE_PERIODS: _create_periods,
    Repair.ADOPT_PERIODS: _adopt_periods,
    Repair.REOPEN: _reopen,
}
