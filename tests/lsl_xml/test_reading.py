"""Foreign files: every legal form is accepted, what cannot be held is named with its line."""

from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest

from lsl_documents import a_document, a_full_document, an_eleve, with_evaluation
from lsl_xml import (
    Competence,
    Enseignant,
    Periode,
    Profile,
    Reason,
    Structure,
    Unreadable,
    iter_pupils,
    lines_of,
    parse,
    read,
    read_header,
    write,
)

GOLDEN = (Path(__file__).parent / "golden" / "lsl-1.1.xml").read_text("utf-8")
SMALL = write(a_document(), Profile.V1_1).decode()


def _evaluation(text):
    return read(text.encode()).donnees[0].scolarites[0].evaluations[0]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("11.50", "11.5"),
        ("+11.5", "11.5"),
        (".5", "0.5"),
        ("12.", "12"),
        ("  011.5\n", "11.5"),
        ("-1.00", "-1"),
        ("25", "25"),
    ],
)
def test_every_legal_form_of_a_decimal_is_read(written, value):
    evaluation = _evaluation(SMALL.replace('moyenne="12.50"', f'moyenne="{written}"'))

    assert evaluation.periodiques == (Periode(1, Decimal(value)),)


@pytest.mark.parametrize(
    "written", ["12,5", "1e1", "NaN", "INF", "", "1_0", "٣", "0x1", "--1", "."]
)
def test_what_is_not_a_decimal_is_unreadable(written):
    text = SMALL.replace('moyenne="12.50"', f'moyenne="{written}"')

    with pytest.raises(Unreadable) as caught:
        read(text.encode())

    assert caught.value.code is Reason.CONTENT
    assert caught.value.line == 16
    assert caught.value.phrase == (
        "Dans l’élément « periode », l’attribut « moyenne » "
        f"a une valeur illisible : « {written} »."
    )


@pytest.mark.parametrize(
    ("written", "value"), [("+1001", 1001), (" 1001 ", 1001), ("0001001", 1001), ("-5", -5)]
)
def test_every_legal_form_of_an_integer_is_read(written, value):
    document = read(SMALL.replace('id="1001"', f'id="{written}"').encode())

    assert [eleve.id for eleve in document.donnees] == [value]


@pytest.mark.parametrize("written", ["1.0", "1_001", "", "٣", "1" * 19, "9" * 5000])
def test_what_is_not_an_integer_of_18_digits_is_unreadable(written):
    with pytest.raises(Unreadable) as caught:
        read(SMALL.replace('id="1001"', f'id="{written}"').encode())

    assert (caught.value.code, caught.value.line) == (Reason.CONTENT, 10)


@pytest.mark.parametrize(
    ("written", "value"), [("true", True), ("1", True), (" false ", False), ("0", False)]
)
def test_every_legal_form_of_a_boolean_is_read(written, value):
    text = GOLDEN.replace('partie-etranger="true"', f'partie-etranger="{written}"')

    assert read(text.encode()).donnees[0].scolarites[0].avis_pfmp.partie_etranger is value


def test_the_children_of_an_evaluation_and_of_the_header_come_in_any_order():
    text = """<lsl:lsl xmlns:lsl="urn:ac-grenoble.fr:lsl:import" schemaVersion="1.0"><entete>
      <etablissement>0380001V</etablissement><application>A</application><editeur>E</editeur>
      </entete><donnees><eleve id="1"><scolarites>
      <scolarite code-periode="S" annee-scolaire="2015">
      <evaluation code-matiere="071100" modalite-election="S" date="2015-06-01">
        <enseignants><enseignant prenom="Anne" nom="DURAND"/><enseignant/></enseignants>
        <competences><competence code="5001">3</competence></competences>
        <annuelle>Bien.</annuelle>
        <structure moyenne=".5"/>
      </evaluation></scolarite></scolarites></eleve></donnees></lsl:lsl>"""

    assert read_header(text.encode()).entete.editeur == "E"
    assert read_header(text.encode()).profile is Profile.V1_0
    evaluation = _evaluation(text)
    assert evaluation.enseignants == (Enseignant("DURAND", "Anne"), Enseignant("", ""))
    assert evaluation.competences == (Competence("5001", "3"),)
    assert evaluation.annuelle == "Bien."
    assert evaluation.structure == Structure(moyenne=Decimal("0.5"))
    assert evaluation.periodiques == ()


def test_a_text_cut_by_a_comment_or_written_as_cdata_is_read_whole():
    text = write(with_evaluation(annuelle="Bien."), Profile.V1_1).decode()

    assert _evaluation(text.replace("Bien.", "Bi<!-- x -->en.")).annuelle == "Bien."
    assert _evaluation(text.replace("Bien.", "<![CDATA[Bi]]>en.")).annuelle == "Bien."


@pytest.mark.parametrize("version", ["1.1", "1.10", "+1.1", " 1.1 ", "01.1"])
def test_the_version_is_a_decimal(version):
    text = SMALL.replace('schemaVersion="1.1"', f'schemaVersion="{version}"')

    assert read_header(text.encode()).profile is Profile.V1_1


@pytest.mark.parametrize(
    ("old", "new", "namespace", "version"),
    [
        ('="1.1"', '="2.0"', "urn:livretpro:lslpro:import", "2.0"),
        ("urn:livretpro:lslpro:import", "urn:autre", "urn:autre", "1.1"),
        (
            "urn:livretpro:lslpro:import",
            "urn:ac-grenoble.fr:lsl:import",
            "urn:ac-grenoble.fr:lsl:import",
            "1.1",
        ),
        (' schemaVersion="1.1"', "", "urn:livretpro:lslpro:import", ""),
    ],
)
def test_a_file_of_neither_profile_is_unreadable(old, new, namespace, version):
    data = SMALL.replace(old, new).encode()

    for reading in (read, read_header):
        with pytest.raises(Unreadable) as caught:
            reading(data)
        assert (caught.value.code, caught.value.line) == (Reason.PROFILE, 2)
        assert caught.value.phrase == (
            "Ce fichier n’est pas un fichier LSL connu : racine « lsl », "
            f"espace de noms « {namespace} », version « {version} »."
        )


@pytest.mark.parametrize(
    ("old", "line", "holder", "needs"),
    [
        ("<structure/>", 13, "evaluation", "contenir un élément « structure »"),
        (' numero="1"', 16, "periode", "porter l’attribut « numero »"),
        (' id="1001"', 10, "eleve", "porter l’attribut « id »"),
        (' code-periode="T"', 12, "scolarite", "porter l’attribut « code-periode »"),
    ],
)
def test_a_missing_required_part_is_unreadable_and_named(old, line, holder, needs):
    with pytest.raises(Unreadable) as caught:
        read(SMALL.replace(old, "").encode())

    assert caught.value.code is Reason.CONTENT
    assert caught.value.line == line
    assert caught.value.phrase == f"L’élément « {holder} » doit {needs}."


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not xml",
        b"PK\x03\x04",
        SMALL.encode()[:-20],
        SMALL.encode() + SMALL.encode(),
        SMALL.replace("<lsl:lsl", '<!DOCTYPE x [<!ENTITY e "v">]><lsl:lsl', 1).encode(),
        SMALL.replace("LIVRETPRO", "&nbsp;").encode(),
        SMALL.encode("utf-16"),
        SMALL.replace(
            "<structure", "<structure " + " ".join(f'a{n}="1"' for n in range(9))
        ).encode(),
        SMALL.replace("LIVRETPRO", "L" * 100_001).encode(),
        SMALL.replace("<structure/>", "<a>" * 12 + "</a>" * 12).encode(),
    ],
    ids=[
        "empty",
        "text",
        "zip",
        "cut",
        "two roots",
        "doctype",
        "entity",
        "utf-16",
        "attributes",
        "long",
        "deep",
    ],
)
def test_what_the_door_refuses_is_unreadable_whatever_the_reading(data):
    for reading in (read, read_header, lambda data: list(iter_pupils(data))):
        with pytest.raises(Unreadable) as caught:
            reading(data)
        assert caught.value.code is Reason.REFUSED


def test_a_file_without_header_is_unreadable():
    with pytest.raises(Unreadable) as caught:
        read_header(SMALL.replace("entete>", "tete>").encode())

    assert caught.value.phrase == "Le fichier n’a pas d’élément « entete »."


def test_the_line_of_every_element_is_known_by_its_place():
    lines = lines_of(parse(GOLDEN.encode()))
    rows = GOLDEN.splitlines()

    second = "donnees[1]/eleve[1]/scolarites[1]/scolarite[2]/evaluation[1]"
    assert rows[lines["entete[1]/division[1]"] - 1].strip() == "<division>TMELEC</division>"
    assert rows[lines["donnees[1]/eleve[2]"] - 1].strip() == '<eleve id="1002">'
    assert lines[f"{second}/enseignants[1]/enseignant[1]"] == lines[second] + 6


def test_a_streamed_pupil_knows_the_lines_of_the_whole_file():
    data = write(a_full_document(), Profile.V1_1)
    whole = lines_of(parse(data))

    streamed = [pupil.lines for pupil in iter_pupils(BytesIO(data))]

    assert streamed == [
        {place: line for place, line in whole.items() if place.startswith("donnees[1]/eleve[1]")},
        {place: line for place, line in whole.items() if place.startswith("donnees[1]/eleve[2]")},
    ]


def test_thousands_of_pupils_are_read_one_by_one_with_their_lines():
    data = write(a_document(*(an_eleve(id=number) for number in range(1, 3001))), Profile.V1_0)
    rows = data.decode().splitlines()

    pupils = [(pupil.eleve.id, pupil.lines) for pupil in iter_pupils(data)]

    assert [eleve_id for eleve_id, _lines in pupils] == list(range(1, 3001))
    assert rows[pupils[2999][1]["donnees[1]/eleve[3000]"] - 1] == '    <eleve id="3000">'


def test_the_pupils_before_an_illegible_one_are_given():
    data = write(a_document(an_eleve(), an_eleve(id=1002)), Profile.V1_1)
    pupils = iter_pupils(data.replace(b'id="1002"', b'id="mille"'))

    assert next(pupils).eleve == an_eleve()
    with pytest.raises(Unreadable) as caught:
        next(pupils)
    assert caught.value.line == 25
