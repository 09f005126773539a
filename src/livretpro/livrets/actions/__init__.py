"""Writes of livrets: periodicity, one value, a sheet of values."""

from livretpro.livrets.actions.announcements import NotSent, announce, mark_seen
from livretpro.livrets.actions.cells import Outcome, Typed, record, record_all
from livretpro.livrets.actions.fill import CellChange, CellConflict, Filling, fill
from livretpro.livrets.actions.periodicity import (
    BadCampaign,
    BadPeriods,
    DatesChanged,
    PeriodicityFrozen,
    set_campaign,
    set_periodicity,
    set_periods,
    set_project,
)
from livretpro.livrets.actions.publication import (
    NotPublishable,
    NotYoursToPublish,
    publish_period,
    take_period_back,
)
from livretpro.livrets.actions.spreadsheet import (
    Agreed,
    Compared,
    WrongWorkbook,
    apply_agreed,
    compare_workbook,
    hand_out_workbook,
)
from livretpro.livrets.actions.takeover import take_over_averages
from livretpro.livrets.actions.values import (
    Closed,
    Conflict,
    Forbidden,
    Saved,
)
from livretpro.livrets.actions.versions import (
    AlreadyUndone,
    NotYourList,
    move_livrets,
    save_version,
    undo_move,
)
from livretpro.livrets.actions.wide import record_whole, try_all

__all__ = [
    "Agreed",
    "AlreadyUndone",
    "BadCampaign",
    "BadPeriods",
    "CellChange",
    "CellConflict",
    "Closed",
    "Compared",
    "Conflict",
    "DatesChanged",
    "Filling",
    "Forbidden",
    "NotPublishable",
    "NotSent",
    "NotYourList",
    "NotYoursToPublish",
    "Outcome",
    "PeriodicityFrozen",
    "Saved",
    "Typed",
    "WrongWorkbook",
    "announce",
    "apply_agreed",
    "compare_workbook",
    "fill",
    "hand_out_workbook",
    "mark_seen",
    "move_livrets",
    "publish_period",
    "record",
    "record_all",
    "record_whole",
    "save_version",
    "set_campaign",
    "set_periodicity",
    "set_periods",
    "set_project",
    "take_over_averages",
    "take_period_back",
    "try_all",
    "undo_move",
]
