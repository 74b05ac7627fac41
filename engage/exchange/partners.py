"""Partners of a table in and out."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from engage.exchange.columns import Choice, Column
from engage.exchange.kind import Kind, Row, Scope
from engage.governance import Partner, partners
from engage.governance.partners import COLLABORATIONS, LONGEST, PartnerKind
from engage.kernel.act import Act


class Partners(Kind):
    key = ("agreement", "name", "collaboration")

    def __init__(self, act: Act, scope: Scope) -> None:
        super().__init__(act, scope)
        self.columns = (
            self.agreement(),
            Column("name", is_needed=True, longest=LONGEST),
            Choice("kind", is_needed=True, values=[each.value for each in PartnerKind]),
            Choice("collaboration", is_needed=True, values=list(COLLABORATIONS)),
            Column("commitment", longest=LONGEST),
        )
        self._ids: dict[tuple[str, ...], UUID] = {}

    def rows(self) -> Iterator[Row]:
        for agreement_id in self.scope.agreements:
            for each in partners.of_agreement(self.act.session, agreement_id):
                row = {
                    "agreement": agreement_id, "name": each.name, "kind": each.kind, "collaboration": each.collaboration,
                    "commitment": each.commitment,
                }  # fmt: skip
                self._ids[self.key_of(row)] = each.id
                yield row

    def write(self, row: Row, before: Row | None) -> None:
        if before is None:
            partners.put_down(self.act, row["agreement"], **{name: row[name] for name in ("name", "kind", "collaboration", "commitment")})
        else:
            partner = self.act.session.get_one(Partner, self._ids[self.key_of(row)])
            partners.correct(self.act, partner, kind=row["kind"], commitment=row["commitment"])
