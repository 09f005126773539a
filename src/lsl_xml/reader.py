"""Reading a document: one function per complex type, lenient on values, strict on what is missing.

Nothing is validated here: a file that breaks the schema is still read as long as the model can hold
it, so that the semantic rules can say precisely what is wrong. What the model cannot hold raises
`Unreadable`. Order of elements does not matter; elements and attributes not in the model are
skipped.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from lxml.etree import XPath, _Element

from lsl_xml.errors import Reason, Unreadable
from lsl_xml.lexical import parse_boolean, parse_decimal, parse_integer
from lsl_xml.model import (
    Avis,
    AvisExamen,
    AvisPfmp,
    ChefOeuvre,
    Competence,
    Document,
    Eleve,
    Engagements,
    Enseignant,
    Entete,
    Evaluation,
    ParcoursDifferencie,
    Periode,
    Scolarite,
    Structure,
)
from lsl_xml.places import line_of

T = TypeVar("T")

_LONG = XPath("boolean(descendant-or-self::*/@*[string-length() > 18])")


@dataclass(frozen=True, slots=True)
class Summary:
    """What a first reading gathers of a pupil: identifier, subjects, and the MEF announced, as
    written, with their year."""

    id: int
    subjects: frozenset[str]
    mefs: frozenset[tuple[int, str]]


def summary_of(eleve: Eleve) -> Summary:
    """That of a pupil who was read."""
    subjects = (one.code_matiere for year in eleve.scolarites for one in year.evaluations)
    mefs = ((one.annee_scolaire, one.code_mef) for one in eleve.scolarites)
    return Summary(
        eleve.id, frozenset(subjects), frozenset((year, mef) for year, mef in mefs if mef)
    )


def read_summary(element: _Element) -> Summary:
    """That of a pupil who follows the schema, without reading the rest; `Unreadable(CONTENT)` when
    `read_eleve` could not.

    Of what the schema lets through, only a number of more than 18 digits cannot be read.
    """
    if _LONG(element):
        return summary_of(read_eleve(element))
    years = element.findall("scolarites/scolarite")
    return Summary(
        _required(element, "id", parse_integer),
        frozenset(
            _required(one, "code-matiere", str)
            for year in years
            for one in year.iterchildren("evaluation")
        ),
        frozenset(_announced(years)),
    )


def _announced(years: list[_Element]) -> Iterator[tuple[int, str]]:
    for year in years:
        if mef := year.get("code-mef"):
            yield _required(year, "annee-scolaire", parse_integer), mef


def read_document(root: _Element) -> Document:
    """Read the whole tree; `Unreadable(CONTENT)` when a required part is absent or illegible."""
    pupils = _child(root, "donnees").iterchildren("eleve")
    return Document(read_entete(_child(root, "entete")), tuple(map(read_eleve, pupils)))


def read_entete(element: _Element) -> Entete:
    """Read the header; `Unreadable(CONTENT)` when one of its three required elements is absent."""
    return Entete(
        editeur=_text(_child(element, "editeur")),
        application=_text(_child(element, "application")),
        etablissement=_text(_child(element, "etablissement")),
        version=_optional(element, "version", _text),
        division=_optional(element, "division", _text),
    )


def read_eleve(element: _Element) -> Eleve:
    """Read one pupil; `Unreadable(CONTENT)` when a required part is absent or illegible."""
    scolarites = _child(element, "scolarites").iterchildren("scolarite")
    return Eleve(
        id=_required(element, "id", parse_integer),
        scolarites=tuple(map(_scolarite, scolarites)),
        ine=element.get("ine"),
        engagements=_optional(element, "engagements", _engagements),
        avis_examen=_optional(element, "avisExamen", _avis_examen),
    )


def _engagements(element: _Element) -> Engagements:
    codes = element.iterchildren("engagement")
    return Engagements(
        engagement=tuple(_required(child, "code", str) for child in codes),
        engagement_autre=_optional(element, "engagement-autre", _text),
    )


def _avis_examen(element: _Element) -> AvisExamen:
    return AvisExamen(_required(element, "code", str))


def _scolarite(element: _Element) -> Scolarite:
    return Scolarite(
        annee_scolaire=_required(element, "annee-scolaire", parse_integer),
        code_periode=_required(element, "code-periode", str),
        evaluations=tuple(map(_evaluation, element.iterchildren("evaluation"))),
        code_mef=element.get("code-mef"),
        avis_engagement=_optional(element, "avisEngagement", _avis),
        avis_investissement=_optional(element, "avisInvestissement", _avis),
        avis_chef_etab=_optional(element, "avisChefEtab", _avis),
        avis_pfmp=_optional(element, "avisPfmp", _avis_pfmp),
        chef_oeuvre=_optional(element, "chefOeuvre", _chef_oeuvre),
        parcours_differencie=_optional(element, "parcoursDifferencie", _parcours_differencie),
    )


def _avis(element: _Element) -> Avis:
    return Avis(
        texte=_text(element),
        nom=_required(element, "nom", str),
        prenom=_required(element, "prenom", str),
    )


def _avis_pfmp(element: _Element) -> AvisPfmp:
    return AvisPfmp(
        texte=_text(element),
        nom=_required(element, "nom", str),
        prenom=_required(element, "prenom", str),
        nb_semaines=_attribute(element, "nb-semaines", parse_integer),
        partie_etranger=_attribute(element, "partie-etranger", parse_boolean),
    )


def _parcours_differencie(element: _Element) -> ParcoursDifferencie:
    return ParcoursDifferencie(
        texte=_text(element),
        nom=_required(element, "nom", str),
        prenom=_required(element, "prenom", str),
        libelle=element.get("libelle"),
    )


def _chef_oeuvre(element: _Element) -> ChefOeuvre:
    return ChefOeuvre(
        enseignants=_enseignants(_child(element, "enseignants")),
        note=_attribute(element, "note", parse_decimal),
        nature=element.get("nature"),
        annuelle=_optional(element, "annuelle", _text),
    )


def _evaluation(element: _Element) -> Evaluation:
    return Evaluation(
        code_matiere=_required(element, "code-matiere", str),
        modalite_election=_required(element, "modalite-election", str),
        structure=_structure(_child(element, "structure")),
        enseignants=_enseignants(_child(element, "enseignants")),
        annuelle=_optional(element, "annuelle", _text),
        periodiques=_optional(element, "periodiques", _periodiques) or (),
        competences=_optional(element, "competences", _competences) or (),
    )


def _structure(element: _Element) -> Structure:
    return Structure(
        effectif=_attribute(element, "effectif", parse_integer),
        moyenne=_attribute(element, "moyenne", parse_decimal),
        repar_moins_huit=_attribute(element, "repar-moins-huit", parse_decimal),
        repar_huit_douze=_attribute(element, "repar-huit-douze", parse_decimal),
        repar_plus_douze=_attribute(element, "repar-plus-douze", parse_decimal),
    )


def _periodiques(element: _Element) -> tuple[Periode, ...]:
    return tuple(map(_periode, element.iterchildren("periode")))


def _periode(element: _Element) -> Periode:
    return Periode(
        numero=_required(element, "numero", parse_integer),
        moyenne=_required(element, "moyenne", parse_decimal),
    )


def _competences(element: _Element) -> tuple[Competence, ...]:
    return tuple(map(_competence, element.iterchildren("competence")))


def _competence(element: _Element) -> Competence:
    return Competence(code=_required(element, "code", str), niveau=_text(element))


def _enseignants(element: _Element) -> tuple[Enseignant, ...]:
    return tuple(map(_enseignant, element.iterchildren("enseignant")))


def _enseignant(element: _Element) -> Enseignant:
    return Enseignant(nom=element.get("nom", ""), prenom=element.get("prenom", ""))


def _child(element: _Element, tag: str) -> _Element:
    child = element.find(tag)
    if child is None:
        phrase = f"L’élément « {element.tag} » doit contenir un élément « {tag} »."
        raise Unreadable(Reason.CONTENT, phrase, line_of(element))
    return child


def _optional(element: _Element, tag: str, read: Callable[[_Element], T]) -> T | None:
    child = element.find(tag)
    return None if child is None else read(child)


def _text(element: _Element) -> str:
    return element.text or ""


def _required(element: _Element, name: str, parse: Callable[[str], T]) -> T:
    value = _attribute(element, name, parse)
    if value is None:
        phrase = f"L’élément « {element.tag} » doit porter l’attribut « {name} »."
        raise Unreadable(Reason.CONTENT, phrase, line_of(element))
    return value


def _attribute(element: _Element, name: str, parse: Callable[[str], T]) -> T | None:
    text = element.get(name)
    if text is None:
        return None
    try:
        return parse(text)
    except ValueError:
        phrase = (
            f"Dans l’élément « {element.tag} », l’attribut « {name} » "
            f"a une valeur illisible : « {text[:40]} »."
        )
        raise Unreadable(Reason.CONTENT, phrase, line_of(element)) from None
