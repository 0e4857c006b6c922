"""The names of a deal's timers: one a deal and purpose, set again rather than twice."""

# Of earlier versions, and kinds of reminders: the agenda has taken their place.
CHECK_IN = "check_in"
UNFINISHED = "unfinished"
PAUSE_OVER = "pause_over"
LOOSENING = "loosening"
DECIDING = "deciding"
FINAL_OFFER = "final_offer"
AGENDA = "agenda"  # the first moment at which something may be due; one for all that reminds
ERASE = "erase"  # of a deal that is being forgotten
KEPT = "kept"  # asks, of a closed deal, whether it is old enough to be forgotten
FREED = "freed"  # comes although the deal is closed
ALL = (LOOSENING, DECIDING, FINAL_OFFER)  # of a live deal, beside the agenda
