"""Who writes: teachers of the speciality, professeurs principaux, référents, substitutes."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from livretpro.schools.charges import end_principal, name_principal, name_referents
from livretpro.schools.lines import BadChoice
from livretpro.schools.models import Division
from livretpro.schools.permissions import can_name_teachers
from livretpro.schools.queries import gone_with_role, staff_present, staff_with_account
from livretpro.schools.subjects import substitution_of, substitutions, taught_subjects
from livretpro.schools.teaching import (
    add_by_hand,
    end_substitution,
    let_speciality_write_pfmp,
    name_substitute,
    remove_by_hand,
    set_speciality_subjects,
)
from livretpro.schools.writers import followed, hand_teacher, principal_by_hand, teaching
from livretpro.web.suivi.asking import division_of
from livretpro.web.suivi.doors import in_diploma
from livretpro.web.suivi.forms.people import (
    Charge,
    ReferentForm,
    SubstitutionForm,
    TeacherForm,
)
from livretpro.web.suivi.place import DiplomaPlace


@require_http_methods(["GET", "HEAD", "POST"])
@in_diploma
def teachers(request: HttpRequest, place: DiplomaPlace) -> HttpResponseBase:
    """Who writes, per division; adding somebody. Ten queries, doors aside."""
    _heads_only(place)
    if request.method != "POST":
        return _teachers(request, place)
    if "pfmp" in request.POST:
        return _let_write_pfmp(request, place)
    return _add(request, place)


@require_POST
@in_diploma
def remove(request: HttpRequest, place: DiplomaPlace, line: int) -> HttpResponseBase:
    """Take back what was added by hand, from today."""
    _heads_only(place)
    found = hand_teacher(place.actor, line)
    if found is None:
        raise Http404
    remove_by_hand(found, on=_today(place), by=place.actor)
    messages.success(request, f"{found.staff} n’écrit plus la spécialité de {found.division}.")
    return _back(place)


@require_POST
@in_diploma
def remove_principal(request: HttpRequest, place: DiplomaPlace, principal: int) -> HttpResponseBase:
    """Take back a charge of professeur principal named by hand, from today."""
    _heads_only(place)
    found = principal_by_hand(place.actor, principal)
    if found is None:
        raise Http404
    end_principal(found, on=_today(place), by=place.actor)
    messages.success(request, f"{found.staff} n’est plus professeur principal de {found.division}.")
    return _back(place)


@require_http_methods(["GET", "HEAD", "POST"])
@in_diploma
def referents(request: HttpRequest, place: DiplomaPlace, division: int) -> HttpResponseBase:
    """Who follows the PFMPs of each pupil of a division; naming somebody for those ticked."""
    _heads_only(place)
    found = division_of(place, division)
    if request.method != "POST":
        return _referents(request, place, found)
    held = followed(place.actor, found, place.diploma.cfd, on=_today(place))
    form = ReferentForm(
        request.POST,
        pupils=[line.enrolment for line in held],
        staff=staff_with_account(place.school),
    )
    if not form.is_valid():
        return _referents(request, place, found, status=422, wrong=form)
    person = form.person
    try:
        changed = name_referents(
            place.year, form.students, person, on=_today(place), by=place.actor
        )
    except BadChoice as refusal:
        form.add_error("staff", refusal.phrase)
        return _referents(request, place, found, status=422, wrong=form)
    messages.success(request, _named_words(str(person or ""), changed))
    return redirect("suivi:referents", place.school.uai, place.path, found.pk)


def _named_words(person: str, changed: int) -> str:
    if changed == 0:
        return "Rien n’a changé."
    pupils = f"{changed} élève{'s' if changed > 1 else ''}"
    if not person:
        return f"{pupils} sans référent PFMP désormais."
    return f"{person} est référent PFMP de {pupils}."


def _referents(
    request: HttpRequest,
    place: DiplomaPlace,
    division: Division,
    *,
    status: int = 200,
    wrong: ReferentForm | None = None,
) -> HttpResponse:
    context = {
        "division": division,
        "followed": followed(place.actor, division, place.diploma.cfd, on=_today(place)),
        "staff": staff_with_account(place.school),
        "wrong": wrong,
        "ticked": wrong.ticked if wrong else [],
    }
    return render(request, "suivi/referents.html", context, status=status)


@require_POST
@in_diploma
def subjects(request: HttpRequest, place: DiplomaPlace) -> HttpResponseBase:
    """Choose the subjects of the speciality, for the whole school."""
    _heads_only(place)
    known = {subject.code for subject in taught_subjects(place.school, place.year)}
    wanted = [code for code in request.POST.getlist("matiere") if code in known]
    shown = request.POST.getlist("vue") or None
    try:
        changed = set_speciality_subjects(place.school, wanted, shown=shown, by=place.actor)
    except BadChoice as refusal:
        return _teachers(request, place, status=422, wrong_subjects=refusal.phrase)
    if changed:
        messages.success(request, "Les matières de la spécialité sont enregistrées.")
    return _back(place)


@require_POST
@in_diploma
def substitute(request: HttpRequest, place: DiplomaPlace) -> HttpResponseBase:
    """Name somebody who stands in for a teacher, between two dates."""
    _heads_only(place)
    form = SubstitutionForm(request.POST, staff=staff_present(place.school))
    if not form.is_valid():
        return _no_substitute(request, place, form.refusal)
    try:
        made = name_substitute(
            place.year,
            form.person("absent"),
            form.person("suppleant"),
            start=form.cleaned_data["du"],
            end=form.cleaned_data["au"],
            by=place.actor,
        )
    except BadChoice as refusal:
        return _no_substitute(request, place, refusal.phrase)
    messages.success(request, f"{made.substitute} remplace {made.absent}.")
    return _back(place)


@require_POST
@in_diploma
def end_substitute(
    request: HttpRequest, place: DiplomaPlace, substitution: int
) -> HttpResponseBase:
    """End a substitution today."""
    _heads_only(place)
    line = substitution_of(place.school, substitution)
    if line is None:
        raise Http404
    end_substitution(line, by=place.actor, on=_today(place))
    messages.success(request, f"{line.substitute} ne remplace plus {line.absent}.")
    return _back(place)


def _no_substitute(request: HttpRequest, place: DiplomaPlace, phrase: str) -> HttpResponse:
    wrong = {"typed": request.POST, "phrase": phrase}
    return _teachers(request, place, status=422, wrong_substitution=wrong)


def _heads_only(place: DiplomaPlace) -> None:
    """Refuse everybody else; the teachers of a former year are over with it: nothing is there."""
    if not can_name_teachers(place.actor):
        raise PermissionDenied
    if place.former:
        raise Http404


def _let_write_pfmp(request: HttpRequest, place: DiplomaPlace) -> HttpResponse:
    allowed = request.POST["pfmp"] == "oui"
    if let_speciality_write_pfmp(place.school, allowed=allowed, by=place.actor):
        may = "peuvent rédiger" if allowed else "ne rédigent plus"
        messages.success(request, f"Les enseignants de la spécialité {may} la synthèse des PFMP.")
    return _back(place)


def _add(request: HttpRequest, place: DiplomaPlace) -> HttpResponse:
    held = teaching(place.actor, place.year, place.diploma.cfd, on=_today(place))
    form = TeacherForm(
        request.POST,
        divisions=[line.division for line in held],
        staff=staff_present(place.school),
    )
    if "division" in form.errors:
        raise Http404
    if not form.is_valid():
        return _not_added(request, place, form.refusal)
    try:
        added = _added(form, place)
    except BadChoice as refusal:
        return _not_added(request, place, refusal.phrase)
    messages.success(request, added)
    return _back(place)


def _added(form: TeacherForm, place: DiplomaPlace) -> str:
    """Add the person of a valid form; what is then to say. Raises `BadChoice`."""
    division, person, typed = form.division_chosen, form.person_chosen, form.cleaned_data
    days = {"start": typed["du"] or _today(place), "end": typed["au"]}
    if typed["charge"] == Charge.PRINCIPAL:
        name_principal(division, person, **days, by=place.actor)
        return f"{person} est professeur principal de {division}."
    add_by_hand(division, place.diploma.cfd, person, **days, by=place.actor)
    return f"{person} peut écrire la spécialité de {division}."


def _not_added(request: HttpRequest, place: DiplomaPlace, phrase: str) -> HttpResponse:
    wrong = {
        "division": request.POST["division"],
        "phrase": phrase,
        "typed": {name: request.POST.get(name, "") for name in ("staff", "charge", "du", "au")},
    }
    return _teachers(request, place, status=422, wrong=wrong)


def _today(place: DiplomaPlace) -> date:
    return place.year.bounded(timezone.localdate())


def _back(place: DiplomaPlace) -> HttpResponse:
    return redirect("suivi:teachers", place.school.uai, place.path)


def _teachers(
    request: HttpRequest, place: DiplomaPlace, *, status: int = 200, **more: Any
) -> HttpResponse:
    context = {
        "teaching": teaching(place.actor, place.year, place.diploma.cfd, on=_today(place)),
        "staff": staff_present(place.school),
        "subjects": place.school.speciality_subjects,
        "taught": taught_subjects(place.school, place.year),
        "substitutions": substitutions(place.school, on=_today(place)),
        "gone": gone_with_role(place.school, on=timezone.localdate()),
        "today": _today(place),
        **more,
    }
    return render(request, "suivi/teachers.html", context, status=status)
