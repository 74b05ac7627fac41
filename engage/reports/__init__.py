"""Reports: read-only pictures of participation, under the rule of small counts."""

from engage.kernel.act import Act
from engage.reports import participation as _participation
from engage.reports import publishing
from engage.reports import target as _target
from engage.reports.committees import Indicators, indicators
from engage.reports.disclosure import People
from engage.reports.models import Publication
from engage.reports.publishing import PublishedLately, WouldLeak, YearUnknown, fiscal_year, latest

KINDS = {"target": (_target.target, _target.as_csv), "participation": (_participation.participation, _participation.as_csv)}
"""The fixed plan of tables: how each is computed, and told as CSV."""


def publish(act: Act, kind: str, year: str) -> Publication:
    """A new dated table of that kind. Raises as `publishing.publish`."""
    return publishing.publish(act, kind, year, KINDS[kind][0])


__all__ = [
    "KINDS", "Indicators", "People", "Publication", "PublishedLately", "WouldLeak", "YearUnknown", "fiscal_year", "indicators", "latest", "publish",
]  # fmt: skip
