"""What is written is read back equal, byte for byte and value for value."""

from hypothesis import given

from lsl_documents import RANDOM, documents, lax_documents
from lsl_xml import (
    Profile,
    carried,
    iter_pupils,
    read,
    read_header,
    read_valid,
    summary_of,
    validate,
    write,
)


@RANDOM
@given(documents())
def test_a_written_1_1_document_is_valid_and_reads_back_equal(document):
    data = write(document, Profile.V1_1)

    assert validate(data) == ()
    assert read(data) == document
    assert write(read(data), Profile.V1_1) == data


@RANDOM
@given(documents())
def test_a_written_1_0_document_is_valid_and_reads_back_as_what_1_0_carries(document):
    data = write(document, Profile.V1_0)

    assert validate(data) == ()
    assert read(data) == carried(document, Profile.V1_0)
    assert write(read(data), Profile.V1_0) == data


@RANDOM
@given(lax_documents())
def test_every_fault_that_1_0_lets_through_is_valid_and_reads_back_equal(document):
    data = write(document, Profile.V1_0)

    assert validate(data) == ()
    assert read(data) == document
    assert write(read(data), Profile.V1_0) == data


@RANDOM
@given(documents())
def test_pupils_read_one_by_one_are_those_read_at_once(document):
    data = write(document, Profile.V1_1)

    pupils = list(iter_pupils(data))

    assert [pupil.rank for pupil in pupils] == list(range(1, len(document.donnees) + 1))
    assert tuple(pupil.eleve for pupil in pupils) == document.donnees
    header, *summaries = read_valid(data)
    assert header == read_header(data)
    assert (header.entete, header.profile) == (document.entete, Profile.V1_1)
    assert summaries == [summary_of(eleve) for eleve in document.donnees]
