"""Writing a document: one function per complex type, elements in the order of the schema.

Same document, same bytes: no clock, no identifier, no `@date`; one form per value.
"""

from collections.abc import Iterable

from lxml import etree
from lxml.etree import SubElement, _Element

from lsl_xml.carry import carried
from lsl_xml.lexical import boolean_text, decimal_text
from lsl_xml.model import (
    Avis,
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
from lsl_xml.profile import Profile

WRITER_VERSION = "1"
"""Constant for `entete/version`: changes only when the same document would give other bytes."""


def write(document: Document, profile: Profile) -> bytes:
    """Write the document under the profile: UTF-8, XML declaration, no BOM, one element a line.

    What the profile cannot carry is left out (`not_carried` lists it). Raises `ValueError` when a
    text holds a character illegal in XML 1.0, or a decimal more than two digits.
    """
    return serialise(build(document, profile))


def build(document: Document, profile: Profile) -> _Element:
    """Build the tree that `write` serialises, to validate it without reading the bytes again."""
    document = carried(document, profile)
    nsmap = {"lsl": profile.namespace}
    root = etree.Element(profile.root_tag, schemaVersion=profile.value, nsmap=nsmap)
    _entete(root, document.entete)
    donnees = SubElement(root, "donnees")
    for eleve in document.donnees:
        _eleve(donnees, eleve)
    return root


def serialise(root: _Element) -> bytes:
    """Turn a tree made by `build` into the bytes of the file."""
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)


def _entete(parent: _Element, entete: Entete) -> None:
    element = SubElement(parent, "entete")
    _text(element, "editeur", entete.editeur)
    _text(element, "application", entete.application)
    _text(element, "etablissement", entete.etablissement)
    _text(element, "version", entete.version)
    _text(element, "division", entete.division)


def _eleve(parent: _Element, eleve: Eleve) -> None:
    element = SubElement(parent, "eleve", id=str(eleve.id))
    if eleve.ine is not None:
        element.set("ine", eleve.ine)
    if eleve.engagements is not None:
        _engagements(element, eleve.engagements)
    if eleve.avis_examen is not None:
        SubElement(element, "avisExamen", code=eleve.avis_examen.code)
    scolarites = SubElement(element, "scolarites")
    for scolarite in eleve.scolarites:
        _scolarite(scolarites, scolarite)


def _engagements(parent: _Element, engagements: Engagements) -> None:
    element = SubElement(parent, "engagements")
    for code in engagements.engagement:
        SubElement(element, "engagement", code=code)
    _text(element, "engagement-autre", engagements.engagement_autre)


def _scolarite(parent: _Element, scolarite: Scolarite) -> None:
    element = SubElement(parent, "scolarite")
    element.set("annee-scolaire", str(scolarite.annee_scolaire))
    element.set("code-periode", scolarite.code_periode)
    if scolarite.code_mef is not None:
        element.set("code-mef", scolarite.code_mef)
    _avis(element, "avisEngagement", scolarite.avis_engagement)
    _avis(element, "avisInvestissement", scolarite.avis_investissement)
    _avis(element, "avisChefEtab", scolarite.avis_chef_etab)
    _avis_pfmp(element, scolarite.avis_pfmp)
    _chef_oeuvre(element, scolarite.chef_oeuvre)
    _parcours_differencie(element, scolarite.parcours_differencie)
    for evaluation in scolarite.evaluations:
        _evaluation(element, evaluation)


def _signed(parent: _Element, tag: str, avis: Avis | AvisPfmp | ParcoursDifferencie) -> _Element:
    element = SubElement(parent, tag, nom=avis.nom, prenom=avis.prenom)
    element.text = avis.texte
    return element


def _avis(parent: _Element, tag: str, avis: Avis | None) -> None:
    if avis is not None:
        _signed(parent, tag, avis)


def _avis_pfmp(parent: _Element, avis: AvisPfmp | None) -> None:
    if avis is None:
        return
    element = _signed(parent, "avisPfmp", avis)
    if avis.nb_semaines is not None:
        element.set("nb-semaines", str(avis.nb_semaines))
    if avis.partie_etranger is not None:
        element.set("partie-etranger", boolean_text(avis.partie_etranger))


def _parcours_differencie(parent: _Element, parcours: ParcoursDifferencie | None) -> None:
    if parcours is None:
        return
    element = _signed(parent, "parcoursDifferencie", parcours)
    if parcours.libelle is not None:
        element.set("libelle", parcours.libelle)


def _chef_oeuvre(parent: _Element, chef_oeuvre: ChefOeuvre | None) -> None:
    if chef_oeuvre is None:
        return
    element = SubElement(parent, "chefOeuvre")
    if chef_oeuvre.note is not None:
        element.set("note", decimal_text(chef_oeuvre.note))
    if chef_oeuvre.nature is not None:
        element.set("nature", chef_oeuvre.nature)
    _text(element, "annuelle", chef_oeuvre.annuelle)
    _enseignants(element, chef_oeuvre.enseignants)


def _evaluation(parent: _Element, evaluation: Evaluation) -> None:
    element = SubElement(parent, "evaluation")
    element.set("modalite-election", evaluation.modalite_election)
    element.set("code-matiere", evaluation.code_matiere)
    _structure(element, evaluation.structure)
    _text(element, "annuelle", evaluation.annuelle)
    _periodiques(element, evaluation.periodiques)
    _competences(element, evaluation.competences)
    _enseignants(element, evaluation.enseignants)


def _structure(parent: _Element, structure: Structure) -> None:
    element = SubElement(parent, "structure")
    if structure.effectif is not None:
        element.set("effectif", str(structure.effectif))
    figures = (
        ("moyenne", structure.moyenne),
        ("repar-moins-huit", structure.repar_moins_huit),
        ("repar-huit-douze", structure.repar_huit_douze),
        ("repar-plus-douze", structure.repar_plus_douze),
    )
    for name, value in figures:
        if value is not None:
            element.set(name, decimal_text(value))


def _periodiques(parent: _Element, periodes: Iterable[Periode]) -> None:
    if not periodes:
        return
    element = SubElement(parent, "periodiques")
    for periode in periodes:
        moyenne = decimal_text(periode.moyenne)
        SubElement(element, "periode", numero=str(periode.numero), moyenne=moyenne)


def _competences(parent: _Element, competences: Iterable[Competence]) -> None:
    if not competences:
        return
    element = SubElement(parent, "competences")
    for competence in competences:
        SubElement(element, "competence", code=competence.code).text = competence.niveau


def _enseignants(parent: _Element, enseignants: Iterable[Enseignant]) -> None:
    element = SubElement(parent, "enseignants")
    for enseignant in enseignants:
        SubElement(element, "enseignant", nom=enseignant.nom, prenom=enseignant.prenom)


def _text(parent: _Element, tag: str, text: str | None) -> None:
    if text is not None:
        SubElement(parent, tag).text = text
