"""Messages of libxml2 of no known kind still give a French sentence."""

import pytest

from lsl_xml.sentences import translate


@pytest.mark.parametrize(
    ("message", "sentence"),
    [
        (
            "Element 'eleve': Something new in libxml2.",
            "Le contenu de l’élément « eleve » ne suit pas le schéma.",
        ),
        (
            "Element '{urn:x}lsl', attribute 'a': Something new.",
            "Le contenu de l’attribut « a » de l’élément « lsl » ne suit pas le schéma.",
        ),
        ("Something else altogether", "Le fichier ne suit pas le schéma."),
        (
            f"Element '{'x' * 100}': This element is not expected.",
            f"L’élément « {'x' * 60}… » n’a pas sa place ici.",
        ),
        (
            "Element 'a': 'v' is not a valid value of the atomic type 'xs:anyURI'.",
            "L’élément « a » vaut « v » ; il faut une autre valeur.",
        ),
    ],
)
def test_a_message_of_no_known_kind_still_gives_a_sentence(message, sentence):
    assert translate(message) == sentence
