#!/usr/bin/env python3
"""Vérifie un résultat publié à partir de son seul téléchargement: /v/<code>/ballots.json. Python 3.11, rien d'autre.

    python verify_result.py ballots.json [--receipt CODE] [--key CLE_DU_REGISTRE]

Une ligne par contrôle: OK, NON, ou PAS ENCORE. Code de sortie 0 seulement si tout est OK.
"""

import argparse
import base64
import hashlib
import json
import sys
from collections import Counter
from fractions import Fraction

P = 2**255 - 19
D = -121665 * pow(121666, -1, P) % P
Q = 2**252 + 27742317777372353535851937790883648493


def shares(ballots, prices, start, ties, by_cost):
    """Method of Equal Shares (Peters, Skowron 2020): who passes, in order, when each voter may spend `start`."""
    money = [start] * len(ballots)
    bought = []
    while True:
        best = None
        for option in ties:
            payers = [i for i, ballot in enumerate(ballots) if option in ballot]
            if option in bought or sum(money[i] for i in payers) < prices[option] or not payers:
                continue
            due, left = Fraction(prices[option]), len(payers)
            for i in sorted(payers, key=money.__getitem__):
                if money[i] * left >= due:
                    break
                due, left = due - money[i], left - 1
            price = due / left
            worth = price / prices[option] if by_cost else price
            if best is None or worth < best[0]:
                best = (worth, option, price, payers)
        if best is None:
            return bought
        bought.append(best[1])
        for i in best[3]:
            money[i] -= min(money[i], best[2])


def winners(document):
    rules, ballots = document["rules"], [set(ballot) for ballot in document["ballots"] if ballot]
    ties, votes = rules["tie_order"], Counter(option for ballot in document["ballots"] for option in ballot)
    if not ballots:
        return []
    if "costs" not in rules:
        bought = shares(ballots, dict.fromkeys(ties, 1), Fraction(rules["places"], len(ballots)), ties, False)
        rest = sorted((o for o in ties if votes[o] and o not in bought), key=lambda o: -votes[o])
        return bought + rest[: rules["places"] - len(bought)]
    prices = {int(option): cost for option, cost in rules["costs"].items()}
    share = Fraction(rules["envelope"], len(ballots))
    bought = shares(ballots, prices, share, ties, True)
    while len(bought) < sum(1 for option in ties if votes[option]):
        share += max(1, share // 1000)
        more = shares(ballots, prices, share, ties, True)
        if sum(prices[option] for option in more) > rules["envelope"]:
            break
        bought = more
    return bought


def lines_hash(lines):
    return hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()


def root_of(leaf, index, size, proof):
    """RFC 9162, 2.1.3.2; None when the proof does not fit."""
    node, last, current = index, size - 1, leaf
    for sibling in map(bytes.fromhex, proof):
        if last == 0:
            return None
        if node & 1 or node == last:
            current = hashlib.sha256(b"\1" + sibling + current).digest()
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            current = hashlib.sha256(b"\1" + current + sibling).digest()
        node, last = node >> 1, last >> 1
    return current if last == 0 else None


def add(a, b):
    """Edwards25519, affine (RFC 8032): slow and plain."""
    t = D * a[0] * b[0] * a[1] * b[1] % P
    x = (a[0] * b[1] + b[0] * a[1]) * pow(1 + t, -1, P) % P
    return x, (a[1] * b[1] + a[0] * b[0]) * pow(1 - t, -1, P) % P


def times(n, point):
    total = (0, 1)
    while n:
        if n & 1:
            total = add(total, point)
        point, n = add(point, point), n >> 1
    return total


def point(data):
    y, sign = int.from_bytes(data, "little") % 2**255, data[31] >> 7
    u, v = (y * y - 1) % P, (D * y * y + 1) % P
    x = u * pow(v, 3, P) * pow(u * pow(v, 7, P), (P - 5) // 8, P) % P
    if (v * x * x - u) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if y >= P or (v * x * x - u) % P:
        raise ValueError("no point")
    return (P - x if x % 2 != sign else x), y


def signed_by(key, message, signature):
    base = point((4 * pow(5, -1, P) % P).to_bytes(32, "little"))
    s = int.from_bytes(signature[32:], "little")
    h = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % Q
    return s < Q and times(s, base) == add(point(signature[:32]), times(h, point(key)))


def checkpoint(note, verifier):
    """Size and root of a signed note (C2SP); raises ValueError."""
    name, key_hash, key = verifier.split("+", 2)
    body, _, signatures = note.rpartition("\n\n")
    for line in signatures.splitlines():
        raw = base64.b64decode(line.rsplit(" ", 1)[1])
        if line.startswith(f"\N{EM DASH} {name} ") and raw[:4].hex() == key_hash:
            if not signed_by(base64.b64decode(key)[1:], f"{body}\n".encode(), raw[4:]):
                raise ValueError("signature")
            origin, size, root = body.split("\n")[:3]
            if origin != name:
                raise ValueError("origin")
            return int(size), base64.b64decode(root)
    raise ValueError("unsigned")


def in_ledger(part, kind, detail, verifier):
    """None while the ledger has not signed it yet."""
    if part is None:
        return None
    leaf, body = base64.b64decode(part["leaf"]), base64.b64decode(part["body"])
    said = json.loads(body)
    size, root = checkpoint(part["checkpoint"], verifier)
    return (
        (said["kind"], said["detail"]) == (kind, detail)
        and json.loads(leaf)["commitment"] == hashlib.sha256(bytes.fromhex(part["salt"]) + body).hexdigest()
        and root_of(hashlib.sha256(b"\0" + leaf).digest(), part["index"], size, part["proof"]) == root
    )


def controls(document, receipt, key):
    result, rules = json.loads(document["result_text"]), document["rules_text"]
    tally, ballots, codes = result["decisive"], document["ballots"], document["receipts"]
    verifier = key or document["verifier"]
    rules_hash = hashlib.sha256(rules.encode()).hexdigest()
    result_hash = hashlib.sha256(document["result_text"].encode()).hexdigest()
    votes = Counter(option for ballot in ballots for option in ballot)
    yield (
        "les règles sont celles du résultat",
        lambda: rules_hash == result["rules_hash"] == document["rules_hash"] and json.loads(rules) == document["rules"],
    )
    yield (
        "les réponses portent leurs noms",
        lambda: (document["consultation"], document["labels"]) == (document["rules"]["code"], document["rules"]["labels"]),
    )
    yield "les votes sont ceux du résultat", lambda: lines_hash(sorted("".join(map(str, b)) for b in ballots)) == result["ballots_hash"]
    yield (
        "les codes de preuve sont ceux du résultat",
        lambda: lines_hash(codes) == result["receipts_hash"] and codes == sorted(set(codes)) and {len(code) for code in codes} <= {8},
    )
    yield "chaque vote a un code", lambda: len(ballots) <= len(codes)
    yield "autant de votes que dit", lambda: (len(ballots), ballots.count([])) == (tally["ballots"], tally["blank"])
    yield "aucun vote n'a trop de choix", lambda: all(len(set(b)) == len(b) <= document["rules"]["most_choices"] for b in ballots)
    yield "les nombres sont justes", lambda: {str(o): votes[o] for o in document["options"]} == tally["counts"]
    yield "le choix suit la règle", lambda: winners(document) == tally["winners"]
    yield "les règles sont au registre", lambda: in_ledger(document["evidence"]["rules"], "rules_fixed", rules_hash, verifier)
    yield "le résultat est au registre", lambda: in_ledger(document["evidence"]["result"], "result_published", result_hash, verifier)
    if receipt:
        yield "votre code est dans la liste", lambda: receipt.upper().replace("-", "").translate(str.maketrans("OIL", "011")) in codes


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file")
    parser.add_argument("--receipt", help="votre code de preuve")
    parser.add_argument("--key", help="la clé du registre, obtenue ailleurs que dans ce fichier")
    asked = parser.parse_args()
    with open(asked.file, encoding="utf-8") as file:
        document = json.load(file)
    whole = True
    for name, control in controls(document, asked.receipt, asked.key):
        try:
            holds = control()
        except (ValueError, KeyError, TypeError, IndexError):
            holds = False
        whole &= holds is True
        print(f"{'OK' if holds else 'PAS ENCORE' if holds is None else 'NON':10} {name}")
    sys.exit(0 if whole else 1)


if __name__ == "__main__":
    main()
