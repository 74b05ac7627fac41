"""Reports: read-only pictures of participation, under the small-count rule."""

from engage.reports.committees import Indicators, indicators
from engage.reports.disclosure import People
from engage.reports.models import Publication
from engage.reports.target import PublishedLately, YearUnknown, as_csv, fiscal_year, latest, publish

__all__ = [
    "Indicators", "People", "Publication", "PublishedLately", "YearUnknown", "as_csv", "fiscal_year", "indicators", "latest", "publish",
]  # fmt: skip
