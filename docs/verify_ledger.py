#!/usr/bin/env python3
"""Vérifie le registre sans rien de nous. Python 3.11 et la bibliothèque `cryptography`.

    python verify_ledger.py --key CLE registre.jsonl [--old ANCIEN_POINT ...] [--witness CLE_TEMOIN ...]
    python verify_ledger.py --key CLE mes-preuves.json
    python verify_ledger.py --key CLE preuve.json --document compte.json

`registre.jsonl` vient de `engage ledger export`; `mes-preuves.json`, de «Ma page». Un ancien point de contrôle est celui que vous aviez
noté ou signé: s'il ne tient plus, quelqu'un a refait le registre. Ayez la clé d'ailleurs que de ces fichiers: du site, du papier, d'un témoin.
Une ligne par contrôle: OK, NON, ou PAS ENCORE. Code de sortie 0 seulement si tout est OK.
"""

import argparse
import base64
import hashlib
import json
import sys
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

NOTE_KEY, WITNESS_KEY = 1, 4


class Wrong(Exception):
    """What does not hold, in words."""


def key_of(line, kind):
    """Name, hash and key of a verifier line (C2SP signed-note)."""
    name, key_hash, encoded = line.strip().split("+", 2)
    typed = base64.b64decode(encoded)
    if typed[0] != kind or hashlib.sha256(f"{name}\n".encode() + typed).digest()[:4].hex() != key_hash:
        raise Wrong(f"la clé de {name} est mal recopiée")
    return name, key_hash, Ed25519PublicKey.from_public_bytes(typed[1:])


def signature_of(note, name, key_hash):
    body, _, lines = note.replace("\r\n", "\n").rpartition("\n\n")
    for line in lines.splitlines():
        if line.startswith(f"— {name} "):
            raw = base64.b64decode(line.rsplit(" ", 1)[1])
            if raw[:4].hex() == key_hash:
                return body + "\n", raw[4:]
    raise Wrong(f"{name} n'a pas signé")


def opened(note, line):
    """(size, root) of a checkpoint that this key signed."""
    name, key_hash, public = key_of(line, NOTE_KEY)
    body, signature = signature_of(note, name, key_hash)
    check(public, signature, body.encode(), name)
    origin, size, root = body.split("\n")[:3]
    if origin != name:
        raise Wrong(f"la note est d'un autre registre: {origin}")
    return int(size), base64.b64decode(root)


def seen_by(note, line):
    """Seconds since 1970 at which a witness saw a checkpoint (C2SP tlog-cosignature)."""
    name, key_hash, public = key_of(line, WITNESS_KEY)
    body, raw = signature_of(note, name, key_hash)
    seconds = int.from_bytes(raw[:8], "big")
    check(public, raw[8:], f"cosignature/v1\ntime {seconds}\n{body}".encode(), name)
    return seconds


def check(public, signature, message, name):
    try:
        public.verify(signature, message)
    except InvalidSignature:
        raise Wrong(f"la signature de {name} ne tient pas") from None


def leaf_hash(leaf):
    return hashlib.sha256(b"\0" + leaf).digest()


def node_hash(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()


def roots_of(leaves, sizes):
    """The root of the first leaves, for each of those sizes (RFC 9162, 2.1.1)."""
    peaks, found = [], {}
    for count, leaf in enumerate(leaves, start=1):
        peak, size = leaf_hash(leaf), count - 1
        while size & 1:
            peak, size = node_hash(peaks.pop(), peak), size >> 1
        peaks.append(peak)
        if count in sizes:
            root = peaks[-1]
            for left in reversed(peaks[:-1]):
                root = node_hash(left, root)
            found[count] = root
    return found


def root_from(leaf, index, size, proof):
    """RFC 9162, 2.1.3.2; None when the proof does not fit."""
    node, last, current = index, size - 1, leaf
    for sibling in map(bytes.fromhex, proof):
        if last == 0:
            return None
        if node & 1 or node == last:
            current = node_hash(sibling, current)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            current = node_hash(current, sibling)
        node, last = node >> 1, last >> 1
    return current if last == 0 and 0 <= index < size else None


def bundle_checks(lines, key, olds, witnesses):
    documents = [json.loads(line) for line in lines[1:] if line.strip()]
    leaves = [base64.b64decode(each["leaf"]) for each in documents if "leaf" in each]
    notes = [each["checkpoint"] for each in documents if "checkpoint" in each]
    signed = [opened(note, key) for note in notes]
    old = [opened(note, key) for note in olds]
    roots = roots_of(leaves, {size for size, _ in signed + old})
    yield f"{len(signed)} points de contrôle signés", bool(signed)
    yield f"{len(leaves)} lignes donnent la racine de chacun", all(roots.get(size) == root for size, root in signed)
    yield "chaque ligne est sous un point signé", max((size for size, _ in signed), default=0) == len(leaves)
    for size, root in old:
        yield f"l'ancien point de {size} lignes tient encore", roots.get(size) == root
    for line in witnesses:
        seen = []
        for note in notes + olds:
            try:
                seen.append((opened(note, key)[0], seen_by(note, line)))
            except Wrong:
                continue
        told = f"a vu {max(seen)[0]} lignes" if seen else "n'a signé aucun de ces points"
        yield f"le témoin {line.split('+', 1)[0]} {told}", bool(seen)


def proof_checks(document, key, hashes):
    for fact in document["facts"]:
        told = f"{fact['kind']} du {fact['on']}"
        proof = fact["proof"]
        if proof is None:
            yield f"{told}: pas encore sous un point signé, revenez dans quelques minutes", None
            continue
        leaf, body = base64.b64decode(proof["leaf"]), base64.b64decode(proof["body"])
        size, root = opened(proof["checkpoint"], key)
        committed = json.loads(leaf)["commitment"] == hashlib.sha256(bytes.fromhex(proof["salt"]) + body).hexdigest()
        said = json.loads(body)
        yield f"{told}: la ligne dit bien cela", committed and (said["kind"], said["on"]) == (fact["kind"], fact["on"])
        yield (
            f"{told}: elle est inscrite, ligne {proof['index'] + 1} de {size}",
            root_from(leaf_hash(leaf), proof["index"], size, proof["proof"]) == root,
        )
        if hashes:
            yield f"{told}: elle tient l'empreinte du document", said["detail"] in hashes


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def main():
    parser = argparse.ArgumentParser(description="Vérifie le registre, ou vos preuves.")
    parser.add_argument("file")
    parser.add_argument("--key", required=True, help="la clé du registre, eue d'ailleurs")
    parser.add_argument("--old", action="append", default=[], help="un point de contrôle gardé depuis longtemps")
    parser.add_argument("--witness", action="append", default=[], help="la clé d'un témoin")
    parser.add_argument("--document", action="append", default=[], help="le fichier JSON d'un compte, d'un plan ou d'une note")
    given = parser.parse_args()
    text, good, words = read(given.file), True, {True: "OK        ", False: "NON       ", None: "PAS ENCORE"}
    is_bundle = "verifier" in json.loads(text.splitlines()[0]) if text.startswith('{"verifier"') and "\n{" in text else False
    try:
        olds = [read(path) for path in given.old]
        hashes = [hashlib.sha256(Path(path).read_bytes()).hexdigest() for path in given.document]
        checks = (
            bundle_checks(text.splitlines(), given.key, olds, given.witness)
            if is_bundle
            else proof_checks(json.loads(text), given.key, hashes)
        )
        for what, holds in checks:
            print(words[holds], what)
            good &= holds is True
    except (Wrong, KeyError, ValueError, TypeError, IndexError, AttributeError) as fault:
        print("NON        le fichier n'a pas la forme attendue:", fault)
        good = False
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
