"""LSL documents for tests: the smallest valid one, a full one, and random ones."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import settings
from hypothesis import strategies as st

from lsl_rules import check_letter
from lsl_xml import (
    NON_NOTE,
    WRITER_VERSION,
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

RANDOM = settings(deadline=None, max_examples=40)
PREMIERE = "24725513321"
TERMINALE = "24725513331"


def an_entete(**changes) -> Entete:
    fields = {"editeur": "LIVRETPRO", "application": "LivretPro", "etablissement": "0380001V"}
    return Entete(**{**fields, "division": "TMELEC", **changes})


def an_evaluation(**changes) -> Evaluation:
    """The speciality with one graded period and one teacher."""
    evaluation = Evaluation(
        code_matiere="071100",
        modalite_election="S",
        structure=Structure(),
        enseignants=(Enseignant("DURAND", "Anne"),),
        periodiques=(Periode(1, Decimal("12.50")),),
    )
    return replace(evaluation, **changes)


def a_scolarite(**changes) -> Scolarite:
    return replace(Scolarite(2024, "T", (an_evaluation(),)), **changes)


def an_eleve(**changes) -> Eleve:
    return replace(Eleve(1001, (a_scolarite(),)), **changes)


def a_document(*eleves: Eleve, **entete) -> Document:
    """A document valid in both profiles, of one pupil unless told otherwise."""
    return Document(an_entete(**entete), eleves or (an_eleve(),))


def with_evaluation(**changes) -> Document:
    return a_document(an_eleve(scolarites=(a_scolarite(evaluations=(an_evaluation(**changes),)),)))


def with_scolarite(**changes) -> Document:
    return a_document(an_eleve(scolarites=(a_scolarite(**changes),)))


def a_full_document() -> Document:
    """A pupil of terminale with everything the model can hold, and one with the least."""
    terminale = Scolarite(
        annee_scolaire=2024,
        code_periode="T",
        code_mef=TERMINALE,
        avis_engagement=Avis("Élève déléguée, très investie.", "MARTIN", "Paul"),
        avis_investissement=Avis("Participe à la vie\nde l’atelier.", "MARTIN", "Paul"),
        avis_chef_etab=Avis("Avis favorable.", "LEROY", "Claire"),
        avis_pfmp=AvisPfmp(
            "Câblage d’armoires & mise en service < 400 V.", "PETIT", "Jean", 22, True
        ),
        chef_oeuvre=ChefOeuvre(
            enseignants=(Enseignant("DURAND", "Anne"),),
            note=Decimal("15.5"),
            nature="projet",
            annuelle="Projet abouti.",
        ),
        parcours_differencie=ParcoursDifferencie(
            "Poursuite d’études.", "LEROY", "Claire", "Module BTS"
        ),
        evaluations=(_full_evaluation(),),
    )
    premiere = Scolarite(2023, "S", (an_evaluation(),), code_mef=PREMIERE)
    full = Eleve(
        id=1001,
        ine="0123456789A",
        engagements=Engagements(("C", "V"), "Sapeuse-pompière volontaire"),
        avis_examen=AvisExamen("T"),
        scolarites=(terminale, premiere),
    )
    return a_document(full, an_eleve(id=1002), version=WRITER_VERSION)


def _full_evaluation() -> Evaluation:
    return Evaluation(
        code_matiere="071100",
        modalite_election="S",
        structure=Structure(
            effectif=22,
            moyenne=Decimal("11.84"),
            repar_moins_huit=Decimal("9.09"),
            repar_huit_douze=Decimal("40.91"),
            repar_plus_douze=Decimal("50.00"),
        ),
        annuelle="Des progrès constants ; continuez « ainsi ».",
        periodiques=(
            Periode(1, Decimal(12)),
            Periode(2, NON_NOTE),
            Periode(3, Decimal("13.5")),
        ),
        competences=(Competence("5001", "4"), Competence("5002", "2"), Competence("5003", "NE")),
        enseignants=(Enseignant("DURAND", "Anne"), Enseignant("O’NEIL", "Zoë")),
    )


# Random documents

_CHARACTERS = st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff")
_ANY_TEXT = st.text(_CHARACTERS | st.sampled_from("\t\n\r"), max_size=12)
_TEXTS = st.builds("{}{}".format, st.sampled_from("AéŒz5"), _ANY_TEXT)


def _codes(alphabet: str, size: int) -> st.SearchStrategy[str]:
    return st.text(alphabet, min_size=size, max_size=size)


def _decimals(low: int, high: int) -> st.SearchStrategy[Decimal]:
    return st.decimals(low, high, places=2, allow_nan=False, allow_infinity=False)


_DIGITS = "0123456789"
_AVERAGES = st.just(NON_NOTE) | _decimals(0, 20)
_TEACHERS = st.builds(Enseignant, nom=_TEXTS, prenom=_TEXTS)
_AVIS = st.none() | st.builds(Avis, texte=_TEXTS, nom=_TEXTS, prenom=_TEXTS)
_UAIS = _codes(_DIGITS, 7).map(lambda digits: digits + check_letter(digits))
_DIVISIONS = st.text("ABC0123 -é", max_size=7).map("T{}".format)
_DEGREES = st.sampled_from(("0", "NE", "1", "2", "3", "4", "A1", "B2", "C2"))
_COMPETENCES = st.builds(Competence, code=_codes(_DIGITS, 4), niveau=_DEGREES)


def _tuples(items, *, least: int = 0, most: int = 3, by=None) -> st.SearchStrategy[tuple]:
    return st.lists(items, min_size=least, max_size=most, unique_by=by).map(tuple)


@st.composite
def _structures(draw) -> Structure:
    cuts = sorted(draw(st.lists(st.integers(0, 10_000), min_size=2, max_size=2)))
    low, middle = Decimal(cuts[0]) / 100, Decimal(cuts[1] - cuts[0]) / 100
    figures = Structure(
        effectif=draw(st.integers(1, 40)),
        moyenne=draw(_decimals(0, 20)),
        repar_moins_huit=low,
        repar_huit_douze=middle,
        repar_plus_douze=100 - low - middle,
    )
    return draw(st.sampled_from((figures, Structure())))


def _evaluations(code_periode: str) -> st.SearchStrategy[Evaluation]:
    last = {"S": 2, "T": 3}[code_periode]
    periodes = st.builds(Periode, numero=st.integers(1, last), moyenne=_AVERAGES)
    return st.builds(
        Evaluation,
        code_matiere=_codes(_DIGITS, 6),
        modalite_election=st.sampled_from("OFS"),
        structure=_structures(),
        enseignants=_tuples(_TEACHERS, least=1, by=lambda one: (one.nom, one.prenom)),
        annuelle=st.none() | _TEXTS,
        periodiques=_tuples(periodes, by=lambda one: one.numero),
        competences=_tuples(_COMPETENCES, by=lambda one: one.code),
    )


_CHEFS_OEUVRE = st.builds(
    ChefOeuvre,
    enseignants=_tuples(_TEACHERS, least=1, by=lambda one: (one.nom, one.prenom)),
    note=st.none() | _decimals(0, 20),
    nature=st.none() | st.sampled_from(("chef-d-oeuvre", "projet")),
    annuelle=st.none() | _TEXTS,
)
_PARCOURS = st.builds(
    ParcoursDifferencie, texte=_TEXTS, nom=_TEXTS, prenom=_TEXTS, libelle=st.none() | _TEXTS
)


def _pfmps(code_mef: str | None) -> st.SearchStrategy[AvisPfmp]:
    weeks = st.none() if code_mef == PREMIERE else st.none() | st.integers(1, 99)
    return st.builds(
        AvisPfmp,
        texte=_TEXTS,
        nom=_TEXTS,
        prenom=_TEXTS,
        nb_semaines=weeks,
        partie_etranger=st.none() | st.booleans(),
    )


@st.composite
def _scolarites(draw, annee: int, code_mef: str | None) -> Scolarite:
    code_periode = draw(st.sampled_from("ST"))
    subjects = _tuples(
        _evaluations(code_periode),
        least=1,
        most=2,
        by=lambda one: (one.code_matiere, one.modalite_election),
    )
    return Scolarite(
        annee_scolaire=annee,
        code_periode=code_periode,
        evaluations=draw(subjects),
        code_mef=code_mef,
        avis_engagement=draw(_AVIS),
        avis_investissement=draw(_AVIS),
        avis_chef_etab=draw(_AVIS),
        avis_pfmp=draw(st.none() | _pfmps(code_mef)),
        chef_oeuvre=draw(st.none() | _CHEFS_OEUVRE),
        parcours_differencie=draw(st.none() | _PARCOURS),
    )


@st.composite
def _eleves(draw) -> Eleve:
    annee = draw(st.integers(2001, 9999))
    mefs = draw(st.sampled_from(((None,), (PREMIERE,), (TERMINALE,), (TERMINALE, PREMIERE))))
    years = [draw(_scolarites(annee - back, code_mef)) for back, code_mef in enumerate(mefs)]
    engagements = st.builds(
        Engagements,
        engagement=_tuples(st.sampled_from("CVAES"), by=str),
        engagement_autre=st.none() | _TEXTS,
    )
    exams = st.none() if mefs == (PREMIERE,) else st.sampled_from("TFAD").map(AvisExamen)
    return Eleve(
        id=draw(st.integers(1, 99_999_999)),
        scolarites=tuple(years),
        ine=draw(st.none() | _codes("0123456789ABKZ", 11)),
        engagements=draw(st.none() | engagements),
        avis_examen=draw(st.none() | exams),
    )


_ENTETES = st.builds(
    Entete,
    editeur=_TEXTS,
    application=_TEXTS,
    etablissement=_UAIS,
    version=st.none() | st.just(WRITER_VERSION),
    division=_DIVISIONS,
)


def documents() -> st.SearchStrategy[Document]:
    """Documents without fault under profile 1.1, hence under 1.0 for what it carries."""
    pupils = _tuples(_eleves(), least=1, most=3, by=lambda one: one.id)
    return st.builds(Document, entete=_ENTETES, donnees=pupils)


def lax_documents() -> st.SearchStrategy[Document]:
    """Documents of profile 1.0 with every fault that its schema lets through."""
    teachers = st.builds(Enseignant, nom=_ANY_TEXT, prenom=_ANY_TEXT)
    figures = st.none() | _decimals(-999, 999)
    evaluations = st.builds(
        Evaluation,
        code_matiere=st.sampled_from(("071100", "030201")),
        modalite_election=st.sampled_from("OFS"),
        structure=st.builds(Structure, st.none(), figures, figures, figures, figures),
        enseignants=_tuples(teachers, least=1),
        annuelle=st.none() | st.just(" ") | _TEXTS,
        periodiques=_tuples(st.builds(Periode, st.integers(1, 9), _decimals(-999, 999)), most=5),
    )
    years = st.builds(
        Scolarite,
        annee_scolaire=st.integers(2000, 9999),
        code_periode=st.sampled_from("ST"),
        evaluations=_tuples(evaluations, least=1),
    )
    pupils = st.builds(Eleve, id=st.integers(1, 3), scolarites=_tuples(years, least=1))
    entetes = st.builds(
        Entete,
        editeur=_ANY_TEXT,
        application=_ANY_TEXT,
        etablissement=_codes("0123456789AZ", 8),
    )
    return st.builds(Document, entete=entetes, donnees=_tuples(pupils, least=1, most=4))
