"""Three people hold the key of a box in words: any two of them open it, nobody else can, this server included.

SLIP-39 (SatoshiLabs), 2 of 3, 20 words each. The key is X25519 from 128 random bits by HKDF-SHA256.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from shamir_mnemonic import MnemonicError, combine_mnemonics, generate_mnemonics
from shamir_mnemonic.share import Share

from engage.kernel.act import Act
from engage.kernel.db import keys_of
from engage.kernel.refusal import Refusal
from engage.kernel.words import N_
from engage.voting.models import Consultation, KeyMode, Stage

HOLDERS, NEEDED = 3, 2


class WordsWrong(Refusal):
    sentence = N_("Les mots de la personne %(which)s ne vont pas. Regardez l’ordre et l’écriture de chaque mot. Il y en a 20.")


class WordsOfAnother(Refusal):
    sentence = N_("Ces mots vont ensemble, mais pas avec cette boîte. Cherchez la feuille de ce vote-ci.")


class WordsTwice(Refusal):
    sentence = N_("Ce sont deux fois les mots de la même personne. Il faut ceux de deux personnes.")


class NoWordsNeeded(Refusal):
    sentence = N_("Ce vote n’attend pas de mots en ce moment.")


def deal(consultation: UUID) -> tuple[bytes, list[str]]:
    """The public key of a new box, and the words of each holder. Nothing of it is kept here."""
    seed = secrets.token_bytes(16)
    (words,) = generate_mnemonics(1, [(NEEDED, HOLDERS)], seed)
    return _private(seed, consultation).public_key().public_bytes_raw(), words


def give_words(act: Act, consultation: Consultation, said: Sequence[str]) -> None:
    """Two holders' words, after the vote has ended: the key comes back for as long as the closing takes.

    Raises NoWordsNeeded, WordsWrong, WordsTwice, WordsOfAnother.
    """
    if not awaits_words(act, consultation):
        raise NoWordsNeeded
    tidy = [" ".join(words.lower().split()) for words in said]
    for which, words in enumerate(tidy, start=1):
        try:
            Share.from_mnemonic(words)
        except MnemonicError as error:
            raise WordsWrong(which=which) from error
    if len(set(tidy)) < NEEDED:
        raise WordsTwice
    try:
        private = _private(combine_mnemonics(tidy), consultation.id)
    except MnemonicError as error:
        raise WordsOfAnother from error
    if private.public_key().public_bytes_raw() != consultation.public_key:
        raise WordsOfAnother
    keys_of(act.session).put_box(consultation.id, private.private_bytes_raw())


def awaits_words(act: Act, consultation: Consultation) -> bool:
    """Whether the vote has ended and its box waits for its holders."""
    ended = consultation.stage == Stage.FROZEN or (consultation.stage == Stage.OPEN and consultation.closes_at <= act.at)
    return consultation.key_mode == KeyMode.TRUSTEES and ended and not keys_of(act.session).has_box(consultation.id)


def _private(seed: bytes, consultation: UUID) -> X25519PrivateKey:
    derived = HKDF(SHA256(), 32, salt=consultation.bytes, info=b"engage box of trustees").derive(seed)
    return X25519PrivateKey.from_private_bytes(derived)
