"""Logs: a line for people, or JSON for machines. Ids and the kinds of errors, never what somebody wrote."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import Literal

Form = Literal["text", "json"]
FORMS: tuple[Form, ...] = ("text", "json")
NOISY = ("slack_sdk", "msrest", "msal", "urllib3")  # at DEBUG they log whole messages


class Json(logging.Formatter):
    """One object a line: at, level, logger, message, and the kind of the error if there is one."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        told = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info and record.exc_info[0] is not None:
            told["error"] = record.exc_info[0].__name__  # its words may be somebody's
        return json.dumps(told)


def configure(form: Form, level: int) -> None:
    """Logs go to the error output in this form from now on."""
    handler = logging.StreamHandler()
    usual = logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s")
    handler.setFormatter(Json() if form == "json" else usual)
    logging.basicConfig(level=level, handlers=[handler], force=True)
    hushed()


def hushed() -> None:
    """Libraries that would log what people wrote are kept from it, whatever level is set."""
    for name in NOISY:
        logging.getLogger(name).setLevel(logging.WARNING)
    # It would log them too; and it takes what was not stored for what nobody handles, with advice.
    logging.getLogger("slack_bolt").setLevel(logging.ERROR)
