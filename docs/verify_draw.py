#!/usr/bin/env python3
"""Refait un tirage à partir du seul document publié. Python 3.11, rien d'autre.

    python verify_draw.py tirage.json [--commitment EMPREINTE_NOTEE_AVANT]

Une ligne par contrôle: OK ou NON. Code de sortie 0 seulement si tout est OK.
"""

import argparse
import hashlib
import hmac
import json
import sys
from collections import Counter


def commitment(pool, tickets, source=""):
    lines = ([f"source: {source}"] if source else []) + list(pool) + [f"{number:03d}: {drawn}" for number, drawn in enumerate(tickets)]
    return hashlib.sha256("".join(line + "\n" for line in lines).encode()).hexdigest()


def number(seed, place):
    return int.from_bytes(hmac.digest(bytes.fromhex(seed), place.to_bytes(8, "big"), "sha256")[:8], "big")


def sample(seed, pool, size):
    left = list(pool)
    for place in range(size):
        other = place + number(seed, place) % (len(left) - place)
        left[place], left[other] = left[other], left[place]
    return left[:size]


def checks(document, noted):
    """(what is checked, whether it holds). `sample` stands for `panel` in a document that has no alternates."""
    pool, tickets = document["pool"], document.get("tickets") or []
    commit = document.get("commitment") or document["commit"]
    yield "chaque personne est une fois dans la liste", len(set(pool)) == len(pool)
    yield "l'empreinte est celle de ce qui était fixé", commitment(pool, tickets, document.get("source", "")) == commit
    if noted:
        yield "l'empreinte est celle que vous avez notée avant", commit == noted.strip().lower()
    if "commitment" in document:
        seed = hashlib.sha256(f"{commit}\n{document['public_random']}\n".encode()).hexdigest()
        yield "la graine vient de l'empreinte et de ce qui est tombé", seed == document["seed"]
    panel, seats = document.get("panel") or document["sample"], document["k"]
    drawn = sample(document["seed"], pool, len(pool))
    if tickets:
        ticket = document["ticket"]
        dice = "".join(sign for sign in document["public_random"] if sign.isdigit())
        by_dice = document["public_random"].startswith("dés:") and not document.get("source")
        yield "il y a 1000 billets", len(tickets) == 1000
        yield (
            "chaque billet a le bon nombre de personnes, toutes de la liste",
            all(len(set(each.split())) == seats and set(each.split()) <= set(pool) for each in tickets),
        )
        yield "le billet est celui qui est tombé", ticket == (int(dice) if by_dice else number(document["seed"], 1000) % 1000)
        times = Counter(who for each in tickets for who in each.split())
        if "chances" in document:
            yield "les chances dites sont celles des billets", all(abs(document["chances"][who] - times[who] / 1000) < 1e-9 for who in pool)
        drawn = tickets[ticket].split()
        drawn += sample(document["seed"], [who for who in pool if who not in drawn], len(pool) - seats)
    yield "les personnes tirées sont celles-là", drawn[:seats] == panel
    if "alternates" in document:
        yield "les remplaçantes et remplaçants aussi, dans cet ordre", drawn[seats:] == document["alternates"]


def main():
    parser = argparse.ArgumentParser(description="Refait un tirage à partir du document publié.")
    parser.add_argument("file")
    parser.add_argument("--commitment", help="l'empreinte que vous avez notée avant le tirage")
    given = parser.parse_args()
    with open(given.file, encoding="utf-8") as file:
        document = json.load(file)
    good = True
    try:
        for what, holds in checks(document, given.commitment):
            print("OK  " if holds else "NON ", what)
            good &= holds
    except (KeyError, ValueError, TypeError, IndexError, AttributeError) as fault:
        print("NON  le document n'a pas la forme attendue:", fault)
        good = False
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
