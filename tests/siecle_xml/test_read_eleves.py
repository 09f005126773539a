"""Pupils: what `BEE_ELEVES` says, and what is remarked."""

from datetime import date

import pytest

from siecle_files import MEF, Tags, document, eleve, eleves_xml, zipped
from siecle_xml import Eleve, Eleves, Remarque, ScolariteAnDernier, read


def read_eleves(data: bytes) -> Eleves:
    result = read(data)
    assert isinstance(result, Eleves)
    return result


def only(data: bytes) -> Eleve:
    (pupil,) = read_eleves(data).eleves
    return pupil


def test_a_pupil_is_read_field_by_field() -> None:
    pupil = eleve(
        1234,
        divisions=["2TNE"],
        groupes=["2TNE-A", "2 ESP/é"],
        an_dernier={"CODE_MEF": "10110001110", "CODE_STRUCTURE": "3A ", "CODE_RNE": "0990002P"},
        ID_NATIONAL="1234567890a",
        INE_BEA="0987654321B",
        NOM_DE_FAMILLE="LŒWE-ÉTIENNE",
        PRENOM="Maÿlis",
        DATE_NAISS="29/02/2008",
        DOUBLEMENT="1",
        DATE_ENTREE="02/09/2025",
        DATE_SORTIE="12/06/2026",
        CODE_STATUT="AP",
    )

    result = read_eleves(eleves_xml(uai="0990002P", annee=2025, eleves=[pupil]))

    assert result == Eleves(
        uai="0990002P",
        annee=2025,
        date_export=date(2025, 9, 15),
        remarques=(),
        eleves=(
            Eleve(
                eleve_id=1234,
                ine="1234567890A",
                ine_ancien="0987654321B",
                nom="LŒWE-ÉTIENNE",
                prenom="Maÿlis",
                date_naissance=date(2008, 2, 29),
                date_entree=date(2025, 9, 2),
                date_sortie=date(2026, 6, 12),
                doublement=True,
                code_statut="AP",
                code_mef=MEF,
                an_dernier=ScolariteAnDernier(
                    code_mef="10110001110", code_structure="3A", code_rne="0990002P"
                ),
                ligne=10,
                divisions=("2TNE",),
                groupes=("2TNE-A", "2 ESP/é"),
            ),
        ),
    )


@pytest.mark.parametrize(
    ("tags", "ine"),
    [
        ({"ID_NATIONAL": "1234567890A", "INE_RNIE": "1234567890B"}, "1234567890A"),
        ({"ID_NATIONAL": None, "INE_RNIE": "1234567890B"}, "1234567890B"),
        ({"ID_NATIONAL": "", "INE_RNIE": "1234567890B"}, "1234567890B"),
        ({"ID_NATIONAL": None, "INE_BEA": "1234567890C"}, None),
        ({"ID_NATIONAL": " 1234567890a\n"}, "1234567890A"),
        ({"ID_NATIONAL": ""}, None),
    ],
)
def test_the_ine_is_the_national_one_else_that_of_the_rnie(tags: Tags, ine: str | None) -> None:
    result = read_eleves(eleves_xml(eleves=[eleve(**tags)]))

    assert result.eleves[0].ine == ine
    assert result.remarques == ()


@pytest.mark.parametrize("usage", [None, "", "  "])
def test_the_family_name_serves_without_a_usual_name(usage: str | None) -> None:
    data = eleves_xml(eleves=[eleve(NOM_DE_FAMILLE=" DUPONT ", NOM_USAGE=usage)])

    assert only(data).nom == "DUPONT"


def test_the_usual_name_comes_first() -> None:
    data = eleves_xml(eleves=[eleve(NOM_DE_FAMILLE="DUPONT", NOM_USAGE="DURAND")])

    assert only(data).nom == "DURAND"


@pytest.mark.parametrize(
    ("tag", "field"),
    [("CODE_STATUT", "code_statut"), ("CODE_MEF", "code_mef"), ("DATE_SORTIE", "date_sortie")],
)
@pytest.mark.parametrize("value", [None, "", " \n"])
def test_an_absent_tag_and_an_empty_one_are_none(tag: str, field: str, value: str | None) -> None:
    result = read_eleves(eleves_xml(eleves=[eleve(**{tag: value})]))

    assert getattr(result.eleves[0], field) is None
    assert result.remarques == ()


def test_no_year_before_is_none_whether_absent_or_empty() -> None:
    pupils = [eleve(1), eleve(2, an_dernier={}), eleve(3, an_dernier={"CODE_MEF": ""})]

    result = read_eleves(eleves_xml(eleves=pupils))

    assert [pupil.an_dernier for pupil in result.eleves] == [None, None, None]


def test_structures_may_stand_before_the_pupils() -> None:
    pupils = [eleve(1, divisions=["A"], groupes=["G1"]), eleve(2, divisions=["B"])]

    before = read_eleves(eleves_xml(eleves=pupils, structures_first=True))
    after = read_eleves(eleves_xml(eleves=pupils))

    assert [(e.divisions, e.groupes) for e in before.eleves] == [(("A",), ("G1",)), (("B",), ())]
    assert [(e.divisions, e.groupes) for e in after.eleves] == [(("A",), ("G1",)), (("B",), ())]


def test_the_parameters_may_stand_at_the_end() -> None:
    data = eleves_xml(eleves=[eleve(1)])
    start, end = data.index(b"<PARAMETRES>"), data.index(b"<DONNEES>")
    moved = data[:start] + data[end:].replace(b"</BEE", data[start:end] + b"</BEE")

    result = read_eleves(moved)

    assert (result.uai, result.annee, len(result.eleves)) == ("0990001N", 2025, 1)


def test_two_divisions_are_facts_in_the_order_of_the_file_and_one_named_twice_is_one() -> None:
    pupils = [eleve(1, divisions=["B", "A"]), eleve(2, divisions=["A", "A"])]

    result = read_eleves(eleves_xml(eleves=pupils))

    assert [pupil.divisions for pupil in result.eleves] == [("B", "A"), ("A",)]
    assert result.remarques == ()


def test_a_pupil_of_inactifs_or_without_structure_is_given_as_it_is() -> None:
    pupils = [eleve(1, divisions=["Inactifs"]), eleve(2, divisions=[])]

    result = read_eleves(eleves_xml(eleves=pupils))

    assert [pupil.divisions for pupil in result.eleves] == [("Inactifs",), ()]


def test_the_key_is_the_attribute_eleve_id_and_never_elenoet() -> None:
    result = read_eleves(eleves_xml(eleves=[eleve("0042"), eleve(43)]))

    assert [pupil.eleve_id for pupil in result.eleves] == [42, 43]


def test_addresses_scholarships_sex_and_nationality_are_not_read() -> None:
    secret = {"CODE_SEXE": "secret", "CODE_PAYS_NAT": "secret", "MEL": "secret", "TEL": "secret"}
    more = (
        "<ADRESSES><ADRESSE ADRESSE_ID='1'><LIGNE1_ADRESSE>secret</LIGNE1_ADRESSE></ADRESSE>"
        "</ADRESSES><BOURSES><BOURSE ELEVE_ID='1001'>secret</BOURSE></BOURSES>"
    )

    result = read_eleves(eleves_xml(eleves=[eleve(**secret)], more=more))

    assert "secret" not in repr(result)
    assert len(result.eleves) == 1


def test_an_element_eleve_outside_its_block_is_not_a_pupil() -> None:
    more = "<AUTRES><ELEVE ELEVE_ID='9'/></AUTRES>"

    assert [e.eleve_id for e in read_eleves(eleves_xml(eleves=[eleve(1)], more=more)).eleves] == [1]


@pytest.mark.parametrize(
    ("tags", "code", "clause"),
    [
        (
            {"DATE_NAISS": "31/02/2009"},
            "date_invalide",
            "la date de naissance « 31/02/2009 » n’est pas une date, elle n’est pas reprise",
        ),
        (
            {"DATE_NAISS": "2009-02-14"},
            "date_invalide",
            "la date de naissance « 2009-02-14 » n’est pas une date, elle n’est pas reprise",
        ),
        (
            {"DATE_ENTREE": "1/9/2025"},
            "date_invalide",
            "la date d’entrée « 1/9/2025 » n’est pas une date, elle n’est pas reprise",
        ),
        (
            {"DATE_SORTIE": "00/00/0000"},
            "date_invalide",
            "la date de sortie « 00/00/0000 » n’est pas une date, elle n’est pas reprise",
        ),
        (
            {"ID_NATIONAL": "123"},
            "ine_invalide",
            "l’INE « 123 » n’a pas onze lettres et chiffres, il n’est pas repris",
        ),
        (
            {"INE_BEA": "1234567890é"},
            "ine_invalide",
            "l’INE « 1234567890é » n’a pas onze lettres et chiffres, il n’est pas repris",
        ),
        (
            {"CODE_MEF": "247"},
            "mef_invalide",
            "le code MEF « 247 » n’a pas onze caractères, il n’est pas repris",
        ),
        (
            {"DOUBLEMENT": "oui"},
            "doublement_invalide",
            "le doublement « oui » n’est ni 0 ni 1, il est pris pour 0",
        ),
    ],
)
def test_a_faulty_value_is_left_out_with_a_remark(tags: Tags, code: str, clause: str) -> None:
    result = read_eleves(eleves_xml(eleves=[eleve(1001, **tags)]))

    expected = Remarque(code, f"MARTIN Léa (élève 1001) : {clause}.", 1001, 10)
    assert result.remarques == (expected,)
    assert len(result.eleves) == 1


def test_every_oddity_is_remarked_at_once_in_the_order_of_the_lines() -> None:
    pupils = [
        eleve(1, DATE_NAISS="x", CODE_MEF="y"),
        eleve(2, NOM_DE_FAMILLE=None, PRENOM=""),
        eleve(3, ID_NATIONAL="z"),
    ]

    result = read_eleves(eleves_xml(eleves=pupils, structures_first=True, date_export="hier"))

    assert [(remarque.code, remarque.eleve_id) for remarque in result.remarques] == [
        ("date_invalide", None),
        ("date_invalide", 1),
        ("mef_invalide", 1),
        ("nom_absent", 2),
        ("ine_invalide", 3),
    ]
    assert result.date_export is None
    assert result.remarques[3].phrase == "Élève 2 : le nom ou le prénom manque."


def test_structures_that_cannot_be_attached_are_remarked_and_ignored() -> None:
    more = (
        "<STRUCTURES>\n"
        "<STRUCTURES_ELEVE ELEVE_ID='7'><STRUCTURE><CODE_STRUCTURE>A</CODE_STRUCTURE>"
        "<TYPE_STRUCTURE>D</TYPE_STRUCTURE></STRUCTURE></STRUCTURES_ELEVE>\n"
        "<STRUCTURES_ELEVE ELEVE_ID='x'/>\n"
        "<STRUCTURES_ELEVE ELEVE_ID='1'><STRUCTURE><CODE_STRUCTURE>A</CODE_STRUCTURE>"
        "<TYPE_STRUCTURE>Z</TYPE_STRUCTURE></STRUCTURE></STRUCTURES_ELEVE>\n"
        "</STRUCTURES>"
    )

    result = read_eleves(eleves_xml(eleves=[eleve(1, divisions=["B"])], more=more))

    assert [(r.code, r.eleve_id, r.phrase) for r in result.remarques] == [
        (
            "structure_sans_eleve",
            7,
            "Élève 7 : le fichier lui donne une structure mais ne le décrit pas, on l’ignore.",
        ),
        (
            "structure_sans_eleve",
            None,
            "Structures de l’élève « x » : cet ELEVE_ID n’est pas un entier positif, on l’ignore.",
        ),
        (
            "structure_invalide",
            1,
            (
                "Structures de l’élève « 1 » : la structure « A » de type « Z »"
                " n’est ni une division ni un groupe, on l’ignore."
            ),
        ),
    ]
    assert result.eleves[0].divisions == ("B",)


def test_the_zip_gives_the_same_pupils_and_lines() -> None:
    data = eleves_xml(eleves=[eleve(1), eleve(2)])

    assert zipped(data)[:2] == b"PK"
    assert read(zipped(data)) == read(data)


def test_a_file_in_utf8_is_read_as_declared() -> None:
    inner = eleves_xml(eleves=[eleve(PRENOM="Zoé")]).decode("iso-8859-15").split("\n", 2)[2]
    data = document("BEE_ELEVES", inner.removesuffix("</BEE_ELEVES>\n"), encoding="UTF-8")

    assert only(data).prenom == "Zoé"


def test_two_thousand_pupils_with_addresses_keep_right_lines_past_65535() -> None:
    pupils = [
        eleve(n, NOM_DE_FAMILLE=f"ÉLÈVE {n}", **{f"CHAMP_{c}": "x" for c in range(30)})
        for n in range(1, 2_001)
    ]
    data = eleves_xml(eleves=pupils)
    lines = data.decode("iso-8859-15").split("\n")

    result = read_eleves(data)

    assert [lines[pupil.ligne - 1] for pupil in result.eleves] == [
        f'<ELEVE ELEVE_ID="{n}" ELENOET="77">' for n in range(1, 2_001)
    ]
    assert result.eleves[-1].ligne > 65_535
    assert [pupil.nom for pupil in result.eleves] == [f"ÉLÈVE {n}" for n in range(1, 2_001)]
