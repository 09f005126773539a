"""Tables of the Registre."""

from livretpro.lsl_registry.models.authority import (
    LEVELS,
    Accreditation,
    Assistant,
    Campaign,
    Clearance,
    HeldPeriodicity,
    Sender,
)
from livretpro.lsl_registry.models.deposits import DepositToken
from livretpro.lsl_registry.models.reception import (
    CHUNK,
    ERASED,
    Import,
    ImportChunk,
    ImportLine,
    ImportState,
    KeptBilan,
    LineStatus,
)
from livretpro.lsl_registry.models.records import OPEN, Record, RecordState, RecordVersion

__all__ = [
    "CHUNK",
    "ERASED",
    "LEVELS",
    "OPEN",
    "Accreditation",
    "Assistant",
    "Campaign",
    "Clearance",
    "DepositToken",
    "HeldPeriodicity",
    "Import",
    "ImportChunk",
    "ImportLine",
    "ImportState",
    "KeptBilan",
    "LineStatus",
    "Record",
    "RecordState",
    "RecordVersion",
    "Sender",
]
