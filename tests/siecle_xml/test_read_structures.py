"""Divisions, groups, MEF and subjects of SIECLE."""

from datetime import date

from siecle_files import division, groupe, nomenclature_xml, structures_xml
from siecle_xml import Division, Groupe, Matiere, Mef, Nomenclature, Remarque, Structures, read


def test_divisions_and_groups_are_read() -> None:
    data = structures_xml(
        divisions=[
            division("TMA 1/é", libelle="Terminale mixte", mefs=["24722701310", "24722702310"]),
            division("2TNE", libelle="Seconde", mefs=[]),
        ],
        groupes=[
            groupe("TMA-G", libelle="Groupe", divisions=["TMA 1/é", "2TNE"], mefs=["24722701310"])
        ],
    )

    assert read(data) == Structures(
        uai="0990001N",
        annee=2025,
        date_export=date(2025, 9, 15),
        remarques=(),
        divisions=(
            Division(
                code="TMA 1/é",
                libelle="Terminale mixte",
                mefs=("24722701310", "24722702310"),
            ),
            Division(code="2TNE", libelle="Seconde", mefs=()),
        ),
        groupes=(
            Groupe(
                code="TMA-G",
                libelle="Groupe",
                divisions=("TMA 1/é", "2TNE"),
                mefs=("24722701310",),
            ),
        ),
    )


def test_a_structure_without_code_is_left_out_with_a_remark() -> None:
    result = read(structures_xml(divisions=[division(" "), division("B")]))

    assert isinstance(result, Structures)
    assert [d.code for d in result.divisions] == ["B"]
    assert result.remarques == (
        Remarque(
            "structure_sans_code",
            "Structure de la ligne 10 : le code manque, elle n’est pas reprise.",
            None,
            10,
        ),
    )


def test_the_nomenclature_is_read() -> None:
    data = nomenclature_xml(
        mefs=[
            (
                "24722701311",
                {
                    "FORMATION": "1CIEL",
                    "LIBELLE_LONG": "CYBERSÉCURITÉ",
                    "MEF_RATTACHEMENT": "24722701310",
                    "CODE_MEFSTAT": "24312270131",
                },
            ),
            ("24722701310", {"FORMATION": "1CIEL", "LIBELLE_EDITION": "Cybersécurité"}),
            ("24722702310", {"FORMATION": "1AUTRE", "MEF_RATTACHEMENT": ""}),
        ],
        matieres=[
            (
                "071100",
                {"CODE_GESTION": "EN-PRO", "LIBELLE_COURT": "ENS.PRO", "LIBELLE_LONG": "ENS. PRO."},
            ),
            ("020700", {"LIBELLE_COURT": "FRANCAIS", "LIBELLE_EDITION": "Français"}),
        ],
    )

    assert read(data) == Nomenclature(
        uai="0990001N",
        annee=2025,
        date_export=date(2025, 9, 15),
        remarques=(),
        mefs=(
            Mef(
                code_mef="24722701311",
                libelle="CYBERSÉCURITÉ",
                rattachement="24722701310",
                code_mefstat="24312270131",
            ),
            Mef(
                code_mef="24722701310",
                libelle="Cybersécurité",
                rattachement=None,
                code_mefstat=None,
            ),
            Mef(code_mef="24722702310", libelle="1AUTRE", rattachement=None, code_mefstat=None),
        ),
        matieres=(
            Matiere(code="071100", libelle_court="ENS.PRO", libelle_long="ENS. PRO."),
            Matiere(code="020700", libelle_court="FRANCAIS", libelle_long="Français"),
        ),
    )


def test_entries_of_the_nomenclature_without_code_are_left_out() -> None:
    result = read(nomenclature_xml(mefs=[("", {})], matieres=[(" ", {})]))

    assert isinstance(result, Nomenclature)
    assert (result.mefs, result.matieres) == ((), ())
