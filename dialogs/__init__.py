"""What the coach decides: pure functions over frozen records; no I/O, no clock, no chance, no wording."""
