"""Log records without the words of a request: error texts can quote what somebody typed."""

import logging
import traceback


class WithoutDetails(logging.Filter):
    """Keep of an exception its type and place, of a request its method only.

    A path can name a case or a municipality, an exception's text can carry a value.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name.startswith("django.request") or record.name.startswith("django.security"):
            record.msg, record.args = "answered %s", (getattr(record, "status_code", "an error"),)
        if record.exc_info and record.exc_info[0] is not None:
            kind, _, trace = record.exc_info
            frames = traceback.extract_tb(trace)[-6:]
            places = " > ".join(f"{frame.filename}:{frame.lineno}" for frame in frames)
            record.msg = f"{record.getMessage()} ({kind.__name__} at {places})"
            record.args, record.exc_info, record.exc_text = (), None, None
        return True
