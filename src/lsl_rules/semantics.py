"""What the schema cannot say: the faults of meaning that a document shows by itself.

Pure functions over the model, the same when writing, when rehearsing and when receiving; one per
part of the document. What takes knowing the school (its pupils, its MEF, the nomenclature, the
campaign) is not here; a MEF code that tells its year by itself is.
"""

from collections.abc import Iterable, Iterator, Mapping

from lsl_rules.codes import Code
from lsl_rules.evaluation import check_evaluation
from lsl_rules.findings import Finding, Spot
from lsl_rules.mef import Year, year_of
from lsl_rules.parts import check_mark, check_teachers, check_text
from lsl_rules.uai import is_uai
from lsl_xml import ChefOeuvre, Document, Eleve, Engagements, Entete, Lines, Scolarite

ENGAGEMENTS = frozenset("CVAES")
"""Codes of `engagement@code`."""


def check_semantics(document: Document, lines: Lines | None = None) -> tuple[Finding, ...]:
    """Return the faults of meaning, header first, then pupil by pupil in the order of the file.

    `lines` (from `lsl_xml.lines_of`) gives each finding its line; without it they have none.
    """
    return tuple(iter_semantics(document, lines))


def iter_semantics(document: Document, lines: Lines | None = None) -> Iterator[Finding]:
    """Yield the findings of `check_semantics` one by one, for who needs only the first."""
    root = Spot(lines or {})
    yield from _check_entete(document.entete, root)
    yield from _check_donnees(document.donnees, root)


def check_pupil(eleve: Eleve, *, rank: int, lines: Lines) -> Iterator[Finding]:
    """Yield the faults of one pupil, the `rank`-th of the file from 1, all but being there twice.

    For files read pupil by pupil: `lsl_xml.Pupil` holds the three arguments.
    """
    yield from _check_eleve(eleve, _spot_of(eleve, rank, Spot(lines)))


def _check_entete(entete: Entete, root: Spot) -> Iterator[Finding]:
    if not is_uai(entete.etablissement):
        spot = root.at("entete[1]/etablissement[1]", "en-tête")
        fault = f"l’UAI « {entete.etablissement} » n’a pas la bonne lettre de contrôle"
        yield spot.finding(Code.REJLSL_F05, fault, value=entete.etablissement)


def _check_donnees(eleves: Iterable[Eleve], root: Spot) -> Iterator[Finding]:
    seen: set[int] = set()
    for rank, eleve in enumerate(eleves, start=1):
        spot = _spot_of(eleve, rank, root)
        if eleve.id in seen:
            fault = "cet élève figure déjà plus haut dans le fichier"
            yield spot.finding(Code.REJLSL_E02, fault, value=eleve.id)
        seen.add(eleve.id)
        yield from _check_eleve(eleve, spot)


def _spot_of(eleve: Eleve, rank: int, root: Spot) -> Spot:
    return Spot(root.lines, path=f"donnees[1]/eleve[{rank}]", eleve_id=eleve.id)


def _check_eleve(eleve: Eleve, spot: Spot) -> Iterator[Finding]:
    years = {
        scolarite.annee_scolaire: year_of(scolarite.code_mef) for scolarite in eleve.scolarites
    }
    newest = max(years, default=0)
    if eleve.engagements is not None:
        yield from _check_engagements(eleve.engagements, spot.at("engagements[1]", "engagements"))
    if eleve.avis_examen is not None and years.get(newest) is Year.PREMIERE:
        here = spot.at("avisExamen[1]", "avis pour l’examen")
        fault = "un élève de première ne passe pas l’examen cette année"
        yield here.finding(Code.PARLSL_A02, fault, value=eleve.avis_examen.code)
    yield from _check_scolarites(eleve.scolarites, years, spot)


def _check_engagements(engagements: Engagements, spot: Spot) -> Iterator[Finding]:
    for rank, code in enumerate(engagements.engagement, start=1):
        if code not in ENGAGEMENTS:
            here = spot.at(f"engagement[{rank}]")
            yield here.finding(Code.PARLSL_A03, f"le code « {code} » est inconnu", value=code)
    yield from check_text(engagements.engagement_autre, spot.at("engagement-autre[1]"))


def _check_scolarites(
    scolarites: Iterable[Scolarite], years: Mapping[int, Year | None], spot: Spot
) -> Iterator[Finding]:
    seen: set[int] = set()
    subjects: set[tuple[int, str, str]] = set()
    for rank, scolarite in enumerate(scolarites, start=1):
        annee = scolarite.annee_scolaire
        here = spot.at(f"scolarites[1]/scolarite[{rank}]", f"année {annee}")
        if annee in seen:
            fault = "cette année scolaire figure deux fois"
            yield here.finding(Code.PARLSL_S01, fault, value=annee)
        seen.add(annee)
        yield from _check_previous_year(annee, years, here)
        yield from _check_subjects(scolarite, subjects, here)
        yield from _check_scolarite(scolarite, here)


def _check_previous_year(
    annee: int, years: Mapping[int, Year | None], spot: Spot
) -> Iterator[Finding]:
    """What the newest year of the file says of an older one, wherever N stands."""
    newest = max(years)
    if annee == newest:
        return
    if annee < newest - 1:
        fault = f"le fichier porte aussi {newest}, cette année n’est donc ni N ni N-1"
        yield spot.finding(Code.PARLSL_S01, fault, value=annee)
    if years[newest] not in {None, Year.TERMINALE}:
        fault = "l’année N-1 n’est admise que pour un élève de terminale"
        yield spot.finding(Code.PARLSL_S02, fault, value=annee)
    if years[annee] not in {None, Year.PREMIERE}:
        fault = "d’après son code MEF, l’élève n’était pas en première cette année-là"
        yield spot.finding(Code.PARLSL_S04, fault, value=annee)


def _check_subjects(
    scolarite: Scolarite, seen: set[tuple[int, str, str]], spot: Spot
) -> Iterator[Finding]:
    for rank, evaluation in enumerate(scolarite.evaluations, start=1):
        matiere, modalite = evaluation.code_matiere, evaluation.modalite_election
        key = (scolarite.annee_scolaire, matiere, modalite)
        here = spot.at(f"evaluation[{rank}]", f"matière {matiere} ({modalite})")
        if key in seen:
            fault = "cette matière figure deux fois avec la même modalité"
            yield here.finding(Code.PARLSL_V07, fault, value=f"{matiere} {modalite}")
        seen.add(key)
        yield from check_evaluation(evaluation, scolarite.code_periode, here)


def _check_scolarite(scolarite: Scolarite, spot: Spot) -> Iterator[Finding]:
    signed = (
        ("avisEngagement[1]", "avis sur l’engagement", scolarite.avis_engagement),
        ("avisInvestissement[1]", "avis sur l’investissement", scolarite.avis_investissement),
        ("avisChefEtab[1]", "avis du chef d’établissement", scolarite.avis_chef_etab),
        ("avisPfmp[1]", "synthèse des PFMP", scolarite.avis_pfmp),
        ("parcoursDifferencie[1]", "parcours différencié", scolarite.parcours_differencie),
    )
    for step, words, avis in signed:
        if avis is not None:
            yield from check_text(avis.texte, spot.at(step, words))
    yield from _check_weeks(scolarite, spot)
    if scolarite.chef_oeuvre is not None:
        here = spot.at("chefOeuvre[1]", "chef-d’œuvre ou projet")
        yield from _check_chef_oeuvre(scolarite.chef_oeuvre, here)


def _check_weeks(scolarite: Scolarite, spot: Spot) -> Iterator[Finding]:
    avis = scolarite.avis_pfmp
    if avis is None or avis.nb_semaines is None:
        return
    if year_of(scolarite.code_mef) is Year.PREMIERE:
        here = spot.at("avisPfmp[1]", "synthèse des PFMP")
        fault = f"le nombre de semaines ({avis.nb_semaines}) n’est admis qu’en terminale"
        yield here.finding(Code.PARLSL_A01, fault, value=avis.nb_semaines)


def _check_chef_oeuvre(chef_oeuvre: ChefOeuvre, spot: Spot) -> Iterator[Finding]:
    yield from check_mark(chef_oeuvre.note, spot)
    yield from check_text(chef_oeuvre.annuelle, spot.at("annuelle[1]", "appréciation"))
    yield from check_teachers(chef_oeuvre.enseignants, spot)
