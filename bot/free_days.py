"""Public holidays of a country, as dates; the calendar itself is a library's."""

from datetime import date

from holidays import country_holidays
from holidays.registry import COUNTRIES

YEARS = 4  # this one and the next three


def free_days(country: str, year: int) -> tuple[date, ...] | None:
    """The holidays of a country (two letters, ISO 3166) from this year on; None for one that is not known."""
    code = country.strip().upper()
    known = {entry[1] for entry in COUNTRIES.values()}
    if code not in known:
        return None
    return tuple(sorted(country_holidays(code, years=range(year, year + YEARS))))
