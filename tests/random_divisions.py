"""Random divisions: what a team may have typed, stored, ready for a file."""

import contextlib
import unicodedata

from django.db import transaction
from hypothesis import strategies as st

import factories
import livret_factories as make
from livretpro.livrets import storing
from livretpro.livrets.actions.values import lock_livrets
from livretpro.livrets.fields import field
from livretpro.livrets.queries import sheets
from livretpro.referentiels.models import Competence

CHARACTERS = st.characters(exclude_categories=("Cs", "Cc", "Cn"))


def texts(limit):
    """Texts that hold in `limit` once normalised, from blank to full."""
    fits = st.text(CHARACTERS | st.sampled_from("\n\r éœ'’<>&\"]"), max_size=limit)
    return fits.filter(lambda text: len(unicodedata.normalize("NFC", text)) <= limit)


MARKS = st.decimals(0, 20, places=2).map(str)
DEGREES = {f"competence:{code}": st.sampled_from("1234") for code in make.EXPECTED}
MANDATORY = {
    **DEGREES,
    "moyenne_1": MARKS,
    "enseignant_1_nom": st.just("DURAND"),
    "enseignant_1_prenom": texts(50).map(lambda text: f"A{text}"[:50]),
}
OPTIONAL = {
    "moyenne_2": MARKS | st.just("NN"),
    "enseignant_2_nom": texts(65),
    "enseignant_2_prenom": texts(50),
    "enseignant_3_nom": st.just("DURAND"),
    "appreciation": texts(300),
    "pfmp_synthese": texts(1000),
    "pfmp_nom": texts(65),
    "pfmp_prenom": texts(50),
    "pfmp_exporter": st.sampled_from(["oui", "non"]),
    "pfmp_etranger": st.sampled_from(["oui", "non"]),
    "projet_note": MARKS,
    "projet_appreciation": texts(300),
    "projet_enseignant_1_nom": texts(65),
    "projet_enseignant_1_prenom": texts(50),
}
LIVRETS = st.one_of(
    st.fixed_dictionaries(MANDATORY, optional=OPTIONAL),
    st.fixed_dictionaries({}, optional=MANDATORY | OPTIONAL),
)
PUPILS = st.tuples(st.sampled_from([factories.MEF_PREMIERE, factories.MEF_TERMINALE]), LIVRETS)


@contextlib.contextmanager
def rolled_back():
    """One example leaves nothing to the next."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def division_of(pupils, kind):
    """A division with both levels, each pupil's values stored."""
    room = make.classroom(0, kind=kind)
    make.periodicity(kind, level="premiere")
    ids = dict(Competence.objects.values_list("code", "pk"))
    for number, (mef, values) in enumerate(pupils, start=1):
        enrolment = make.pupil(number, into=room.division, mef=mef)
        (livret,) = lock_livrets([enrolment]).values()
        fields = {field(key): raw for key, raw in values.items()}
        storing.write(
            [
                storing.Cell(livret, one, one.parse(raw), ids.get(one.competence))
                for one, raw in fields.items()
            ]
        )
    return room


def exportable(room):
    enrolments = room.division.enrolments.select_related("student").in_name_order()
    found = sheets(enrolments, room.year)
    return [s.enrolment.student.siecle_id for s in found if s.status.colour.exportable]
