"""Makes what the Registre needs: a class, an accredited software, files and what they become."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import factories
import livret_factories as make
import lsl_xml
from livretpro.lsl_registry.bilans import Seen, import_of, seen
from livretpro.lsl_registry.jobs import run_import
from livretpro.lsl_registry.models import Accreditation, Import, Record
from livretpro.lsl_registry.receiving import Deposit, receive
from livretpro.lsl_registry.serial import from_data
from livretpro.schools.actors import Actor
from lsl_xml import (
    Competence,
    Document,
    Eleve,
    Enseignant,
    Entete,
    Evaluation,
    Periode,
    Profile,
    Scolarite,
    Structure,
)

LIVRETPRO = ("LIVRETPRO", "LivretPro")
OTHER = ("AUTRE", "Autre logiciel")


def accredited(software: tuple[str, str] = LIVRETPRO, *mefs: str) -> Accreditation:
    """Accredit a software since 2020, for these MEF or for all of them."""
    publisher, application = software
    return Accreditation.objects.create(
        publisher=publisher, application=application, mefs=list(mefs), start=date(2020, 9, 1)
    )


def room(pupils: int = 1) -> make.Classroom:
    """Make a class of terminale, LivretPro accredited."""
    accredited()
    return make.classroom(pupils)


def evaluation(average: str = "12.50", **changes) -> Evaluation:
    """The speciality: one average, one degree, one teacher."""
    made = Evaluation(
        code_matiere="071100",
        modalite_election="S",
        structure=Structure(),
        enseignants=(Enseignant("DURAND", "Anne"),),
        annuelle="De réels progrès.",
        periodiques=(Periode(1, Decimal(average)),),
        competences=(Competence("5001", "3"),),
    )
    return replace(made, **changes)


def scolarite(**changes) -> Scolarite:
    """The year at work, in trimestres."""
    return replace(Scolarite(factories.YEAR, "T", (evaluation(),)), **changes)


def eleve(number: int = 1001, **changes) -> Eleve:
    """A pupil with the year at work."""
    return replace(Eleve(number, (scolarite(),)), **changes)


def document(*eleves: Eleve, **entete) -> Document:
    """The file of TMELEC, of the pupil 1001 unless told otherwise."""
    words = {
        "editeur": LIVRETPRO[0],
        "application": LIVRETPRO[1],
        "etablissement": factories.UAI,
        "division": "TMELEC",
    }
    return Document(Entete(**{**words, **entete}), eleves or (eleve(),))


def content(of: Document, profile: Profile = Profile.V1_1) -> bytes:
    """The file as bytes."""
    return lsl_xml.write(of, profile)


def received(
    file: Document | bytes, *, name: str = "TMELEC.xml", chosen: str = "", by: Actor | None = None
) -> Seen:
    """Send a file and treat it: its bilan."""
    kept = keep(file, name=name, chosen=chosen, by=by)
    run_import(kept.pk)
    return again(kept)


def keep(
    file: Document | bytes, *, name: str = "TMELEC.xml", chosen: str = "", by: Actor | None = None
) -> Import:
    """Send a file, without treating it."""
    data = file if isinstance(file, bytes) else content(file)
    (made,) = receive(Deposit([(name, data)], chosen), by=by or factories.actor())
    return made


def again(of: Import) -> Seen:
    """What the bilan says now."""
    held = import_of(of.pk, by=factories.actor(of=of.school))
    assert held is not None
    return seen(held)


def record_of(number: int = 1001) -> Eleve | None:
    """The record held of a pupil."""
    held = Record.objects.filter(student__siecle_id=number).first()
    return from_data(held.content) if held else None
