"""Services: created from STS, made sub-services of a generic one (the seed, step 1)."""

from collections.abc import Collection, Iterable, Sequence

from django.db import transaction
from django.db.models import Q

from livretpro.bulletins.actions.own_marks import keep_own_marks
from livretpro.bulletins.actions.subjects import create_subject, vocational_subject
from livretpro.bulletins.fields import canonical
from livretpro.bulletins.models import Service, ServiceTeacher, Subject
from livretpro.bulletins.queries.periods import closed_periods_of
from livretpro.bulletins.queries.services import (
    Proposed,
    sts_services,
    vocational_codes,
    vocational_services,
)
from livretpro.bulletins.reading import read_coefficient, read_line
from livretpro.bulletins.refusals import BadChoice, allow
from livretpro.bulletins.settling import TICKED, Texts, settled
from livretpro.bulletins.storing import hand_over, lock_services
from livretpro.bulletins.telling import change, tell
from livretpro.bulletins.words import CPRO_SERVICE_NAME, GENERIC_NAME, VOCATIONAL_CODE
from livretpro.schools.actors import Actor
from livretpro.schools.models import Division, SchoolYear

NAME_MAX = 100
MADE = {"before": TICKED[False], "after": TICKED[True]}


@transaction.atomic
def create_from_sts(year: SchoolYear, *, by: Actor) -> list[Service]:
    """Make the services that STS teaches and that do not exist yet, with their teachers.

    The very same call twice (a double click) makes them once. Raises `NotAllowed`.
    """
    allow(by)
    SchoolYear.objects.select_for_update(no_key=True).get(pk=year.pk)
    return _create([one for one in sts_services(year, by=by) if not one.exists], year, by=by)


def _create(missing: Sequence[Proposed], year: SchoolYear, *, by: Actor) -> list[Service]:
    subjects = _subjects(missing, by=by)
    made = Service.objects.bulk_create(
        Service(
            school_year=year,
            division_id=one.division,
            group_id=one.group,
            subject=subjects[one.code],
        )
        for one in missing
    )
    ServiceTeacher.objects.bulk_create(
        ServiceTeacher(service=service, staff_id=teacher)
        for service, one in zip(made, missing, strict=True)
        for teacher in one.teachers
    )
    tell(
        by,
        *(
            change("cree", "service_bulletin", f"{one.place} {one.code}", after=one.label)
            for one in missing
        ),
    )
    return made


def _subjects(missing: Iterable[Proposed], *, by: Actor) -> dict[str, Subject]:
    """The subject of each code: the first one that bears it, else a new one."""
    held = Subject.objects.filter(school=by.school).exclude(code="").order_by("-pk")
    found = {subject.code: subject for subject in held}
    for one in missing:
        if one.code not in found:
            found[one.code] = _fresh_subject(one, by=by)
    return found


def _fresh_subject(one: Proposed, *, by: Actor) -> Subject:
    made = create_subject(one.label, one.code, by=by)
    if made.code == one.code:
        return made
    return create_subject(f"{one.label} ({one.code})", one.code, by=by)


@transaction.atomic
def group_services(
    division: Division,
    *,
    by: Actor,
    name: str = GENERIC_NAME,
    services: Collection[int] | None = None,
) -> Service:
    """« Transformer en sous-services »: put the vocational services of a division, or those chosen,
    under one service of the division with a generic name and the vocational code.

    A service that has sub-services already takes the others; what CPRO brought into one of these
    goes up to it, where imports write from now on, and its own marks go down (`own_marks`). Raises
    `NotAllowed`, or `BadChoice`: among others for a group that has pupils of other divisions, whose
    bulletins would lose it, or for values of a closed period, which stay as they were given out.
    """
    allow(by)
    Division.objects.select_for_update(no_key=True).get(pk=division.pk)
    found = vocational_services(division, by.school)
    if services is not None:
        found = _chosen(division, services)
    label = " ".join(name.split())
    if not label or len(label) > NAME_MAX:
        raise BadChoice(f"Le service générique a un nom, de {NAME_MAX} caractères au plus.")
    _refuse_reserved(label)
    generic = _generic(division, found, label, by=by)
    below = [service for service in found if service.pk != generic.pk]
    if not below:
        raise BadChoice("Choisissez les services à regrouper.")
    _refuse_shared(division, below)
    lock_services(Q(pk__in=[one.pk for one in (generic, *below)]))
    _refuse_closed([generic, *below])
    if not generic.subservices.filter(active=True).exists():
        keep_own_marks(generic, by=by)
    for service in below:
        service.parent = generic
    Service.objects.bulk_update(below, ["parent"])
    _share_teachers(generic, below)
    for service in below:
        hand_over(service, generic)
    tell(
        by,
        *(
            change(
                "modifie",
                "service_bulletin",
                service.pk,
                f"sous-service de {label}",
                after=service.name,
            )
            for service in below
        ),
    )
    return generic


def _refuse_closed(services: Collection[Service]) -> None:
    """What a closed period holds was given out: its services stay as they are. Raises
    `BadChoice`."""
    closed = closed_periods_of(services)
    if closed:
        names = ", ".join(f"{period}" for period in closed)
        raise BadChoice(
            f"Une période clôturée a des valeurs dans ce service ({names}) : ses bulletins "
            "changeraient. Rouvrez-la d’abord."
        )


def _refuse_shared(division: Division, below: Iterable[Service]) -> None:
    """A service of a group is a line of every division of the group: under a service of one of
    them, it would leave the bulletins of the others."""
    for service in below:
        if service.group is None:
            continue
        others = service.group.divisions.exclude(pk=division.pk).order_by("code")
        codes = ", ".join(others.values_list("code", flat=True))
        if codes:
            raise BadChoice(
                f"« {service} » est le service du groupe {service.group}, commun avec {codes} : "
                f"regroupé ici, il disparaîtrait du bulletin de {codes}. Décochez-le ; ou faites "
                "dans SIECLE et STS un groupe par division, importez-les, créez leurs services et "
                "rendez celui-ci inactif."
            )


def _chosen(division: Division, services: Collection[int]) -> list[Service]:
    """Those of the division that stand at top level. Raises `BadChoice` for any other."""
    own = Service.objects.of_division(division).lines().filter(pk__in=services)
    found = list(own.filter(generated_by_import=False).select_related("subject", "group"))
    if len(found) != len(set(services)):
        raise BadChoice("Un service choisi n’est plus un service de cette division.")
    return found


def _generic(division: Division, found: Sequence[Service], label: str, *, by: Actor) -> Service:
    """The one that has sub-services already, else one of this name, else a new one."""
    parents = {service.parent_id for service in Service.objects.filter(parent__in=found)}
    of_division = [service for service in found if service.division_id == division.pk]
    coded = [s for s in of_division if s.subject.code == VOCATIONAL_CODE]
    for service in coded:
        if service.pk in parents or service.label == label:
            return service
    subject = vocational_subject(by=by)
    made, fresh = Service.objects.get_or_create(
        school_year=division.school_year,
        division=division,
        subject=subject,
        label=label,
        defaults={"group": None},
    )
    if not fresh and (made.parent_id or made.generated_by_import or not made.active):
        raise BadChoice(f"Un autre service s’appelle déjà « {label} » : choisissez un autre nom.")
    if fresh:
        tell(
            by,
            change("cree", "service_bulletin", f"{division.code} {VOCATIONAL_CODE}", after=label),
        )
    return made


def _share_teachers(generic: Service, below: Sequence[Service]) -> None:
    teachers = ServiceTeacher.objects.filter(service__in=below).values_list("staff", flat=True)
    ServiceTeacher.objects.bulk_create(
        (ServiceTeacher(service=generic, staff_id=teacher) for teacher in set(teachers)),
        ignore_conflicts=True,
    )


@transaction.atomic
def ungroup(service: Service, *, by: Actor) -> bool:
    """Make a sub-service a service of its own again; says whether it was one.

    Raises `NotAllowed`, or `BadChoice` when a closed period holds values in it.
    """
    allow(by)
    own = Service.objects.select_for_update(of=["self"]).select_related("subject")
    held = own.get(pk=service.pk, school_year__school=by.school)
    if held.parent_id is None:
        return False
    _refuse_closed([held])
    held.parent = None
    held.save(update_fields=["parent"])
    tell(by, change("modifie", "service_bulletin", held.pk, "service à part", after=held.name))
    return True


@transaction.atomic
def create_vocational(division: Division, *, by: Actor) -> Service:
    """A vocational service for a division that STS gives none: made with its subject, no teacher.

    Those that STS gives for it are made instead, no others. Raises `NotAllowed`.
    """
    allow(by)
    SchoolYear.objects.select_for_update(no_key=True).get(pk=division.school_year_id)
    groups = set(division.groups.values_list("pk", flat=True))
    codes = vocational_codes(by.school)
    missing = [
        one
        for one in sts_services(division.school_year, by=by)
        if not one.exists and one.code in codes
        if one.division == division.pk or one.group in groups
    ]
    _create(missing, division.school_year, by=by)
    held = vocational_services(division, by.school)
    if held:
        return held[0]
    made, fresh = Service.objects.get_or_create(
        school_year=division.school_year,
        division=division,
        subject=vocational_subject(by=by),
        label=GENERIC_NAME,
    )
    if not fresh:
        return _put_back(made, by=by)
    tell(
        by,
        change(
            "cree", "service_bulletin", f"{division.code} {VOCATIONAL_CODE}", after=GENERIC_NAME
        ),
    )
    return made


def _put_back(service: Service, *, by: Actor) -> Service:
    """Make a service that exists a line of the bulletin: active, and nobody's sub-service."""
    _refuse_closed([service])
    told = []
    if not service.active:
        told.append(change("modifie", "service_bulletin", service.pk, "actif", **MADE))
    if service.parent_id:
        told.append(change("modifie", "service_bulletin", service.pk, "à part", **MADE))
    service.active, service.parent = True, None
    service.save(update_fields=["active", "parent"])
    tell(by, *told)
    return service


SERVICE_FIELDS = {
    "libelle": "nom au bulletin",
    "coefficient": "coefficient",
    "notes": "avec notes",
    "actif": "actif",
}
"""What a person sets of a service."""


def service_texts(service: Service) -> Texts:
    """What stands of a service in the fields of `SERVICE_FIELDS`."""
    return {
        "libelle": service.label,
        "coefficient": canonical(service.coefficient),
        "notes": TICKED[service.graded],
        "actif": TICKED[service.active],
    }


@transaction.atomic
def edit_service(service: Service, typed: Texts, *, by: Actor, seen: Texts | None = None) -> bool:
    """Set what was `typed` in the fields of `SERVICE_FIELDS`; says whether something changed.

    Raises `NotAllowed`, `BadChoice` for a name or coefficient that cannot be or for values of a
    closed period, or `Changed`.
    """
    allow(by)
    wanted = {
        **typed,
        "libelle": read_line("Le nom au bulletin", typed["libelle"], NAME_MAX),
        "coefficient": canonical(read_coefficient(typed["coefficient"])),
    }
    own = Service.objects.select_for_update(of=["self"]).select_related("subject")
    held = own.get(pk=service.pk, school_year__school=by.school)
    before = service_texts(held)
    after = settled(wanted, seen=seen, stands=before, words=SERVICE_FIELDS)
    if after == before:
        return False
    if not held.generated_by_import:
        _refuse_reserved(after["libelle"])
    _refuse_closed([held])
    held.label, held.coefficient = after["libelle"], read_coefficient(after["coefficient"])
    held.graded, held.active = (after[name] == TICKED[True] for name in ("notes", "actif"))
    _refuse_namesake(held)
    held.save(update_fields=["label", "coefficient", "graded", "active"])
    tell(
        by,
        *(
            change(
                "modifie",
                "service_bulletin",
                held.pk,
                words,
                before=before[name],
                after=after[name],
            )
            for name, words in SERVICE_FIELDS.items()
            if before[name] != after[name]
        ),
    )
    return True


def _refuse_reserved(label: str) -> None:
    """The name that an import gives to the service it makes."""
    if label == CPRO_SERVICE_NAME:
        raise BadChoice(
            f"« {label} » est le nom du service que crée un import de CPRO : choisissez un autre "
            "nom."
        )


def _refuse_namesake(service: Service) -> None:
    same = Service.objects.filter(
        division=service.division_id,
        group=service.group_id,
        subject=service.subject_id,
        label=service.label,
    )
    if same.exclude(pk=service.pk).exists():
        raise BadChoice(f"Un autre service s’appelle déjà « {service.name} » ici.")
