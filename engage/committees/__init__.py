"""Committees: seats for people who live it, how they come to them, and the draw."""
