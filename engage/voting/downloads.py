"""A published result as files: for `engage tally` and the stand-alone verifier, for a spreadsheet, and for researchers (Pabulib)."""

from __future__ import annotations

import csv
import io
import json
from hashlib import sha256

from sqlalchemy.orm import Session

from engage import governance, ledger
from engage.kernel.act import day_of
from engage.ledger import Kind
from engage.voting import ballot_box
from engage.voting.models import BallotKind, Consultation, Result
from engage.voting.texts import labels

FORMAT = "engage-result/1"


def result_json(session: Session, consultation: Consultation, verifier: str) -> str | None:
    """Everything an outsider needs to recompute the result and find it in the ledger (key line `verifier`); None while nothing may be published."""
    known = _opened(session, consultation)
    if known is None:
        return None
    result, counted = known
    mechanism, rules_text = consultation.mechanism_id, consultation.rules or ""
    facts = {
        "rules": (Kind.RULES_FIXED, consultation.rules_hash or ""),
        "result": (Kind.RESULT_PUBLISHED, sha256(result.document.encode()).hexdigest()),
    }
    head = {
        "format": FORMAT,
        "consultation": consultation.code,
        "rules_hash": consultation.rules_hash,
        "rules": consultation.frozen(),
        "rules_text": rules_text,
        "options": list(consultation.numbered()),
        "labels": {str(number): label for number, label in labels(session, consultation, "fr").items()},
        "result_text": result.document,
        "evidence": {name: ledger.opening(session, mechanism, kind, detail) for name, (kind, detail) in facts.items()},
        "verifier": verifier,
    }
    ballots = ",".join(f"[{','.join(choices)}]" for choices, votes in sorted(counted.items()) for _ in range(votes))
    receipts = ",".join(f'"{code}"' for code in ballot_box.receipt_codes(session, consultation.id))
    return f'{json.dumps(head, ensure_ascii=False)[:-1]}, "ballots": [{ballots}], "receipts": [{receipts}]}}\n'


def result_csv(session: Session, consultation: Consultation) -> str | None:
    """The table of the result page; a label that a spreadsheet would run as a formula is made plain text."""
    known = _opened(session, consultation)
    if known is None:
        return None
    tally = known[0].read()["decisive"]
    told, out = labels(session, consultation, "fr"), io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    costs = consultation.costs
    writer.writerow(["numero", "reponse", *(["prix"] if costs else []), "votes", "choisi", "comment", "part"])
    for number in consultation.numbered():
        why = tally["why"][str(number)]
        label = f"'{told[number]}" if told[number][:1] in "=+-@\t\r" else told[number]
        chosen = "oui" if number in tally["winners"] else "non"
        writer.writerow([number, label, *([costs[number]] if costs else []), why["votes"], chosen, why["how"], why["part"]])
    return "\ufeff" + out.getvalue()


def result_pb(session: Session, consultation: Consultation) -> str | None:
    """A Pabulib file (pabulib.org/format). Places are projects of cost 1; `tie_order` and `engage_rule` are keys of ours."""
    known = _opened(session, consultation)
    if known is None:
        return None
    result, counted = known
    rules, tally = consultation.frozen(), result.read()["decisive"]
    told, budget = labels(session, consultation, "fr"), consultation.kind == BallotKind.BUDGET
    agreement = session.get_one(governance.Agreement, consultation.agreement_id)
    meta = {
        "description": f"Engage {consultation.code}",
        "country": "Canada",
        "unit": _cell(agreement.label),
        "instance": consultation.code,
        "num_projects": len(told),
        "num_votes": sum(counted.values()),
        "budget": rules["envelope"] if budget else rules["places"],
        "vote_type": "approval",
        "rule": "equalshares/add1" if budget else "equalshares",
        "date_begin": f"{day_of(consultation.opened_at):%d.%m.%Y}" if consultation.opened_at else "",
        "date_end": f"{day_of(consultation.closes_at):%d.%m.%Y}",
        "min_length": 0,
        "max_length": rules["most_choices"],
        "language": "fr",
        "engage_rule": tally["rule"],
        "tie_order": ",".join(map(str, rules["tie_order"])),
    }
    lines = ["META", "key;value", *(f"{key};{value}" for key, value in meta.items())]
    lines += ["PROJECTS", "project_id;cost;votes;name;selected"]
    for number in told:
        cost, chosen = consultation.costs.get(number, 1), int(number in tally["winners"])
        lines.append(f"{number};{cost};{tally['counts'][str(number)]};{_cell(told[number])};{chosen}")
    lines += ["VOTES", "voter_id;vote"]
    every = (choices for choices, votes in sorted(counted.items()) for _ in range(votes))
    lines += [f"{voter};{','.join(choices)}" for voter, choices in enumerate(every, start=1)]
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return " ".join(text.replace(";", ",").split())


def _opened(session: Session, consultation: Consultation) -> tuple[Result, dict[str, int]] | None:
    """The result and how many decisive ballots made each choice; None while nothing may be published, or too few voted."""
    result = session.get(Result, consultation.id) if consultation.is_published else None
    counted: dict[str, int] = ballot_box.counted(session, consultation.id, known=True) if result else {}
    return (result, counted) if result and counted else None
