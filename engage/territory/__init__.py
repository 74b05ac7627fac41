"""Territory: the 17 regions and the 104 MRC and equivalents, with their official codes."""

from engage.territory.models import Region, Territory
from engage.territory.official import load
from engage.territory.queries import names

__all__ = ["Region", "Territory", "load", "names"]
