"""From bytes to findings: the door, the schema, the meaning."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsl_documents import RANDOM, a_document, a_full_document, documents, with_evaluation
from lsl_rules import Code, Severity, check_built, check_document, check_semantics
from lsl_xml import Periode, Profile, Structure, build, write

GOOD = write(a_full_document(), Profile.V1_1)
AVERAGE_25 = with_evaluation(periodiques=(Periode(1, Decimal("25.00")),))


@RANDOM
@given(documents(), st.sampled_from(Profile))
def test_a_document_without_fault_has_no_finding(document, profile):
    assert check_document(write(document, profile)) == ()
    assert check_built(document, build(document, profile)) == ()


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"", 1),
        (b"bonjour", 1),
        (GOOD[:-30], 78),
        (GOOD.replace(b"<lsl:lsl", b"<!DOCTYPE lsl>\n<lsl:lsl"), 2),
        (GOOD.replace(b"LIVRETPRO", b"&xxe;"), 4),
    ],
    ids=["empty", "text", "cut", "doctype", "entity"],
)
def test_what_the_door_refuses_is_f01_and_nothing_more(data, line):
    (finding,) = check_document(data)

    assert (finding.code, finding.severity) == (Code.REJLSL_F01, Severity.BLOQUANT)
    assert (finding.line, finding.eleve_id) == (line, None)


def test_a_file_of_no_known_profile_is_f02_and_nothing_more():
    (finding,) = check_document(b"<lsl/>")

    assert (finding.code, finding.line) == (Code.REJLSL_F02, 1)
    assert finding.phrase == (
        "Ce fichier n’est pas un fichier LSL connu : "
        "racine « lsl », espace de noms «  », version «  »."
    )


def test_an_average_of_25_is_a_breach_and_a_fault_of_meaning_in_1_1():
    findings = check_document(write(AVERAGE_25, Profile.V1_1))

    assert [(found.code, found.line, found.eleve_id) for found in findings] == [
        (Code.REJLSL_F02, 16, 1001),
        (Code.PARLSL_V03, 16, 1001),
    ]
    assert findings[0].phrase == (
        "Élève 1001 : l’attribut « moyenne » de l’élément « periode » vaut « 25.00 » ; "
        "il faut un nombre de 0 à 20 avec deux décimales au plus, ou -1 pour « non noté »."
    )


def test_an_average_of_25_is_only_a_fault_of_meaning_in_1_0():
    findings = check_document(write(AVERAGE_25, Profile.V1_0))

    assert [(found.code, found.line) for found in findings] == [(Code.PARLSL_V03, 15)]


def test_a_file_too_broken_to_be_read_keeps_its_breaches():
    data = GOOD.replace(b'numero="1"', b'numero="un"')

    assert {finding.code for finding in check_document(data)} == {Code.REJLSL_F02}


def test_a_valid_number_too_long_for_the_model_is_f02():
    data = write(a_document(), Profile.V1_0).replace(b'id="1001"', b'id="1' + b"0" * 18 + b'"')

    (finding,) = check_document(data)

    assert (finding.code, finding.line) == (Code.REJLSL_F02, 9)
    assert finding.phrase == (
        "Dans l’élément « eleve », l’attribut « id » a une valeur illisible : "
        "« 1000000000000000000 »."
    )


def test_a_built_tree_has_the_findings_of_its_bytes_without_lines():
    for profile in Profile:
        built = check_built(AVERAGE_25, build(AVERAGE_25, profile))
        read = check_document(write(AVERAGE_25, profile))

        assert built == tuple(replace(finding, line=None) for finding in read)


def test_a_built_tree_is_not_reproached_with_what_its_profile_leaves_out():
    full = a_full_document()
    eleve = full.donnees[0]
    scolarite = eleve.scolarites[0]
    chef_oeuvre = replace(scolarite.chef_oeuvre, note=Decimal(25))
    eleve = replace(eleve, scolarites=(replace(scolarite, chef_oeuvre=chef_oeuvre),))
    document = replace(full, donnees=(eleve,))

    assert [found.code for found in check_semantics(document)] == [Code.PARLSL_V03]
    assert check_built(document, build(document, Profile.V1_0)) == ()


@RANDOM
@given(st.binary(max_size=300), st.integers(0, len(GOOD)), st.integers(0, 40))
def test_no_bytes_whatever_make_the_check_fail(noise, start, length):
    data = GOOD[:start] + noise + GOOD[start + length :]

    for finding in check_document(data):
        assert finding.phrase[0].isupper() or not finding.phrase[0].isalpha()
        assert finding.phrase.endswith(".")


def test_a_group_without_figures_is_no_fault():
    assert check_document(write(with_evaluation(structure=Structure()), Profile.V1_1)) == ()
