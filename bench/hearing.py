"""What is heard of the published replies, and how fast: `python -m bench.hearing`. Prints two Markdown tables."""

from __future__ import annotations

import statistics
import time
from collections import Counter

from engage.phone import hearing
from tests.phone.replies import TYPES, Case, Verdict, published

ROUNDS, LOOPS = 5, 40


def scores(cases: list[Case]) -> None:
    print("| question | cases | right | doubtful | missed | false |\n|---|---|---|---|---|---|")
    for asked in (*TYPES.values(), "all"):
        of_type = [case for case in cases if asked in (case.asked, "all")]
        count = Counter(case.verdict(hearing.reading(case.asked, case.text, case.labels)) for case in of_type)
        print(f"| {asked} | {len(of_type)} | {' | '.join(str(count[verdict]) for verdict in Verdict)} |")


def speed(cases: list[Case]) -> None:
    """Each function over every published reply to its type of question, the median of some rounds."""
    print("\n| function | readings/s |\n|---|---|")
    for asked in TYPES.values():
        of_type = [case for case in cases if case.asked == asked]
        rates = []
        for _ in range(ROUNDS):
            started = time.perf_counter()
            for _ in range(LOOPS):
                for case in of_type:
                    hearing.reading(asked, case.text, case.labels)
            rates.append(LOOPS * len(of_type) / (time.perf_counter() - started))
        print(f"| {asked} | {statistics.median(rates):,.0f} |")


if __name__ == "__main__":
    found = published()
    scores(found)
    speed(found)
