"""The names of a deal's timers: one a deal and purpose, set again rather than twice."""

CHECK_IN = "check_in"
UNFINISHED = "unfinished"
PAUSE_OVER = "pause_over"
