"""The names of a deal's timers: one a deal and purpose, set again rather than twice."""

CHECK_IN = "check_in"
UNFINISHED = "unfinished"
PAUSE_OVER = "pause_over"
LOOSENING = "loosening"
DECIDING = "deciding"
FINAL_OFFER = "final_offer"
FREED = "freed"  # comes although the deal is closed
ALL = (CHECK_IN, UNFINISHED, PAUSE_OVER, LOOSENING, DECIDING, FINAL_OFFER)  # of a live deal
