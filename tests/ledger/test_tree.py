"""The Merkle tree against published vectors, and against a naive tree."""

from __future__ import annotations

import json
from base64 import b64decode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engage.ledger import tree
from engage.ledger.note import BadNote, Checkpoint, open_note, parse
from tests.conftest import vectors

VECTORS = json.loads(vectors("rfc6962/vectors.json").read_text())
LEAVES = [bytes.fromhex(text) for text in VECTORS["leaves_hex"]]
HASHES = [tree.leaf_hash(leaf) for leaf in LEAVES]


def naive_root(leaves: list[bytes]) -> bytes:
    if not leaves:
        return tree.EMPTY_ROOT
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return tree.node_hash(naive_root(leaves[:k]), naive_root(leaves[k:]))


def test_hashes_are_the_published_ones() -> None:
    assert tree.EMPTY_ROOT.hex() == VECTORS["empty_root"]
    for leaf, expected in VECTORS["leaf_hash"]:
        assert tree.leaf_hash(bytes.fromhex(leaf)).hex() == expected
    for left, right, expected in VECTORS["node_hash"]:
        assert tree.node_hash(bytes.fromhex(left), bytes.fromhex(right)).hex() == expected


def test_roots_are_the_published_ones() -> None:
    assert [tree.root(HASHES[:size]).hex() for size in range(1, 9)] == VECTORS["roots_by_size"]


def test_inclusion_proofs_are_the_published_ones() -> None:
    for case in VECTORS["inclusion"]:
        leaves = HASHES[: case["size"]]
        proof = tree.inclusion_proof(leaves, case["leaf"])
        assert [step.hex() for step in proof] == case["path"]
        assert tree.verify_inclusion(leaves[case["leaf"]], case["leaf"], case["size"], proof, tree.root(leaves))


def test_consistency_proofs_are_the_published_ones() -> None:
    for case in VECTORS["consistency"]:
        leaves = HASHES[: case["to"]]
        proof = tree.consistency_proof(leaves, case["from"])
        assert [step.hex() for step in proof] == case["path"]


def test_signed_notes_of_the_specification_open() -> None:
    for case in VECTORS["signed_note"]:
        body = open_note(case["note"], case["vkey"])
        assert body == case["note"].split("\n\n")[0] + "\n"
        with pytest.raises(BadNote):
            open_note("x" + case["note"], case["vkey"])


def test_the_go_tree_of_one_record_has_our_root() -> None:
    case = VECTORS["tlog_tree"]
    assert tree.leaf_hash(case["record"].encode()) == b64decode(case["root_b64"])


def test_a_checkpoint_reads_back() -> None:
    checkpoint = Checkpoint("engage/ledger", 3, bytes(range(32)))
    assert parse(checkpoint.body()) == checkpoint
    for bad in ("", "a\nb\nc\n", "a\n3\n!!\n"):
        with pytest.raises(BadNote):
            parse(bad)


@given(st.lists(st.binary(max_size=8), max_size=70))
def test_any_tree_has_the_naive_root(leaves: list[bytes]) -> None:
    hashes = [tree.leaf_hash(leaf) for leaf in leaves]
    assert tree.root(hashes) == naive_root(hashes)


@given(st.integers(1, 60), st.data())
def test_any_proof_holds_and_only_for_its_leaf(size: int, data: st.DataObject) -> None:
    hashes = [tree.leaf_hash(bytes([number])) for number in range(size)]
    index = data.draw(st.integers(0, size - 1))
    proof = tree.inclusion_proof(hashes, index)
    root = tree.root(hashes)
    assert tree.verify_inclusion(hashes[index], index, size, proof, root)
    assert not tree.verify_inclusion(tree.leaf_hash(b"other"), index, size, proof, root)
    assert not tree.verify_inclusion(hashes[index], index, size, [*proof, root], root)
    first = data.draw(st.integers(1, size))
    steps = tree.consistency_proof(hashes, first)
    assert tree.verify_consistency(first, size, tree.root(hashes[:first]), root, steps)
    assert not tree.verify_consistency(first, size, tree.leaf_hash(b"other"), root, steps)


def test_an_empty_tree_proves_nothing() -> None:
    assert not tree.verify_consistency(0, 3, tree.EMPTY_ROOT, tree.root(HASHES[:3]), [])
    with pytest.raises(IndexError):
        tree.inclusion_proof(HASHES[:3], 3)
    with pytest.raises(IndexError):
        tree.consistency_proof(HASHES[:3], 0)


def test_a_frontier_needs_its_peaks() -> None:
    with pytest.raises(ValueError, match="2 peaks"):
        tree.Frontier(3, [bytes(32)])
