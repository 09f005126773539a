"""For each prerequisite: the state that breaks it, the line shown, its repair, the line green."""

from dataclasses import replace
from datetime import date

import pytest

from livretpro.bulletins.prerequisites import (
    Check,
    Facts,
    FrameFacts,
    MockupFacts,
    PeriodFacts,
    RemoteFacts,
    RemotePeriod,
    Repair,
    SectorFacts,
    ServiceFacts,
    State,
    blocking,
    lines,
)
from livretpro.bulletins.words import Grouping, PeriodKind

START, END = date(2025, 9, 1), date(2025, 11, 30)
SERVICE = ServiceFacts("ENS. TECHNOL. PROFESS.", "Enseignement professionnel", "071100")
MELEC, CIEL = "40025520", "40025519"
SECTOR = SectorFacts(MELEC, "MELEC", available=True, grouping=Grouping.COMPETENCE)
MOCKUP = MockupFacts("Bulletin", True, True, True, Grouping.COMPETENCE)
REMOTE = RemoteFacts(
    diplomas=(MELEC,),
    kind=PeriodKind.TRIMESTRE,
    periods=(RemotePeriod(1, START, END, published=True),),
)
READY = Facts(
    number=1,
    sector=SECTOR,
    proposed_sector="MELEC",
    vocational_subject=True,
    services=(SERVICE,),
    frame=FrameFacts(13, 0),
    has_referentiel=True,
    mockup=MOCKUP,
    period=PeriodFacts(PeriodKind.TRIMESTRE, 1, START, END),
    remote=REMOTE,
    sectors={MELEC: "MELEC", CIEL: "CIEL"},
)
THREE = tuple(replace(SERVICE, name=name) for name in ("Entreposage", "Transport", "Prévention"))
BLOCKING, WARNING = State.BLOCKING, State.WARNING

CASES: list[tuple[str, dict[str, object], Check, State, str, Repair | None]] = [
    (
        "no sector, one in the MEF",
        {"sector": None},
        Check.SECTOR,
        BLOCKING,
        "La division n’a pas de filière. Son MEF est celui de : MELEC.",
        Repair.SET_SECTOR,
    ),
    (
        "no sector, none in the MEF",
        {"sector": None, "proposed_sector": ""},
        Check.SECTOR,
        BLOCKING,
        "La division n’a pas de filière.",
        Repair.CHOOSE_SECTOR,
    ),
    (
        "sector not supported",
        {"sector": replace(SECTOR, available=False)},
        Check.SECTOR,
        BLOCKING,
        "La filière « MELEC » n’est pas ouverte à l’import de CPRO.",
        Repair.OPEN_SECTOR,
    ),
    (
        "the vocational subject has another code",
        {"services": (replace(SERVICE, code="071000"),), "vocational_subject": False},
        Check.SUBJECT,
        BLOCKING,
        "« Enseignement professionnel » n’a pas le code SIECLE 071100.",
        Repair.SET_CODE,
    ),
    (
        "no subject has the code",
        {"services": (), "vocational_subject": False},
        Check.SUBJECT,
        BLOCKING,
        "Aucune matière n’a le code SIECLE 071100.",
        Repair.CREATE_SUBJECT,
    ),
    (
        "no service",
        {"services": ()},
        Check.SERVICES,
        BLOCKING,
        "Aucun service pour l’enseignement professionnel.",
        Repair.CREATE_SERVICE,
    ),
    (
        "several services",
        {"services": THREE},
        Check.SERVICES,
        BLOCKING,
        "Entreposage, Transport et Prévention ne sont pas regroupés sous ENS. TECHNOL. PROFESS.",
        Repair.GROUP,
    ),
    (
        "the service of a group",
        {"services": (replace(SERVICE, name="Atelier", of_group=True),)},
        Check.SERVICES,
        BLOCKING,
        "Atelier est le service d’un groupe, non de la division.",
        Repair.GROUP,
    ),
    (
        "no frame, a référentiel to make it from",
        {"frame": None},
        Check.FRAME,
        BLOCKING,
        "La matière professionnelle n’a pas de référentiel pour cette filière.",
        Repair.CREATE_FRAME,
    ),
    (
        "no frame, nothing to make it from",
        {"frame": None, "has_referentiel": False},
        Check.FRAME,
        BLOCKING,
        "La matière professionnelle n’a pas de référentiel pour cette filière.",
        Repair.SEE_FRAMES,
    ),
    (
        "codes missing",
        {"frame": FrameFacts(14, 3)},
        Check.CODES,
        BLOCKING,
        "3 compétences sur 14 n’ont pas de code CPRO dans le référentiel.",
        Repair.UPDATE_CODES,
    ),
    (
        "one code missing",
        {"frame": FrameFacts(14, 1)},
        Check.CODES,
        BLOCKING,
        "1 compétence sur 14 n’a pas de code CPRO dans le référentiel.",
        Repair.UPDATE_CODES,
    ),
    (
        "a code without line",
        {"frame": FrameFacts(14, 0, ("C1.2.1",))},
        Check.CODES,
        BLOCKING,
        "1 code de CPRO n’a pas de ligne dans le référentiel : C1.2.1.",
        Repair.UPDATE_CODES,
    ),
    (
        "codes without line, more than a sentence names",
        {"frame": FrameFacts(14, 0, tuple(f"C1.{n}" for n in range(1, 8)))},
        Check.CODES,
        BLOCKING,
        (
            "7 codes de CPRO n’ont pas de ligne dans le référentiel : "
            "C1.1, C1.2, C1.3, C1.4, C1.5, C1.6…"
        ),
        Repair.UPDATE_CODES,
    ),
    (
        "a code that CPRO alone knows",
        {"frame": FrameFacts(14, 0, (), ("X1",))},
        Check.CODES,
        WARNING,
        (
            "1 code de CPRO n’a pas de ligne dans le référentiel : X1. Les degrés n’en seront "
            "pas importés."
        ),
        Repair.SEE_FRAMES,
    ),
    (
        "no mock-up",
        {"mockup": None},
        Check.MOCKUP,
        WARNING,
        "La division n’a pas de maquette pour cette période : son bulletin sera vide.",
        Repair.ASSIGN_MOCKUP,
    ),
    (
        "the mock-up lacks the grade",
        {"mockup": replace(MOCKUP, teacher_grade=False)},
        Check.MOCKUP,
        WARNING,
        "L’option « Note du professeur » manque : les moyennes ne paraîtront pas.",
        Repair.ADD_OPTIONS,
    ),
    (
        "the mock-up lacks the competences",
        {"mockup": replace(MOCKUP, competences=False)},
        Check.MOCKUP,
        WARNING,
        (
            "L’option « Compétences définies dans le référentiel de la matière » manque : "
            "les degrés ne paraîtront pas."
        ),
        Repair.ADD_OPTIONS,
    ),
    (
        "the mock-up lacks two options",
        {"mockup": replace(MOCKUP, teacher_grade=False, appraisals=False)},
        Check.MOCKUP,
        WARNING,
        (
            "Les options « Note du professeur » et « Appréciations » manquent : "
            "les moyennes et les appréciations ne paraîtront pas."
        ),
        Repair.ADD_OPTIONS,
    ),
    (
        "the mock-up groups otherwise",
        {"mockup": replace(MOCKUP, grouping=Grouping.ELEMENT)},
        Check.GROUPING,
        WARNING,
        (
            "La maquette « Bulletin » regroupe par élément signifiant, "
            "la filière est évaluée par compétence."
        ),
        Repair.MATCH_GROUPING,
    ),
    (
        "no period here",
        {"period": None},
        Check.PERIOD,
        BLOCKING,
        "La division n’a pas de période n° 1 ici.",
        Repair.CREATE_PERIODS,
    ),
    (
        "period closed here",
        {"period": PeriodFacts(PeriodKind.TRIMESTRE, 1, START, END, closed=True)},
        Check.PERIOD,
        BLOCKING,
        "Le 1er trimestre est clôturé ici.",
        Repair.REOPEN,
    ),
    (
        "a third semester",
        {"period": None, "number": 3, "remote": replace(REMOTE, kind=PeriodKind.SEMESTRE)},
        Check.PERIOD,
        BLOCKING,
        (
            "La division n’a pas de période n° 3 ici. CPRO y travaille par semestre : choisissez "
            "une autre période."
        ),
        None,
    ),
    (
        "another diploma there, a sector here",
        {"remote": replace(REMOTE, diplomas=(CIEL,))},
        Check.DIPLOMA,
        BLOCKING,
        "CPRO évalue cette division sur « CIEL », sa filière ici est « MELEC ».",
        Repair.TAKE_SECTOR,
    ),
    (
        "two other diplomas there, sectors here",
        {
            "remote": replace(REMOTE, diplomas=(CIEL, "40030004")),
            "sectors": {CIEL: "CIEL", "40030004": "AGORA"},
        },
        Check.DIPLOMA,
        BLOCKING,
        "CPRO évalue cette division sur « CIEL » et « AGORA », sa filière ici est « MELEC ».",
        Repair.CHOOSE_SECTOR,
    ),
    (
        "another diploma there, no sector here",
        {"remote": replace(REMOTE, diplomas=("40099999",))},
        Check.DIPLOMA,
        BLOCKING,
        (
            "CPRO évalue cette division sur le diplôme 40099999, sa filière ici est « MELEC ». "
            "Aucune filière d’ici n’y correspond : faites vérifier son diplôme dans CPRO."
        ),
        Repair.RETRY,
    ),
    (
        "a second diploma there",
        {"remote": replace(REMOTE, diplomas=(CIEL, MELEC))},
        Check.DIPLOMA,
        WARNING,
        (
            "Les élèves qui préparent « CIEL » ont un autre référentiel : seules leur note et leur "
            "appréciation seront importées. Pour leurs degrés, importez de nouveau avec "
            "leur filière."
        ),
        Repair.CHOOSE_SECTOR,
    ),
    (
        "no connection",
        {"remote": RemoteFacts(connected=False)},
        Check.REMOTE,
        BLOCKING,
        "La connexion à CPRO n’est pas réglée pour cet établissement.",
        Repair.CONNECT,
    ),
    (
        "CPRO does not answer",
        {"remote": RemoteFacts(failure="CPRO ne répond pas.")},
        Check.REMOTE,
        BLOCKING,
        "CPRO ne répond pas.",
        Repair.RETRY,
    ),
    (
        "CPRO does not know the division",
        {"remote": RemoteFacts(known=False)},
        Check.REMOTE,
        BLOCKING,
        "CPRO ne connaît pas cette division pour l’année en cours.",
        Repair.RETRY,
    ),
    (
        "no periodicity there",
        {"remote": RemoteFacts(diplomas=(MELEC,))},
        Check.REMOTE,
        BLOCKING,
        "La périodicité de la division n’est pas fixée dans CPRO, ou ses diplômes diffèrent.",
        Repair.RETRY,
    ),
    (
        "semesters there, trimesters here",
        {"remote": replace(REMOTE, kind=PeriodKind.SEMESTRE)},
        Check.REMOTE,
        BLOCKING,
        "CPRO travaille par semestre, cette division par trimestre ici.",
        Repair.ADOPT_PERIODS,
    ),
    (
        "not published there",
        {"remote": replace(REMOTE, periods=(RemotePeriod(1, START, END, published=False),))},
        Check.REMOTE,
        BLOCKING,
        "Cette période n’est pas publiée dans CPRO : l’équipe doit d’abord publier son bilan.",
        Repair.RETRY,
    ),
    (
        "other dates there",
        {
            "remote": replace(
                REMOTE, periods=(RemotePeriod(1, START, date(2025, 12, 5), published=True),)
            )
        },
        Check.DATES,
        WARNING,
        "Du 01/09/2025 au 30/11/2025 ici, du 01/09/2025 au 05/12/2025 dans CPRO.",
        Repair.ADOPT_PERIODS,
    ),
    (
        "pupils without INE",
        {"unnamed": ("MAURY Eden", "TALEB Nassim")},
        Check.PUPILS,
        WARNING,
        (
            "2 élèves sans INE ne seront reconnus que par l’identifiant SIECLE : "
            "MAURY Eden, TALEB Nassim."
        ),
        Repair.SEE_PUPILS,
    ),
]


def test_a_ready_division_has_every_line_green() -> None:
    found = lines(READY)

    assert [(line.check, line.state, line.repair) for line in found] == [
        (check, State.OK, None) for check in Check
    ]


@pytest.mark.parametrize("case", CASES, ids=[case[0] for case in CASES])
def test_what_breaks_a_prerequisite_is_told_with_its_repair(
    case: tuple[str, dict[str, object], Check, State, str, Repair | None],
) -> None:
    _, broken, check, state, phrase, repair = case

    line = next(line for line in lines(replace(READY, **broken)) if line.check is check)  # type: ignore[arg-type]

    assert (line.state, line.phrase, line.repair) == (state, phrase, repair)


def test_a_division_of_which_cpro_has_no_bilan_has_one_line_and_nothing_to_repair() -> None:
    (line,) = lines(replace(READY, sector=None, services=(), remote=RemoteFacts()))

    assert (line.check, line.state, line.repair) == (Check.REMOTE, State.OUTSIDE, None)
    assert blocking([line]) == [line]
    assert line.phrase.startswith("CPRO n’a pas de bilan pour cette division : seuls en ont")


def test_a_mock_up_is_asked_for_once_the_period_exists() -> None:
    found = lines(replace(READY, period=None, mockup=None))

    assert {Check.MOCKUP, Check.GROUPING} & {line.check for line in found} == set()


def test_dates_unknown_there_are_not_compared() -> None:
    remote = replace(REMOTE, periods=(RemotePeriod(1, None, None, published=True),))

    assert Check.DATES not in {line.check for line in lines(replace(READY, remote=remote))}


@pytest.mark.parametrize("repair", Repair)
def test_every_repair_has_words(repair: Repair) -> None:
    assert repair.label
