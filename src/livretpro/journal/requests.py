"""The reference of the request at work: in the trail, in the logs, on error pages."""

from contextvars import ContextVar

request_id: ContextVar[str] = ContextVar("request_id", default="")
