"""Where a mistake of ours happened, for the log: kind and place, never its message."""

import traceback


def where(mistake: BaseException) -> str:
    """Kind and place of a mistake. Never its message: that may hold a user's words or a token."""
    frames = traceback.extract_tb(mistake.__traceback__)
    last = f" at {frames[-1].filename}:{frames[-1].lineno}" if frames else ""
    return type(mistake).__name__ + last
