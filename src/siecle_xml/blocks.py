"""The elements worth reading, whatever the file and the order of its blocks."""

from collections.abc import Iterator

from lxml import etree

from safe_input import Checked

# Element → the element that must hold it: some names serve elsewhere with another meaning.
HOLDERS = {
    "ELEVE": "ELEVES",
    "STRUCTURES_ELEVE": "STRUCTURES",
    "DIVISION": "DIVISIONS",
    "GROUPE": "GROUPES",
    "SERVICE": "SERVICES",
    "MEF": "MEFS",
    "MATIERE": "MATIERES",
    "INDIVIDU": "INDIVIDUS",
    "SUPPLEANT": "SUPPLEANTS",
}
PARAMETRES = "PARAMETRES"
TAGS = frozenset({PARAMETRES, *HOLDERS})


def blocks(document: Checked) -> Iterator[tuple[etree._Element, int]]:
    """Yield each element of `HOLDERS` in its place, with its line, in the order of their ends."""
    for element, ligne in document.elements():
        holder = element.getparent()
        if holder is not None and holder.tag == HOLDERS.get(str(element.tag)):
            yield element, ligne


def parametres(document: Checked) -> tuple[etree._Element, int] | None:
    """Return the element PARAMETRES of the root and its line, wherever it stands."""
    for element, ligne in document.elements():
        holder = element.getparent()
        if element.tag == PARAMETRES and holder is not None and holder.tag == document.root:
            return element, ligne
    return None
