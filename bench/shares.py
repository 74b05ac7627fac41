"""Equal Shares on Wieliczka 2023 against the reference library: `python -m bench.shares [rounds]`. Prints Markdown.

Both exact: whole numbers here, gmpy2 fractions in pabutools. Both parse before the clock starts. pabutools stops raising the shares
at the first result that leaves nothing affordable, which is not what Wieliczka did: that stop is taken out, so that both do the same rounds.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

from engage.voting.recount import _sections
from engage.voting.shares import budget, grouped
from tests.conftest import vectors

AIM = 10


def timed(job: Callable[[], Any]) -> tuple[float, Any]:
    started = time.process_time()
    done = job()
    return time.process_time() - started, done


def run(rounds: int) -> None:
    if find_spec("pabutools") is None:
        sys.exit("SKIPPED, nothing was measured: the reference library is missing. Once: pip install pabutools")
    from pabutools.election import Cost_Sat, parse_pabulib  # noqa: PLC0415 - absent from the environment of the tests
    from pabutools.fractions import FRACTION  # noqa: PLC0415
    from pabutools.rules import method_of_equal_shares  # noqa: PLC0415

    assert FRACTION == "gmpy2"
    path = vectors("pabulib/poland_wieliczka_2023.pb")
    sections = _sections(path.read_text(encoding="utf-8-sig"))
    costs = {row["project_id"]: int(row["cost"]) for row in sections["PROJECTS"]}
    ballots = [row["vote"].split(",") for row in sections["VOTES"]]
    instance, profile = parse_pabulib(str(path))
    instance.is_exhaustive = lambda *_, **__: False

    def reference(profile: Any) -> set[str]:
        return {project.name for project in method_of_equal_shares(instance, profile, sat_class=Cost_Sat, voter_budget_increment=1)}

    seen: dict[str, list[float]] = {}
    for _ in range(rounds):
        ours, outcome = timed(lambda: budget(costs, grouped(ballots), 1_000_000, list(costs)))
        winners = set(outcome.winners)
        assert (len(winners), sum(costs[winner] for winner in winners)) == (30, 995_079)
        seen.setdefault("engage", []).append(ours)
        for name, given in (("pabutools", profile), ("pabutools, alike ballots grouped", profile.as_multiprofile())):
            spent, theirs = timed(lambda given=given: reference(given))
            assert theirs == winners
            seen.setdefault(name, []).append(spent)
            seen.setdefault(f"{name}, ratio", []).append(spent / ours)
    print(f"| Wieliczka 2023, {rounds} rounds | processor seconds | times engage's |\n|---|---|---|")
    for name in ("engage", "pabutools", "pabutools, alike ballots grouped"):
        ratio = f"{statistics.median(seen[f'{name}, ratio']):.1f} (aim {AIM})" if f"{name}, ratio" in seen else ""
        print(f"| {name} | {statistics.median(seen[name]):.2f} | {ratio} |")


if __name__ == "__main__":
    run(int(sys.argv[1]) if sys.argv[1:] else 3)
