"""From what is served to the shapes of the API, and how an answer leaves."""

import hashlib
from typing import Any, cast

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils.cache import get_conditional_response, patch_cache_control
from ninja import Schema

from livretpro.journal.queries import Told
from livretpro.partners.models import PartnerClient
from livretpro.partners.queries import (
    DivisionsPage,
    FollowedDiploma,
    ServedDivision,
    ServedPage,
    ServedPupil,
)
from livretpro.schools.models import SchoolYear
from livretpro.web.api.schemas import (
    BilanEleve,
    Decision,
    Degre,
    DiplomeSuivi,
    DivisionSuivie,
    Enseignant,
    Erreur,
    Etablissement,
    PageBilans,
    PageDivisions,
    Periode,
)


def etablissement(client: PartnerClient, year: SchoolYear | None) -> Etablissement:
    """The school of an access."""
    school = client.school
    return Etablissement(uai=school.uai, nom=school.name, annee=str(year) if year else "")


def page_divisions(found: DivisionsPage, page: int) -> PageDivisions:
    """A page of divisions."""
    return PageDivisions(
        divisions=[_division(one) for one in found.divisions], page=page, pages=found.pages
    )


def _division(one: ServedDivision) -> DivisionSuivie:
    return DivisionSuivie(
        code=one.division.code,
        libelle=one.division.label,
        diplomes=[_diplome(diploma) for diploma in one.diplomas],
        periodes=[
            Periode(numero=p.number, debut=p.start, fin=p.end, publiee_le=p.published_at)
            for p in one.periods
        ],
    )


def _diplome(diploma: FollowedDiploma) -> DiplomeSuivi:
    return DiplomeSuivi(
        cfd=diploma.cfd,
        mefs=list(diploma.mefs),
        niveau=cast("Any", diploma.level),
        periodicite=cast("Any", diploma.kind.value) if diploma.kind else None,
        competences=list(diploma.codes),
    )


def page_bilans(found: ServedPage, page: int) -> PageBilans:
    """A page of bilans."""
    return PageBilans(
        division=found.division.code,
        numero=found.number,
        publiee_le=found.published_at,
        eleves=[_bilan(pupil) for pupil in found.pupils],
        page=page,
        pages=found.pages,
    )


def _bilan(pupil: ServedPupil) -> BilanEleve:
    enrolment, content = pupil.sheet.enrolment, pupil.sheet.content
    student = enrolment.student
    return BilanEleve(
        eleve_id=str(student.siecle_id),
        ine=student.ine or None,
        nom=student.last_name,
        prenom=student.first_name,
        cfd=enrolment.cfd,
        moyenne=None if pupil.average is None else f"{pupil.average:.2f}",
        non_note=pupil.not_graded,
        moyenne_decidee=_decision(pupil.average_decided),
        appreciation=pupil.appraisal,
        appreciation_decidee=_decision(pupil.appraisal_decided),
        enseignants=[
            Enseignant(nom=one.last_name, prenom=one.first_name)
            for one in content.teachers.values()
        ],
        degres=[
            Degre(code=code, degre=degree, decide=_decision(told))
            for code, degree, told in pupil.degrees
        ],
        modifie_le=pupil.changed_at,
    )


def _decision(told: Told | None) -> Decision | None:
    return Decision(le=told.at, par=told.author) if told else None


def leaves(request: HttpRequest, content: Schema) -> HttpResponseBase:
    """The answer, or 304 when the partner has it already; nobody else keeps it on the way."""
    body = content.model_dump_json().encode()
    etag = f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'
    answer = HttpResponse(body, content_type="application/json")
    answer["ETag"] = etag
    found = get_conditional_response(request, etag=etag, response=answer) or answer
    patch_cache_control(found, private=True, no_cache=True)
    return found


def refused(status: int, code: str, phrase: str, **headers: str) -> JsonResponse:
    """An error of the API."""
    content = Erreur(code=code, phrase=phrase).model_dump()
    answer = JsonResponse(content, status=status, json_dumps_params={"ensure_ascii": False})
    for name, value in headers.items():
        answer[name.replace("_", "-")] = value
    patch_cache_control(answer, no_store=True)
    return answer
