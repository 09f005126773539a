"""One division of an import: what CPRO sent, planned and written in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q

from livretpro.bulletins import storing
from livretpro.bulletins.models import (
    ImportLine,
    Mark,
    Period,
    Service,
    ServiceTeacher,
)
from livretpro.bulletins.plan import (
    Finding,
    Here,
    Key,
    Kind,
    LocalPupil,
    Matter,
    Plan,
    RemotePupil,
    Target,
    Write,
    plan,
    sends_averages,
    target,
)
from livretpro.bulletins.queries.periods import closed_periods_of, periods_read
from livretpro.bulletins.queries.sectors import (
    diploma_names,
    items_of,
    sectors_of,
    vocational_frames,
)
from livretpro.bulletins.queries.services import vocational_services
from livretpro.bulletins.queries.settings import appraisal_max_of
from livretpro.bulletins.queries.values import pupils_of
from livretpro.bulletins.settling import TICKED
from livretpro.bulletins.storing import Place
from livretpro.bulletins.telling import change, tell
from livretpro.bulletins.words import CPRO_SERVICE_NAME, VOCATIONAL_CODE, Source
from livretpro.schools.actors import Actor
from livretpro.schools.models import Division, School


class PeriodClosed(Exception):
    """The period was closed while CPRO was asked."""

    phrase = "La période vient d’être clôturée ici : rouvrez-la, puis recommencez."


class Changed(Exception):
    """The service, the sector or the frame is no longer fit, since CPRO was asked."""

    phrase = (
        "Les services, la filière ou le référentiel viennent de changer : vérifiez les prérequis."
    )


class SetAside(Exception):
    """The service of a former import was set aside, and a closed period holds values in it."""

    phrase = (
        "Le service créé par un import précédent n’est plus actif, ou est sans notes, et une "
        "période clôturée y a des valeurs : rouvrez-la, puis recommencez."
    )


@dataclass(frozen=True)
class Outcome:
    """Where the values of a division go and what is done; `fresh`: the service was made for it."""

    target: Target
    service: Service | None
    plan: Plan
    fresh: bool = False

    def report(self) -> dict[str, Any]:
        """As the line keeps it: counts, then what a person must look at."""
        return {
            "cible": self.target.value,
            "crees": self.plan.created,
            "modifies": self.plan.changed,
            "retires": self.plan.removed + len(self.plan.withdrawn),
            "inchanges": self.plan.unchanged,
            "gardes": sum(f.matter is Matter.KEPT for f in self.plan.findings),
            "constats": [[f.matter.value, f.who, f.what] for f in self.plan.findings],
        }


def findings_of(report: dict[str, Any]) -> list[Finding]:
    """The findings that a report keeps."""
    return [Finding(Matter(m), who, what) for m, who, what in report.get("constats", [])]


@dataclass(frozen=True)
class _Local:
    """The division here: its service, the one an import made, the lines of its frame by code."""

    division: Division
    period: Period
    main: Service
    generated: Service | None
    cfd: str
    items: dict[str, int]
    item_names: dict[int, str]


def import_division(
    line: ImportLine, period: Period, sent: Sequence[RemotePupil], *, now: datetime, by: Actor
) -> Outcome:
    """Plan and, unless the batch is a dry run, write; inside a transaction. The queries do not grow
    with the pupils. Raises `PeriodClosed` or `Changed`.
    """
    local = _local(line.division, period, by)
    batch = line.batch
    pupils = _pupils(local.division, local.period, by.school)
    own, below = _marked(local, pupils)
    where = target(marks=own, marks_below=below, averages=sends_averages(sent, pupils))
    main = _stands(local.main, period)
    apart = _stands(local.generated, period) if local.generated else _Stands()
    receiving, other = (main, apart) if where is Target.SERVICE else (apart, main)
    source = local.generated if where is Target.SERVICE else local.main
    here = Here(
        pupils=pupils,
        cfd=local.cfd,
        items=local.items,
        held=storing.held(receiving.rows),
        appraisal_max=appraisal_max_of(by.school),
        item_names=local.item_names,
        diploma_names=diploma_names({one.cfd for one in sent} - {local.cfd}),
        emptied=(main.brought | apart.brought) - main.rows.keys() - apart.rows.keys(),
        beside=storing.held(other.rows),
        beside_name=source.name if source else "",
        edited=other.edited,
        marked=(own or below) and where is Target.SERVICE,
    )
    planned = plan(sent, here, replaces=batch.replaces)
    if batch.dry_run:
        return Outcome(where, local.main, planned)
    service, fresh = _receiver(local, where, planned, by)
    storing.write(planned.writes, receiving.rows, Place(service, period), line, now)
    if source:
        storing.write(planned.withdrawn, other.rows, Place(source, period), line, now)
    _tell(local, service, planned.writes, by)
    if source:
        _tell(local, source, planned.withdrawn, by)
    return Outcome(where, service, planned, fresh)


@dataclass(frozen=True)
class _Stands:
    """What stands in a service, and where imports brought it: what they brought and that a person
    emptied or edited comes back in neither service unasked."""

    rows: Mapping[Key, storing.Row] = field(default_factory=dict)
    brought: frozenset[Key] = frozenset()

    @property
    def edited(self) -> frozenset[Key]:
        """What imports brought and that is now the word of a person."""
        typed = {key for key, row in self.rows.items() if row.source == Source.TYPED}
        return self.brought & typed


def _stands(service: Service, period: Period) -> _Stands:
    """Under lock; four queries."""
    place = Place(service, period)
    return _Stands(storing.locked_rows(place), storing.brought(place))


def _local(division: Division, period: Period, by: Actor) -> _Local:
    held = Period.objects.select_for_update(no_key=True).get(pk=period.pk)
    if held.is_closed:
        raise PeriodClosed
    Division.objects.select_for_update(no_key=True).get(pk=division.pk)
    services = vocational_services(division, by.school)
    sector = sectors_of(division.school_year).get(division.pk)
    if len(services) != 1 or sector is None or not sector.available:
        raise Changed
    main = services[0]
    if main.division_id != division.pk or main.subject.code != VOCATIONAL_CODE:
        raise Changed
    storing.lock_services(
        Q(pk=main.pk) | Q(parent=main) | Q(division=division, generated_by_import=True)
    )
    frame = vocational_frames(by.school).get(sector.pk)
    if frame is None:
        raise Changed
    generated = Service.objects.filter(division=division, generated_by_import=True).first()
    rows = [item for item in items_of(frame.frame) if item.cpro_code]
    return _Local(
        division=division,
        period=held,
        main=main,
        generated=generated,
        cfd=sector.code,
        items={item.cpro_code: item.pk for item in rows},
        item_names={item.pk: f"{item.cpro_code} {item.shown}" for item in rows},
    )


def _marked(local: _Local, pupils: Sequence[LocalPupil]) -> tuple[bool, bool]:
    """Whether marks stand in the service, and in its sub-services: those of the division's pupils
    alone, a sub-service may be that of a group across divisions. Two queries."""
    marked = Mark.objects.filter(
        assessment__period__in=periods_read(local.period),
        value__isnull=False,
        student__in=[pupil.student for pupil in pupils],
    )
    own = marked.filter(assessment__service=local.main).exists()
    below = marked.filter(assessment__service__parent=local.main).exists()
    return own, below


def _pupils(division: Division, period: Period, school: School) -> list[LocalPupil]:
    """Those of the bulletins of the division, whatever their status."""
    return [
        LocalPupil(
            e.student_id,
            str(e.student.siecle_id),
            e.student.ine,
            str(e.student),
        )
        for e in pupils_of(division, period, school)
    ]


def _receiver(local: _Local, where: Target, planned: Plan, by: Actor) -> tuple[Service, bool]:
    """The service that receives, made when the rule asks for it and something is to be written."""
    if where is Target.SERVICE:
        return local.main, False
    if local.generated:
        return _shown(local.generated, by), False
    if not planned.writes:
        return local.main, False
    made = Service.objects.create(
        school_year=local.division.school_year,
        division=local.division,
        subject=local.main.subject,
        label=CPRO_SERVICE_NAME,
        coefficient=0,
        rank=local.main.rank,
        generated_by_import=True,
    )
    below = Q(service=local.main) | Q(service__parent=local.main)
    teachers = ServiceTeacher.objects.filter(below).values_list("staff", flat=True)
    ServiceTeacher.objects.bulk_create(
        ServiceTeacher(service=made, staff_id=staff) for staff in set(teachers)
    )
    tell(by, change("cree", "service_bulletin", made.pk, after=CPRO_SERVICE_NAME))
    return made, True


def _shown(generated: Service, by: Actor) -> Service:
    """A service that an import made, a line of the bulletin with its averages again if it was set
    aside here: what it receives must be seen."""
    aside = [word for word in ("active", "graded") if not getattr(generated, word)]
    if aside and closed_periods_of([generated]):
        raise SetAside
    if aside:
        generated.active = generated.graded = True
        generated.save(update_fields=["active", "graded"])
        words = {"active": "actif", "graded": "avec notes"}
        told = {"before": TICKED[False], "after": TICKED[True]}
        tell(
            by,
            *(
                change("modifie", "service_bulletin", generated.pk, words[word], **told)
                for word in aside
            ),
        )
    return generated


def _tell(local: _Local, service: Service, writes: Sequence[Write], by: Actor) -> None:
    """One entry a value, in two queries."""
    tell(
        by,
        *(
            change(
                "importe",
                "bulletin",
                f"{write.key.student}:{local.period.pk}",
                f"{_field(write, local)}, {service.name}",
                before="" if write.before is None else storing.told(write.before.value),
                after="" if write.removes else storing.told(write.after),
            )
            for write in writes
        ),
    )


def _field(write: Write, local: _Local) -> str:
    if write.key.kind is Kind.GRADE:
        return "note du professeur"
    if write.key.kind is Kind.APPRAISAL:
        return "appréciation"
    names = local.item_names
    return names.get(write.key.item or 0, "degré").split(" ")[0]
