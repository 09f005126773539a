"""PDF by Typst: a template of ours, texts that stay data, no network, no file of elsewhere."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import typst

Standard = Literal["ua-1"]
NO_GLYPH = "could not be displayed"


def compile_pdf(template: Path, data: Mapping[str, object]) -> bytes:
    """The tagged PDF of `template`, which reads `data` as JSON in `sys.inputs.data`.

    PDF/UA-1, unless a text holds a character that no font of Typst draws (an emoji): the standard
    forbids it, so the file is still tagged but does not claim the standard. The root is the folder
    of the template, which should hold nothing else. The same data gives the same bytes.
    """
    try:
        return _compile(template, data, "ua-1")
    except typst.TypstError as error:
        if NO_GLYPH not in error.message:
            raise
        return _compile(template, data, None)


def _compile(template: Path, data: Mapping[str, object], standard: Standard | None) -> bytes:
    return typst.compile(
        template,
        root=template.parent,
        ignore_system_fonts=True,
        pdf_standards=standard,
        sys_inputs={"data": json.dumps(data)},
    )
