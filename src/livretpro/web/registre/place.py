"""Where a request of the Registre stands: in a school, under a band that says what this is not."""

from dataclasses import dataclass
from typing import ClassVar

from livretpro.web.base.place import Place


@dataclass(frozen=True)
class RegistrePlace(Place):
    """A school, opened in the Registre by its head."""

    band: ClassVar[str] = "registre/parts/band.html"
