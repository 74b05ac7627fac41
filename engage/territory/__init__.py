"""Territory: the 17 regions and the 104 MRC and equivalents, with their official codes."""

from engage.territory.models import Region, Territory
from engage.territory.official import load

__all__ = ["Region", "Territory", "load"]
