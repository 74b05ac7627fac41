#!/usr/bin/env python3
"""Refait un tirage à partir du seul document publié. Python 3.11, rien d'autre.

    python verify_draw.py tirage.json [--commitment EMPREINTE_NOTEE_AVANT] [--legacy]

Une ligne par contrôle: OK ou NON. Code de sortie 0 seulement si tout est OK. `--legacy`: pour un tirage d'avant, dont l'empreinte ne
dit ni le nombre de places, ni les nombres à respecter. `--given`: pour un essai dont la graine a été donnée, pas tirée.
"""

import argparse
import hashlib
import hmac
import json
import re
import sys
from collections import Counter


def commitment(head, pool, tickets):
    lines = head + list(pool) + [f"{number:03d}: {drawn}" for number, drawn in enumerate(tickets)]
    return hashlib.sha256("".join(line + "\n" for line in lines).encode()).hexdigest()


def head(document):
    source = f"{document['source']}, {document['numbers']} numbers" if document["source"] else "dice"
    return [f"draw: {document['draw']}", f"seats: {document['k']}", f"quotas: {'; '.join(document['quotas'])}", f"source: {source}"]


def number(seed, place):
    return int.from_bytes(hmac.digest(bytes.fromhex(seed), place.to_bytes(8, "big"), "sha256")[:8], "big")


def sample(seed, pool, size):
    left = list(pool)
    for place in range(size):
        other = place + number(seed, place) % (len(left) - place)
        left[place], left[other] = left[other], left[place]
    return left[:size]


def fell_as_announced(document):
    """Three or five dice, or the numbers of the announced source, smallest first: nobody can look for a text that suits them."""
    fell = document["public_random"]
    if document["source"]:
        found = re.findall("[0-9]+", fell)
        return len(found) == document["numbers"] and fell == " ".join(map(str, sorted(map(int, found))))
    return bool(re.fullmatch("dés:[0-9]{3}" if document["tickets"] else "dés:[0-9]{5}", fell))


def checks(document, noted, legacy, given):
    """(what is checked, whether it holds). An older document may call the fingerprint `commit`, the panel `sample`, and have no alternates."""
    if legacy:
        document = {"commitment": document.get("commit"), "panel": document.get("sample"), "tickets": [], "source": ""} | document
    pool, tickets, commit, seats = document["pool"], document["tickets"], document["commitment"], document["k"]
    first = ([f"source: {document['source']}"] if document["source"] else []) if legacy else head(document)
    yield "chaque personne est une fois dans la liste", len(set(pool)) == len(pool)
    yield "l'empreinte est celle de ce qui était fixé", commitment(first, pool, tickets) == commit
    if noted:
        yield "l'empreinte est celle que vous avez notée avant", commit == noted.strip().lower()
    if not legacy and not given:
        yield "ce qui est tombé a la forme annoncée", fell_as_announced(document)
    if not legacy or "commit" not in document:
        seed = hashlib.sha256(f"{commit}\n{document['public_random']}\n".encode()).hexdigest()
        yield "la graine vient de l'empreinte et de ce qui est tombé", seed == document["seed"]
    drawn = sample(document["seed"], pool, len(pool))
    if tickets:
        ticket = document["ticket"]
        by_dice = re.fullmatch("dés:([0-9]{3})", document["public_random"]) if not document["source"] else None
        yield "il y a 1000 billets", len(tickets) == 1000
        yield (
            "chaque billet a le bon nombre de personnes, toutes de la liste",
            all(len(set(each.split())) == len(each.split()) == seats and set(each.split()) <= set(pool) for each in tickets),
        )
        yield "le billet est celui qui est tombé", ticket == (int(by_dice[1]) if by_dice else number(document["seed"], 1000) % 1000)
        times = Counter(who for each in tickets for who in each.split())
        if "chances" in document:
            yield "les chances dites sont celles des billets", all(abs(document["chances"][who] - times[who] / 1000) < 1e-9 for who in pool)
        drawn = tickets[ticket].split()
        drawn += sample(document["seed"], [who for who in pool if who not in drawn], len(pool) - seats)
    yield "les personnes tirées sont celles-là", drawn[:seats] == document["panel"]
    if not legacy or "alternates" in document:
        yield "les remplaçantes et remplaçants aussi, dans cet ordre", drawn[seats:] == document["alternates"]


def main():
    parser = argparse.ArgumentParser(description="Refait un tirage à partir du document publié.")
    parser.add_argument("file")
    parser.add_argument("--commitment", help="l'empreinte que vous avez notée avant le tirage")
    parser.add_argument("--legacy", action="store_true", help="un tirage fixé avant que l'empreinte dise les places et les nombres")
    parser.add_argument("--given", action="store_true", help="un essai: la graine a été donnée, elle n'est pas tombée")
    given = parser.parse_args()
    with open(given.file, encoding="utf-8") as file:
        document = json.load(file)
    good = True
    try:
        for what, holds in checks(document, given.commitment, given.legacy, given.given):
            print("OK  " if holds else "NON ", what)
            good &= holds
    except (KeyError, ValueError, TypeError, IndexError, AttributeError) as fault:
        print("NON  le document n'a pas la forme attendue:", fault)
        good = False
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
