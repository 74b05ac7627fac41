"""A tablet's sealed ballots: opened by us alone, taken once, each refusal told."""

from __future__ import annotations

import base64
import json
import secrets
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from engage import participants, voting
from engage.kernel.act import Act, Channel
from engage.voting import Kiosk, kiosks
from tests.conftest import either as config  # noqa: F401 - each test on one engine, half on each
from tests.voting.test_reconciliation import differences
from tests.voting.test_voting import counts
from tests.world import START, World, found


def opened(act: Act, code: str = "BSL") -> Kiosk:
    return kiosks.by_token(act.session, kiosks.open_kiosk(act, found(act, code), "Banque alimentaire"))


def sealed(kiosk: Kiosk, choices: list[int], code: str = "", **more: float) -> str:
    """As the tablet's own script does it."""
    mine = ec.generate_private_key(ec.SECP256R1())
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), kiosks.public_key(kiosk))
    point = mine.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    key = sha256(mine.exchange(ec.ECDH(), theirs) + point).digest()
    iv = secrets.token_bytes(12)
    slip = json.dumps({"nonce": secrets.token_hex(16), "code": code, "choices": choices, "at": START.timestamp()} | more).encode()
    return base64.b64encode(point + iv + AESGCM(key).encrypt(iv, slip, kiosk.id.bytes)).decode()


def test_a_ballot_sent_three_times_is_one(world: World) -> None:
    with world.act(Channel.KIOSK) as act:
        kiosk = opened(act)
        for one in (sealed(kiosk, [1, 4]), sealed(kiosk, [2], world.card)):
            receipts = [kiosks.take_in(act, kiosk, kiosks.unseal(kiosk, one, act.at)) for _ in range(3)]
            assert len(receipts[0]) == 8
            assert receipts[1:] == ["", ""]
    assert counts(world) == (2, 2, 2)
    assert differences(world) == ""


def test_one_sent_again_does_not_undo_a_later_vote(world: World) -> None:
    with world.act(Channel.KIOSK) as act:
        kiosk = opened(act)
        one = kiosks.unseal(kiosk, sealed(kiosk, [1], world.card), act.at)
        kiosks.take_in(act, kiosk, one)
        person = participants.by_card(act, world.card, "A01", asked_from="here")
        person.is_new = False
        later = voting.cast_vote(act, found(act, "BSL"), [9], participant=person)
        assert kiosks.take_in(act, kiosk, one) == ""
        again = act.session.scalars(voting.ballot_box.select(voting.ballot_box.SealedBallot)).one()
        assert again.receipt == later.receipt


def test_one_that_waited_does_not_replace_a_vote_that_may_be_newer(world: World) -> None:
    with world.act(Channel.KIOSK) as act:
        kiosk, then = opened(act), world.at.timestamp() - 3600
        late = [sealed(kiosk, [1], world.card, at=then), sealed(kiosk, [2], world.card, at=then), sealed(kiosk, [2], world.card)]
        assert kiosks.take_in(act, kiosk, kiosks.unseal(kiosk, late[0], act.at))
        with pytest.raises(kiosks.VotedElsewhere):
            kiosks.take_in(act, kiosk, kiosks.unseal(kiosk, late[1], act.at))
        assert kiosks.take_in(act, kiosk, kiosks.unseal(kiosk, late[2], act.at))
    assert counts(world) == (1, 1, 1)


def test_what_is_not_sealed_for_this_kiosk_is_not_read(world: World) -> None:
    with world.act(Channel.KIOSK) as act:
        one, two = opened(act), opened(act)
        for text in (sealed(two, [1]), "x", base64.b64encode(bytes(200)).decode(), sealed(one, [1])[:-8]):
            with pytest.raises(kiosks.SealedBadly):
                kiosks.unseal(one, text, act.at)


def test_a_kiosk_ends_with_its_vote_and_its_key_with_it(world: World) -> None:
    with world.act(Channel.KIOSK) as act:
        token = kiosks.open_kiosk(act, found(act, "BSL"), "Bibliothèque")
    world.people("BSL", [[1]] * 10)
    world.close()
    with world.act(Channel.KIOSK) as act:
        with pytest.raises(kiosks.KioskOver):
            kiosks.by_token(act.session, token)
        assert act.session.scalars(voting.ballot_box.select(Kiosk)).one().key is None


def test_wrong_codes_and_closed_votes_are_refused_as_everywhere(world: World) -> None:
    with world.act(Channel.KIOSK) as act:
        kiosk = opened(act)
        for code, refusal in (("123456789014", participants.CodeUnknown), ("123", participants.CardMistyped)):
            with pytest.raises(refusal):
                kiosks.take_in(act, kiosk, kiosks.unseal(kiosk, sealed(kiosk, [1], code), act.at))
        with pytest.raises(voting.TooManyChoices):
            kiosks.take_in(act, kiosk, kiosks.unseal(kiosk, sealed(kiosk, [1, 2, 3, 4]), act.at))
    assert counts(world) == (0, 0, 0)
