"""Reference frames: made from a référentiel, their CPRO codes brought up to date."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F

from livretpro.bulletins.actions.subjects import vocational_subject
from livretpro.bulletins.codes import Found, GridLine, find_codes
from livretpro.bulletins.models import Frame, FrameItem, Sector
from livretpro.bulletins.queries.sectors import items_of, referentiel_for
from livretpro.bulletins.reading import read_line
from livretpro.bulletins.refusals import BadChoice, allow
from livretpro.bulletins.settling import Texts, settled
from livretpro.bulletins.telling import change, tell
from livretpro.bulletins.words import FRAME_NAME
from livretpro.journal.actions import Change
from livretpro.referentiels.models import Competence
from livretpro.referentiels.queries import competences_of
from livretpro.schools.actors import Actor

CODE_MAX, LABEL_MAX = 20, 300
BULLETIN_LABEL = "intitulé au bulletin"


@transaction.atomic
def create_frame(sector: Sector, *, by: Actor) -> Frame:
    """Make the frame of the vocational subject for a sector, from its référentiel, codes included.

    One that exists is handed out, filled when it was empty. Raises `NotAllowed`, or `BadChoice`
    when no référentiel is known for the sector.
    """
    allow(by)
    held = Sector.objects.select_for_update(no_key=True).get(pk=sector.pk, school=by.school)
    referentiel = referentiel_for(held)
    if referentiel is None:
        raise BadChoice(f"Aucun référentiel n’est connu pour la filière « {held.label} ».")
    frame, fresh = Frame.objects.get_or_create(
        subject=vocational_subject(by=by),
        sector=held,
        defaults={"label": FRAME_NAME, "referentiel": referentiel},
    )
    if fresh or not frame.items.exists():
        _add_lines(frame, [], competences_of([referentiel])[referentiel.pk])
        tell(by, change("cree", "referentiel_matiere", frame.pk, after=f"{frame}, {held}"))
    return frame


def _add_lines(
    frame: Frame, held: Sequence[FrameItem], competences: Sequence[Competence]
) -> list[FrameItem]:
    """A line for each competence whose code no line bears, where the référentiel has it; those
    that were added."""
    by_code = {item.cpro_code: item for item in held}
    rows, last = list(held), max((item.rank for item in held), default=0)
    added: list[FrameItem] = []
    previous: FrameItem | None = None
    for competence in competences:
        if competence.code not in by_code:
            parent = by_code.get(competence.parent.code) if competence.parent else None
            item = _line(frame, competence, parent, last + len(added) + 1)
            by_code[item.cpro_code] = item
            added.append(item)
            beside = previous if parent is None or _is_near(previous, parent) else parent
            rows.insert(rows.index(beside) + 1 if beside else 0, item)
        previous = by_code[competence.code]
    if held and added:
        _rank(frame, rows)
    return added


def _line(frame: Frame, of: Competence, parent: FrameItem | None, rank: int) -> FrameItem:
    return FrameItem.objects.create(
        frame=frame, parent=parent, rank=rank, label=of.label, cpro_code=of.code
    )


def _is_near(item: FrameItem | None, parent: FrameItem) -> bool:
    """Whether a line is this one, or right under it."""
    return item is not None and parent.pk in {item.pk, item.parent_id}


def _rank(frame: Frame, rows: Sequence[FrameItem]) -> None:
    """Number the lines in this order; no two bear one rank, even meanwhile."""
    highest = max(item.rank for item in rows)
    frame.items.update(rank=F("rank") + highest)
    for rank, item in enumerate(rows, start=1):
        item.rank = rank
    FrameItem.objects.bulk_update(rows, ["rank"])


@dataclass(frozen=True)
class Updated:
    """How many codes were written, how many lines added, and the labels that a person must code."""

    written: int
    added: int
    ambiguous: tuple[str, ...]
    unknown: tuple[str, ...]


@transaction.atomic
def update_codes(frame: Frame, *, by: Actor) -> Updated:
    """« Mettre à jour les codes CPRO dans la grille »: those of the référentiel, by label, never
    guessed; then, once every line has its code, a line for each competence that has none.

    Raises `NotAllowed`, or `BadChoice` when no référentiel is known for the sector.
    """
    allow(by)
    held = _locked(frame, by=by)
    referentiel = referentiel_for(held.sector)
    if referentiel is None:
        raise BadChoice(f"Aucun référentiel n’est connu pour la filière « {held.sector} ».")
    items = {item.pk: item for item in items_of(held)}
    lines = [GridLine(item.pk, item.label, item.cpro_code) for item in items.values()]
    known = competences_of([referentiel])[referentiel.pk]
    found = find_codes(lines, [(one.code, one.label) for one in known])
    _write_codes(items, found, by=by)
    rows = list(items.values())
    added = _add_lines(held, rows, known) if all(item.cpro_code for item in rows) else []
    tell(by, *(_told(item, "code CPRO", "", item.cpro_code) for item in added))
    return Updated(len(found.codes), len(added), found.ambiguous, found.unknown)


def _locked(frame: Frame, *, by: Actor) -> Frame:
    own = Frame.objects.select_for_update(of=["self"], no_key=True)
    return own.select_related("sector__school").get(pk=frame.pk, subject__school=by.school)


def _write_codes(items: dict[int, FrameItem], found: Found, *, by: Actor) -> None:
    """A code may pass from a line to another: emptied first, for no two bear one."""
    changing = [items[pk] for pk in found.codes]
    before = {item.pk: item.cpro_code for item in changing}
    FrameItem.objects.filter(pk__in=found.codes).update(cpro_code="")
    for item in changing:
        item.cpro_code = found.codes[item.pk]
    FrameItem.objects.bulk_update(changing, ["cpro_code"])
    tell(
        by,
        *(_told(item, "code CPRO", before[item.pk], item.cpro_code) for item in changing),
    )


@dataclass(frozen=True)
class ItemChoice:
    """What a person sets of a line, as typed: its CPRO code, its label on the bulletin."""

    code: str
    bulletin_label: str


def item_texts(items: Iterable[FrameItem]) -> dict[str, str]:
    """What stands of lines, by field: `code_12` and `libelle_12` are those of the line 12."""
    return {
        name: text
        for item in items
        for name, text in _fields(item.pk, ItemChoice(item.cpro_code, item.bulletin_label))
    }


def _fields(pk: int, choice: ItemChoice) -> tuple[tuple[str, str], tuple[str, str]]:
    return (f"code_{pk}", choice.code), (f"libelle_{pk}", choice.bulletin_label)


@transaction.atomic
def set_items(
    frame: Frame, chosen: Mapping[int, ItemChoice], *, by: Actor, seen: Texts | None = None
) -> int:
    """Set lines of a frame by hand, all or none; says how many changed.

    Raises `NotAllowed`, `BadChoice` for a text that cannot be kept or a code of two lines, or
    `Changed`.
    """
    allow(by)
    items = {item.pk: item for item in items_of(_locked(frame, by=by))}
    tidy = {pk: _tidy(choice) for pk, choice in chosen.items() if pk in items}
    after = settled(
        dict(one for pk, choice in tidy.items() for one in _fields(pk, choice)),
        seen=seen,
        stands=item_texts(items.values()),
        words=_item_words(items.values()),
    )
    wanted = {pk: ItemChoice(after[f"code_{pk}"], after[f"libelle_{pk}"]) for pk in tidy}
    _check_codes(items, wanted)
    changing = [
        items[pk]
        for pk, choice in wanted.items()
        if choice != ItemChoice(items[pk].cpro_code, items[pk].bulletin_label)
    ]
    before = {item.pk: ItemChoice(item.cpro_code, item.bulletin_label) for item in changing}
    FrameItem.objects.filter(pk__in=before).update(cpro_code="")
    for item in changing:
        item.cpro_code = wanted[item.pk].code
        item.bulletin_label = wanted[item.pk].bulletin_label
    FrameItem.objects.bulk_update(changing, ["cpro_code", "bulletin_label"])
    tell(by, *(one for item in changing for one in _differences(before[item.pk], item)))
    return len(changing)


def _item_words(items: Iterable[FrameItem]) -> dict[str, str]:
    return {
        name: f"{what} de {item.label}"
        for item in items
        for (name, _), what in zip(
            _fields(item.pk, ItemChoice("", "")), ("code CPRO", BULLETIN_LABEL), strict=True
        )
    }


def _tidy(choice: ItemChoice) -> ItemChoice:
    return ItemChoice(
        read_line("Un code CPRO", choice.code, CODE_MAX),
        read_line("L’intitulé au bulletin", choice.bulletin_label, LABEL_MAX),
    )


def _check_codes(items: Mapping[int, FrameItem], wanted: Mapping[int, ItemChoice]) -> None:
    codes = [wanted[pk].code if pk in wanted else item.cpro_code for pk, item in items.items()]
    seen: set[str] = set()
    for code in filter(None, codes):
        if code in seen:
            raise BadChoice(f"Le code {code} serait celui de deux lignes.")
        seen.add(code)


def _differences(before: ItemChoice, item: FrameItem) -> list[Change]:
    words = (
        ("code CPRO", before.code, item.cpro_code),
        (BULLETIN_LABEL, before.bulletin_label, item.bulletin_label),
    )
    return [_told(item, what, old, new) for what, old, new in words if old != new]


def _told(item: FrameItem, what: str, before: str, after: str) -> Change:
    field = f"{what} de {item.label}"
    return change(
        "modifie", "referentiel_matiere", item.frame_id, field, before=before, after=after
    )
