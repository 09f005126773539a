"""Ressources > Classes > Services par classe: created from STS, made sub-services, edited."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from livretpro.bulletins.actions.services import (
    NAME_MAX,
    SERVICE_FIELDS,
    create_from_sts,
    edit_service,
    group_services,
    service_texts,
    ungroup,
)
from livretpro.bulletins.actions.teachers import add_teacher, follow_sts, remove_teacher
from livretpro.bulletins.models import Service
from livretpro.bulletins.queries.sectors import divisions_of_school
from livretpro.bulletins.queries.services import (
    is_vocational,
    service_of,
    services_of,
    sts_services,
)
from livretpro.bulletins.queries.teachers import teacher_changes
from livretpro.bulletins.reading import read_line
from livretpro.bulletins.refusals import BadChoice
from livretpro.bulletins.settling import TICKED, Changed, Texts
from livretpro.bulletins.words import GENERIC_NAME, VOCATIONAL_CODE
from livretpro.schools.models import Division
from livretpro.schools.queries import staff_present, visible_division
from livretpro.web.base.asking import is_key
from livretpro.web.base.place import Place
from livretpro.web.bulletins.asked import many, number
from livretpro.web.bulletins.doors import configuring, in_year
from livretpro.web.bulletins.keeping import NOT_REFUSED, Filled, Refusal, sent_seen

PAGE = require_http_methods(["GET", "HEAD", "POST"])


@dataclass(frozen=True)
class ServiceRow:
    """A service of the list; `below`: a sub-service; `teachers` in one line; `form`: its fields."""

    service: Service
    below: bool
    vocational: bool
    teachers: str
    ticked: bool
    form: Filled


@PAGE
@configuring
def services(request: HttpRequest, place: Place) -> HttpResponseBase:
    """The divisions; what STS teaches and that does not exist yet; the teachers that STS says
    otherwise. Nine queries, doors aside."""
    year = in_year(place)
    if request.method == "POST":
        made = create_from_sts(year, by=place.actor)
        added, gone = (_links(request.POST, name) for name in ("ajouter", "retirer"))
        changed = follow_sts(year, added=added, gone=gone, by=place.actor)
        messages.success(request, _said_of_sts(len(made), changed))
        return redirect("bulletins:services", place.school.uai)
    proposed = sts_services(year, by=place.actor)
    context = {
        "divisions": divisions_of_school(year, by=place.actor),
        "missing": [one for one in proposed if not one.exists],
        "known": sum(one.exists for one in proposed),
        "changes": teacher_changes(year, by=place.actor),
    }
    return render(request, "bulletins/services.html", context)


def _links(sent: QueryDict, name: str) -> set[tuple[int, int]]:
    """`12:3`: the service 12, the member of the staff 3."""
    pairs = (text.partition(":") for text in sent.getlist(name))
    return {
        (int(service), int(person))
        for service, _, person in pairs
        if is_key(service) and is_key(person)
    }


def _said_of_sts(made: int, changed: int) -> str:
    said = []
    if made:
        said.append(f"{made} service{'s' if made > 1 else ''} créé{'s' if made > 1 else ''}")
    if changed:
        plural = "s" if changed > 1 else ""
        said.append(f"{changed} changement{plural} d’enseignant")
    return f"D’après STS : {', '.join(said)}." if said else "Rien n’a changé."


@PAGE
@configuring
def teachers(request: HttpRequest, place: Place, division: int, service: int) -> HttpResponseBase:
    """Who teaches a service: added among the staff present, removed. Five queries, doors aside."""
    found = visible_division(place.actor, division)
    seen = services_of(found, by=place.actor) if found else []
    own = next((one for one in seen if one.pk == service), None)
    if found is None or own is None:
        raise Http404
    if request.method != "POST":
        return _teachers(request, place, found, own)
    try:
        said = _teachers_changed(request.POST, own, place)
    except BadChoice as refusal:
        return _teachers(request, place, found, own, Refusal.of(refusal))
    messages.success(request, said)
    return redirect("bulletins:service_teachers", place.school.uai, found.pk, own.pk)


def _teachers_changed(posted: QueryDict, service: Service, place: Place) -> str:
    person = number(posted, "enseignant")
    if posted.get("faire") == "retirer":
        done = remove_teacher(service, person, by=place.actor)
        return f"Retiré de « {service} » : il n’y écrit plus." if done else "Rien n’a changé."
    done = add_teacher(service, person, by=place.actor)
    return f"Ajouté à « {service} » : il y écrit." if done else "Rien n’a changé."


def _teachers(
    request: HttpRequest,
    place: Place,
    division: Division,
    service: Service,
    refused: Refusal = NOT_REFUSED,
) -> HttpResponse:
    held = list(service.teachers.all())
    context = {
        "division": division,
        "service": service,
        "teachers": held,
        "others": [one for one in staff_present(place.school) if one not in held],
        "refused": refused,
    }
    return render(request, "bulletins/teachers.html", context, status=refused.status)


@PAGE
@configuring
def services_of_class(request: HttpRequest, place: Place, division: int) -> HttpResponseBase:
    """The services of a division, sub-services under theirs. Five queries, doors aside."""
    found = visible_division(place.actor, division)
    if found is None:
        raise Http404
    if request.method == "POST":
        return _change(request, place, found)
    return _page(request, place, found)


def _change(request: HttpRequest, place: Place, division: Division) -> HttpResponse:
    try:
        said = _done(request, place, division)
    except (BadChoice, Changed) as refusal:
        return _page(request, place, division, Refusal.of(refusal))
    messages.success(request, said)
    return redirect("bulletins:services_of_class", place.school.uai, division.pk)


def _done(request: HttpRequest, place: Place, division: Division) -> str:
    posted, by = request.POST, place.actor
    if posted.get("faire") == "regrouper":
        chosen = many(posted, "service")
        name = read_line("Le nom du service générique", posted.get("nom", ""), NAME_MAX)
        generic = group_services(division, name=name, services=chosen, by=by)
        if len(chosen) == 1:
            return f"Un service est un sous-service de « {generic} »."
        return f"{len(chosen)} services sont des sous-services de « {generic} »."
    service = service_of(number(posted, "service"), by=by)
    if service is None:
        raise Http404
    if posted.get("faire") == "separer":
        ungroup(service, by=by)
        return f"« {service} » est un service à part."
    done = edit_service(service, _typed(posted), seen=sent_seen(posted), by=by)
    return "Service enregistré." if done else "Rien n’a changé."


def _typed(posted: QueryDict) -> Texts:
    boxes = {name: TICKED[name in posted] for name in ("notes", "actif")}
    return {name: posted.get(name, "") for name in SERVICE_FIELDS} | boxes


def _filled(service: Service, posted: QueryDict, refused: Refusal) -> Filled:
    stands = service_texts(service)
    if posted.get("faire") != "modifier" or number(posted, "service") != service.pk:
        return Filled.fresh(stands)
    return Filled.again(stands, _typed(posted), sent_seen(posted), refused)


def _page(
    request: HttpRequest, place: Place, division: Division, refused: Refusal = NOT_REFUSED
) -> HttpResponse:
    grouping = request.POST.get("faire") == "regrouper"
    ticked = many(request.POST, "service") if grouping else []
    rows = [
        ServiceRow(
            service,
            service.parent_id is not None,
            is_vocational(service, place.school),
            ", ".join(str(teacher) for teacher in service.teachers.all()),
            service.pk in ticked,
            _filled(service, request.POST, refused),
        )
        for service in services_of(division, by=place.actor)
    ]
    alone = [row for row in rows if row.vocational and not row.below and row.service.active]
    context = {
        "division": division,
        "divisions": divisions_of_school(in_year(place), by=place.actor),
        "rows": rows,
        "to_group": len([row for row in alone if not row.service.generated_by_import]) > 1,
        "generic": request.POST.get("nom", GENERIC_NAME),
        "code": VOCATIONAL_CODE,
        "refused": refused,
    }
    return render(request, "bulletins/services_of_class.html", context, status=refused.status)
