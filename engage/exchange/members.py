"""Seats of committees in and out: how a committee is made up, and the terms of organisations. Nobody who sits there is in such a file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from uuid import UUID

from engage import committees
from engage.committees import Committee, Seat
from engage.exchange.columns import Choice, Column, Day, Flag, NotAllowed, Number
from engage.exchange.kind import Kind, Row, Scope
from engage.kernel.act import Act
from engage.kernel.refusal import Refusal
from engage.kernel.words import N_


class SeatStays(Refusal):
    sentence = N_("Une place qui existe ne change ni de genre ni de mandat par un fichier. Changez-la dans la page du comité.")


class TermHalf(Refusal):
    sentence = N_("Le mandat d’une organisation a un début et une fin. Remplissez «starts_on» et «ends_on», ou aucune des deux.")


class SeatNumberTaken(Refusal):
    sentence = N_("Ce numéro de place a déjà servi, ou vient avant une autre. Prenez %(next)s ou plus.")


_TERM = ("starts_on", "ends_on")


class Members(Kind):
    key = ("committee", "seat")

    def __init__(self, act: Act, scope: Scope) -> None:
        super().__init__(act, scope)
        found = committees.of_agreements(act.session, scope.agreements)
        self._committees = {each.code: each.id for each in sorted(found, key=lambda each: each.code) if each.ended_on is None}
        self._seats: dict[tuple[str, ...], UUID] = {}
        self.columns = (
            Choice("committee", is_needed=True, values=list(self._committees)),
            Number("seat", is_needed=True, least=1, most=9999),
            Flag("reserved"),
            Flag("voting", default="1"),
            Column("institution", longest=120),
            Number("term_months", default="24", least=1, most=60),
            Day("starts_on"),
            Day("ends_on"),
        )

    def rows(self) -> Iterator[Row]:
        for code, id in self._committees.items():
            for place in committees.places(self.act, self.act.session.get_one(Committee, id)):
                seat, term = place.seat, place.membership if place.seat.institution else None
                row = {
                    "committee": code, "seat": str(seat.number), "reserved": str(int(seat.is_reserved)), "voting": str(int(seat.is_voting)),
                    "institution": seat.institution, "term_months": str(seat.term_months),
                    "starts_on": str((term and term.starts_on) or ""), "ends_on": str((term and term.ends_on) or ""),
                }  # fmt: skip
                self._seats[self.key_of(row)] = seat.id
                yield row

    def check(self, row: Row, before: Row | None) -> list[Refusal]:
        if bool(row["starts_on"]) != bool(row["ends_on"]):
            raise TermHalf
        if row["starts_on"] and not row["institution"]:
            raise committees.SeatOfAnyone
        if row["institution"] and row["reserved"] == "1":
            raise NotAllowed(column="reserved", value="1", values="0")
        if before is not None and (not row["starts_on"] or any(row[name] != before[name] for name in row if name not in _TERM)):
            raise SeatStays
        return []

    def write(self, row: Row, before: Row | None) -> None:
        seat = self._added(row) if before is None else self.act.session.get_one(Seat, self._seats[self.key_of(row)])
        if row["starts_on"]:
            committees.seat_institution(self.act, seat, date.fromisoformat(row["starts_on"]), date.fromisoformat(row["ends_on"]))

    def _added(self, row: Row) -> Seat:
        committee = self.act.session.get_one(Committee, self._committees[row["committee"]])
        (seat,) = committees.add_seats(
            self.act,
            committee,
            1,
            is_reserved=row["reserved"] == "1",
            is_voting=row["voting"] == "1",
            institution=row["institution"],
            term_months=int(row["term_months"]),
            first=int(row["seat"]),
        )
        if seat.number != int(row["seat"]):
            raise SeatNumberTaken(next=seat.number)
        return seat
