"""What a school decides once for its bulletins."""

from django.db import transaction

from livretpro.bulletins.models import BulletinSettings
from livretpro.bulletins.queries.settings import appraisal_max_of
from livretpro.bulletins.refusals import BadChoice, allow
from livretpro.bulletins.settling import Texts, settled
from livretpro.bulletins.telling import change, tell
from livretpro.bulletins.words import APPRAISAL_LIMITS
from livretpro.schools.actors import Actor
from livretpro.schools.models import School

LENGTH = "longueur"
WORDS = {LENGTH: "longueur d’une appréciation"}
DIGITS_MAX = 4


@transaction.atomic
def set_appraisal_max(typed: str, *, by: Actor, seen: Texts | None = None) -> bool:
    """Set the longest appraisal of a service, in characters; whether it changed.

    Longer ones that stand are kept as they are. Raises `NotAllowed`, `BadChoice` out of
    `APPRAISAL_LIMITS`, or `Changed`.
    """
    allow(by)
    wanted = {LENGTH: str(_limit(typed))}
    School.objects.select_for_update(no_key=True).get(pk=by.school.pk)
    stands = {LENGTH: str(appraisal_max_of(by.school))}
    after = settled(wanted, seen=seen, stands=stands, words=WORDS)
    if after == stands:
        return False
    BulletinSettings.objects.update_or_create(
        school=by.school, defaults={"appraisal_max": int(after[LENGTH])}
    )
    told = {"before": stands[LENGTH], "after": after[LENGTH]}
    tell(by, change("modifie", "reglages_bulletins", by.school.uai, WORDS[LENGTH], **told))
    return True


def _limit(raw: str) -> int:
    text, (least, most) = raw.strip(), APPRAISAL_LIMITS
    if text.isascii() and text.isdigit() and len(text) <= DIGITS_MAX and least <= int(text) <= most:
        return int(text)
    raise BadChoice(f"La longueur d’une appréciation est un nombre de {least} à {most}.")
