"""Reports: read-only pictures of participation, under the rule of small counts."""

from engage.kernel.act import Act, day_of
from engage.ledger import years
from engage.reports import declarations, publishing
from engage.reports import participation as _participation
from engage.reports import target as _target
from engage.reports.committees import Indicators, indicators
from engage.reports.disclosure import People
from engage.reports.models import Declaration, Publication
from engage.reports.publishing import PublishedLately, WouldLeak, YearUnknown, fiscal_year, latest

KINDS = {"target": (_target.target, _target.as_csv), "participation": (_participation.participation, _participation.as_csv)}
"""The fixed plan of tables: how each is computed, and told as CSV."""


def publish(act: Act, kind: str, year: str) -> Publication:
    """A new dated table of that kind. Raises as `publishing.publish`."""
    return publishing.publish(act, kind, year, KINDS[kind][0])


def close_year(act: Act, year: str, by: str) -> None:
    """The figures of a year become final: every table is published once more unless it was since its end, and from then on nothing is added.

    Raises YearUnknown, YearNotOver, YearIsClosed, PublishedLately, WouldLeak.
    """
    _, last = fiscal_year(year)
    years.check_over(act, year)
    years.check_open(act.session, last)
    for kind in KINDS:
        found = latest(act.session, kind, year)
        if found is None or day_of(found.published_at) <= last:
            publish(act, kind, year)
    years.close(act, year, by)


__all__ = [
    "KINDS", "Declaration", "Indicators", "People", "Publication", "PublishedLately", "WouldLeak", "YearUnknown", "close_year", "declarations", "fiscal_year", "indicators", "latest", "publish",
]  # fmt: skip
