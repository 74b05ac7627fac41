"""The draw, seconds and memory of a whole process: `python -m bench.draw`. Prints Markdown; fails over five seconds.

Four sizes: 4 seats of 23, and 20 of 200, both with three uneven features; the published examples, 20 of 200 and 200 of 2,000.
"""

from __future__ import annotations

import csv
import random
import resource
import subprocess
import sys
import time
from pathlib import Path

from engage.committees import files, selection
from engage.committees.selection import Quota
from tests.conftest import vectors

AIM = 5.0
PUBLISHED = 0.1
ANSWERS = {"gender": ("woman", "man", "other", ""), "age": ("18", "30", "50", "65", ""), "disability": ("yes", "no", "")}
WEIGHTS = {"gender": (5, 4, 1, 1), "age": (1, 3, 4, 6, 2), "disability": (2, 6, 2)}


def uneven(people: int, seats: int) -> tuple[dict[str, dict[str, str]], list[Quota]]:
    dice = random.Random(1)
    asked = {
        f"c{place:04d}": {name: dice.choices(answers, WEIGHTS[name])[0] for name, answers in ANSWERS.items()} for place in range(people)
    }
    shares = {("gender", "woman"): (0.45, 0.6), ("gender", "man"): (0.35, 0.5), ("disability", "yes"): (0.2, 0.4)}
    shares |= {("age", age): (0.15, 0.3) for age in ANSWERS["age"] if age}
    return asked, [Quota(*what, int(least * seats), int(most * seats) + 1) for what, (least, most) in shares.items()]


def published(times: int) -> tuple[dict[str, dict[str, str]], list[Quota]]:
    """The example, or the same people ten times over with ten times the seats."""
    folder = vectors("sortition/example_small_20")
    rows = list(csv.DictReader((folder / "respondents.csv").open()))
    quotas = files.read_quotas((folder / "categories.csv").read_text())
    people = {f"c{place:04d}": row for place, row in enumerate(rows * times)}
    return people, [Quota(quota.feature, quota.value, quota.least * times, quota.most * times) for quota in quotas]


CASES = {
    "4 of 23, three features": lambda: (*uneven(23, 4), 4),
    "20 of 200, three features": lambda: (*uneven(200, 20), 20),
    "200 of 2,000, three features": lambda: (*uneven(2_000, 200), 200),
    "20 of 200, as published": lambda: (*published(1), 20),
    "200 of 2,000, as published": lambda: (*published(10), 200),
}


def one(name: str) -> None:
    people, quotas, seats = CASES[name]()
    started = time.perf_counter()
    ready = selection.select(people, quotas, seats)
    spent = time.perf_counter() - started
    if "published" in name:
        assert abs(ready.minimum - PUBLISHED) < 1e-6
    least, most = min(ready.chances.values()), max(ready.chances.values())
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"| {name} | {spent:.2f} s | {memory:.0f} MB | {ready.minimum:.4f} | {float(least):.3f} to {float(most):.3f} |")
    if spent > AIM:
        sys.exit(f"{name}: {spent:.1f} s, the aim is under {AIM:.0f} s")


def main() -> None:
    print("| draw | seconds | memory of the process | least chance | chances on the tickets |\n|---|---|---|---|---|", flush=True)
    for name in CASES:
        subprocess.run([sys.executable, "-m", "bench.draw", name], check=True, cwd=Path(__file__).parents[1])


if __name__ == "__main__":
    one(sys.argv[1]) if len(sys.argv) > 1 else main()
