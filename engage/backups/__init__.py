"""Backups: one file that is whole or not there, made while everyone works, put back only where nothing is."""

from engage.backups.container import Refused, Unusable
from engage.backups.making import last_made, make
from engage.backups.restoring import Restored, restore

__all__ = ["Refused", "Restored", "Unusable", "last_made", "make", "restore"]
