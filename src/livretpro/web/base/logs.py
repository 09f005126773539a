"""Logs that can be found again from the reference shown on an error page."""

import logging

from livretpro.journal import requests


class RequestId(logging.Filter):
    """Adds `request_id` to every record: the reference of the request, `-` outside of one."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass."""
        record.request_id = requests.request_id.get() or "-"
        return True
