"""Engage: people living in poverty take part, and taking part leaves evidence."""

__version__ = "0.1.0"
