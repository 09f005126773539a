"""Hostile bilans of LSL: an honest one, changed in one place. They go where bilans come in."""

from collections.abc import Iterator

from bilans import a_bilan, a_finding, a_pupil, as_xlsx, far_cell, rows_of
from lsl_rules import Code, Status, write_bilan

HOSTILE_TEXTS = {
    "formula": "=WEBSERVICE(1)",
    "html": "<script>alert(1)</script>",
    "bidi": "\u202eexe.slx",
    "null": "a\0b",
    "template": "{{ settings.SECRET_KEY }}{% now 'Y' %}",
    "long": "x" * 30_000,
}


def bilans() -> Iterator[tuple[str, bytes]]:
    """Every file, by name."""
    honest = write_bilan(a_bilan(a_pupil(1)))
    yield "bilan: honest", honest
    for name, text in HOSTILE_TEXTS.items():
        finding = a_finding(Code.PARLSL_V03, place=text, value=text)
        pupils = (a_pupil(1, finding), a_pupil(2, eleve_id=9000, last_name=text))
        yield f"bilan: {name}", write_bilan(a_bilan(*pupils, file_name=text, at=text))
    yield "bilan: other school", write_bilan(a_bilan(a_pupil(1), uai="0990002P"))
    yield "bilan: nobody of here", write_bilan(a_bilan(a_pupil(1, eleve_id=9000)))
    yield "bilan: of nobody", write_bilan(a_bilan())
    yield "bilan: cut", honest[:-600]
    yield "bilan: cut in its head", honest[:400]
    yield "bilan: bytes turned", honest[:512] + honest[512:][::-1]
    yield "bilan: far cell", far_cell()
    yield (
        "bilan: thousands of pupils",
        write_bilan(a_bilan(*(a_pupil(rank) for rank in range(1, 2_003)))),
    )
    sheets = rows_of(honest)
    sheets["Élèves"].append(["2", "9" * 40, "", "", "", "", "", "", Status.IMPORTE.label, "", ""])
    yield "bilan: pupil of forty digits", as_xlsx(sheets)
