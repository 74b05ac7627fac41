"""Roots of any part of the log without reading all of it: every 256 leaves, and every 256 of those, have their root kept."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from engage.ledger.models import LedgerTile, ParticipationFact
from engage.ledger.tree import Frontier, Hash

WIDTH, HEIGHT = 256, 8


def lay(session: Session, size: int) -> None:
    """Keep the roots of the subtrees that a log of `size` leaves has completed and that are not kept yet."""
    level = 1
    while size >= WIDTH**level:
        kept = session.scalar(select(func.max(LedgerTile.place)).where(LedgerTile.level == level))
        for place in range(0 if kept is None else kept + 1, size // WIDTH**level):
            first = place * WIDTH**level
            session.add(LedgerTile(level=level, place=place, hash=root_of(session, first, first + WIDTH**level)))
        session.flush()
        level += 1


def root_of(session: Session, first: int, last: int) -> Hash:
    """The root of the subtree over the leaves from `first` to one before `last`; `first` is where a subtree of such a tree begins."""
    frontier = Frontier()
    for height, hash in _pieces(session, first, last):
        frontier.append(hash, height)
    return frontier.root()


def faults(session: Session) -> Iterator[str]:
    """Every kept root that is not that of the leaves or of the roots under it."""
    for tile in session.scalars(select(LedgerTile).order_by(LedgerTile.level, LedgerTile.place)):
        first = tile.place * WIDTH**tile.level
        if root_of(session, first, first + WIDTH**tile.level) != tile.hash:
            yield f"the kept root over the facts from place {first}, level {tile.level}, is not theirs"


def _pieces(session: Session, first: int, last: int) -> Iterator[tuple[int, Hash]]:
    """Perfect subtrees that make up a part of the log, in order, with their heights: the largest that are kept, then leaves.

    The part's own root is not among them: this is how it is made.
    """
    highest = 0
    while WIDTH ** (highest + 1) < last - first:
        highest += 1
    for level in range(highest, -1, -1):
        width = WIDTH**level
        end = first + (last - first) // width * width
        for hash in session.scalars(_row(level, first // width, end // width)):
            yield level * HEIGHT, hash
        first = end


def _row(level: int, first: int, last: int) -> Select[bytes]:
    """The hashes of one level, from one place to before another."""
    if level == 0:
        leaf = ParticipationFact.index
        return select(ParticipationFact.leaf_hash).where(leaf >= first, leaf < last).order_by(leaf)
    here = (LedgerTile.level == level, LedgerTile.place >= first, LedgerTile.place < last)
    return select(LedgerTile.hash).where(*here).order_by(LedgerTile.place)
