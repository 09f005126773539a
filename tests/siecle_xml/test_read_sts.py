"""Staff, divisions and services of STS."""

from datetime import date

import pytest

from siecle_files import (
    division_sts,
    document,
    groupe_sts,
    individu,
    service,
    sts_xml,
)
from siecle_xml import (
    DivisionSts,
    GroupeSts,
    Individu,
    Matiere,
    Mef,
    ProfPrinc,
    Service,
    StsEmp,
    read,
)


def read_sts(data: bytes) -> StsEmp:
    result = read(data)
    assert isinstance(result, StsEmp)
    return result


def test_the_year_and_its_bounds_are_read() -> None:
    result = read_sts(sts_xml(uai="0990002P", annee=2025))

    assert result == StsEmp(
        uai="0990002P",
        annee=2025,
        date_export=None,
        remarques=(),
        date_debut=date(2025, 9, 1),
        date_fin=date(2026, 8, 31),
        individus=(),
        divisions=(),
        groupes=(),
        matieres=(),
        mefs=(),
    )


@pytest.mark.parametrize("written", ["2025-09-15", "15/09/2025"])
def test_the_date_of_export_is_read_in_both_forms(written: str) -> None:
    data = sts_xml(parametres=f"<DATE_EXPORT>{written}</DATE_EXPORT>")

    assert read_sts(data).date_export == date(2025, 9, 15)


def test_people_are_read_with_what_they_are_principal_of() -> None:
    principal = {"CODE_STRUCTURE": "2TNE", "DATE_DEBUT": "2025-09-01", "DATE_FIN": "2026-08-31"}
    data = sts_xml(
        individus=[
            individu("501", "epp", NOM_USAGE="GRAND", profs_princ=[principal]),
            individu("501", "local", FONCTION=None, NOM_USAGE=""),
            individu("9", "dir", FONCTION="DIR", DATE_NAISSANCE=None),
        ],
        suppleants=[individu("12", "eppsup", tag="SUPPLEANT", FONCTION=None)],
    )

    result = read_sts(data)

    assert [(p.id, p.type, p.nom, p.prenom, p.fonction) for p in result.individus] == [
        ("501", "epp", "GRAND", "Zoé", "ENS"),
        ("501", "local", "PETIT", "Zoé", "ENS"),
        ("9", "dir", "PETIT", "Zoé", "DIR"),
        ("12", "eppsup", "PETIT", "Zoé", None),
    ]
    assert result.individus[0] == Individu(
        id="501",
        type="epp",
        nom="GRAND",
        prenom="Zoé",
        date_naissance=date(1980, 5, 17),
        fonction="ENS",
        profs_princ=(
            ProfPrinc(
                code_structure="2TNE", date_debut=date(2025, 9, 1), date_fin=date(2026, 8, 31)
            ),
        ),
        ligne=16,
    )
    assert result.individus[2].date_naissance is None
    assert result.remarques == ()


def test_a_principal_without_beginning_is_read() -> None:
    principal = {"CODE_STRUCTURE": "2TNE", "DATE_FIN": "2026-08-31"}

    result = read_sts(sts_xml(individus=[individu(profs_princ=[principal])]))

    assert result.individus[0].profs_princ == (
        ProfPrinc(code_structure="2TNE", date_debut=None, date_fin=date(2026, 8, 31)),
    )


def test_divisions_and_groups_hold_their_own_services() -> None:
    data = sts_xml(
        divisions=[
            division_sts(
                "2TNE",
                mefs=["24722701310", "24722702310"],
                services=[
                    service("071100", enseignants=[("501", "epp"), ("12", "eppsup")]),
                    service("020700", code_mod_cours=None, enseignants=[]),
                ],
            ),
            division_sts("1TNE"),
        ],
        groupes=[groupe_sts("G1", divisions=["2TNE", "1TNE"], services=[service("030201")])],
    )
    lines = data.decode("iso-8859-15").split("\n")

    result = read_sts(data)

    at = {
        code: n for n, line in enumerate(lines, 1) for code in line.split('"') if "SERVICE " in line
    }
    assert result.divisions == (
        DivisionSts(
            code="2TNE",
            libelle="Seconde TNE",
            mefs=("24722701310", "24722702310"),
            services=(
                Service(
                    code_matiere="071100",
                    code_mod_cours="CG",
                    enseignants=(("501", "epp"), ("12", "eppsup")),
                    ligne=at["071100"],
                ),
                Service(
                    code_matiere="020700", code_mod_cours=None, enseignants=(), ligne=at["020700"]
                ),
            ),
        ),
        DivisionSts(code="1TNE", libelle="Seconde TNE", mefs=("24722701310",), services=()),
    )
    assert result.groupes == (
        GroupeSts(
            code="G1",
            libelle="Groupe A",
            divisions=("2TNE", "1TNE"),
            services=(
                Service(
                    code_matiere="030201",
                    code_mod_cours="CG",
                    enseignants=(("501", "epp"),),
                    ligne=at["030201"],
                ),
            ),
        ),
    )


def test_the_nomenclature_of_sts_is_read() -> None:
    data = sts_xml(
        matieres=[("071100", {"LIBELLE_COURT": "ENS.PRO", "LIBELLE_LONG": "ENSEIGNEMENT PRO"})],
        mefs=[("24722701310", {"FORMATION": "1CIEL", "LIBELLE_LONG": "CIEL"})],
    )

    result = read_sts(data)

    assert result.matieres == (
        Matiere(code="071100", libelle_court="ENS.PRO", libelle_long="ENSEIGNEMENT PRO"),
    )
    assert result.mefs == (
        Mef(code_mef="24722701310", libelle="CIEL", rattachement=None, code_mefstat=None),
    )


def test_the_services_stay_with_their_division_whatever_the_order_of_the_blocks() -> None:
    data = sts_xml(individus=[individu()], divisions=[division_sts(services=[service()])])
    start, end = data.index(b"<STRUCTURE>"), data.index(b"</DONNEES>")
    people = data.index(b"<INDIVIDUS>")
    moved = data[:people] + data[start:end] + data[people:start] + data[end:]

    result = read_sts(moved)

    assert [len(division.services) for division in result.divisions] == [1]
    assert [person.id for person in result.individus] == ["501"]


def test_what_has_no_key_is_left_out_with_a_remark() -> None:
    data = sts_xml(
        individus=[
            individu(None),
            individu("1", None, NOM_PATRONYMIQUE=None, PRENOM=None),
            individu("2"),
            individu("2", PRENOM="Autre"),
            individu("3", DATE_NAISSANCE="17/05/1980"),
        ],
        divisions=[
            division_sts("", services=[service("020700")]),
            division_sts("2TNE", services=[service(enseignants=[(None, "epp"), ("2", "epp")])]),
        ],
    )

    result = read_sts(data)

    at = data.decode("iso-8859-15").split("\n").index('<DIVISION CODE="">') + 1
    assert [(remarque.code, remarque.phrase) for remarque in result.remarques] == [
        (
            "individu_sans_cle",
            "PETIT Zoé : l’ID ou le TYPE manque, la personne est ignorée.",
        ),
        ("individu_sans_cle", "Personne : l’ID ou le TYPE manque, la personne est ignorée."),
        (
            "individu_en_double",
            "PETIT Autre : la personne 2 (epp) figure déjà plus haut, on garde la première.",
        ),
        (
            "date_invalide",
            (
                "PETIT Zoé : la date de naissance « 17/05/1980 » n’est pas une date,"
                " elle n’est pas reprise."
            ),
        ),
        (
            "structure_sans_code",
            f"Structure de la ligne {at} : le code manque, elle n’est pas reprise.",
        ),
        (
            "enseignant_sans_cle",
            "Service de la matière « 071100 » : un enseignant sans ID ou sans TYPE est ignoré.",
        ),
    ]
    assert [(person.id, person.prenom) for person in result.individus] == [
        ("2", "Zoé"),
        ("3", "Zoé"),
    ]
    assert [division.code for division in result.divisions] == ["2TNE"]
    assert result.divisions[0].services[0].enseignants == (("2", "epp"),)


def test_a_service_of_an_unknown_person_is_a_fact_for_the_caller() -> None:
    data = sts_xml(divisions=[division_sts(services=[service(enseignants=[("404", "epp")])])])

    result = read_sts(data)

    assert result.divisions[0].services[0].enseignants == (("404", "epp"),)
    assert result.remarques == ()


def test_a_file_without_content_has_no_one() -> None:
    inner = "<PARAMETRES><UAJ CODE='0990001N'/><ANNEE_SCOLAIRE ANNEE='2025'/></PARAMETRES>"

    result = read_sts(document("STS_EDT", inner))

    assert (result.individus, result.date_debut, result.date_fin) == ((), None, None)
