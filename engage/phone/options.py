"""Which options a message names. Every word is explained, or the message is not heard; nothing said is kept.

Each word becomes a mention: a number, an ordinal or a label, which name options, or something that forbids, doubts or joins them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from rapidfuzz.distance import OSA

from engage.phone import vocabulary as known
from engage.phone.folding import in_context, words_of


class Said(NamedTuple):
    """Options in the order said; `is_sure` when nothing in the message leaves a doubt."""

    numbers: list[int]
    is_sure: bool


class _Lexicon(NamedTuple):
    """The labels as words: whole, word by word, and the words that are enough to name one, in the singular."""

    whole: dict[str, frozenset[int]]
    words: dict[str, frozenset[int]]
    telling: dict[str, frozenset[int]]


@lru_cache(maxsize=256)
def _lexicon(labels: tuple[tuple[int, str], ...]) -> _Lexicon:
    lexicon = _Lexicon({}, {}, {})
    for number, label in labels:
        words = words_of(label)
        digits = [str(known.NUMBERS[word]) for word in words if known.NUMBERS.get(word, 1) != 1]
        is_negative = not known.NEGATIONS.isdisjoint(words)  # "augmenter" must not name "ne pas augmenter"
        telling = [_singular(word) for word in words if len(word) > 2 and word not in known.NOT_TELLING and not is_negative]
        for table, names in zip(lexicon, ([" ".join(words)], words + digits, telling), strict=True):
            table.update({name: table.get(name, frozenset()) | {number} for name in names if name})
    return lexicon


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word[-1] in "sx" else word


class _Mention(NamedTuple):
    """What one word does: a `number`, an `ordinal` or a `label` names options, the other kinds do not."""

    kind: str
    means: frozenset[int] = frozenset()
    is_sure: bool = True


def said(text: str, labels: Mapping[int, str], asked: str) -> Said | None:
    """The options in the order said; None when nothing names one, or something says that it is no choice.

    Beside a label, some words not understood leave a doubt; beside a number they make it no choice (`j'ai 2 enfants`).
    """
    lexicon = _lexicon(tuple(labels.items()))
    short = " ".join(words_of(known.COMMA.sub(" et ", text)))
    if short not in lexicon.whole:
        short = in_context(known.NUMERO.sub("", short))
    mentions = _mentions(_pieces(short.split(), lexicon), lexicon, labels, asked)
    kinds = [mention.kind for mention in mentions]
    named = [mention for mention in mentions if mention.means]
    loose = kinds.count("loose")
    if not named or "no" in kinds or loose > 3 or (loose and any(mention.kind != "label" for mention in named)):
        return None
    runs = [word for word in short.split() if word.isdecimal() and len(word) > 1 and word not in map(str, labels)]
    if len(runs) > 1:
        return None
    certain = [(mention.kind, number) for mention in named if len(mention.means) == 1 for number in mention.means]
    numbers, agrees = _listed(certain, asked)
    agrees = agrees or _are_joined(kinds)
    linked = "link" in kinds[mentions.index(named[0]) :]
    is_whole = len(certain) == len(named) and (not runs or len(runs[0]) == len(named))
    return Said(numbers, agrees and is_whole and not linked and all(mention.is_sure for mention in mentions) and "?" not in text)


def _pieces(words: list[str], lexicon: _Lexicon) -> Iterable[str]:
    """The words, those of a whole label in one piece, the longest label first."""
    at = 0
    while at < len(words):
        length = next((n for n in range(min(len(words) - at, 9), 1, -1) if " ".join(words[at : at + n]) in lexicon.whole), 1)
        yield " ".join(words[at : at + length])
        at += length


def _mentions(pieces: Iterable[str], lexicon: _Lexicon, labels: Mapping[int, str], asked: str) -> list[_Mention]:
    """What each piece does; neighbours that belong to one label are one mention of it."""
    mentions: list[_Mention] = []
    for piece in pieces:
        numbers = _numbers(piece, lexicon, labels, asked)
        new = numbers[0] if numbers else _word(piece, lexicon)
        last = mentions[-1] if mentions else new
        shared = last.means & (new.means or lexicon.words.get(piece, frozenset()))
        if not numbers and mentions and last.kind == "label" and shared and new.kind not in ("no", "doubt"):
            mentions[-1] = _Mention("label", shared, last.is_sure and (new.is_sure or not new.means))
        else:
            mentions += numbers or [new]
    return mentions


def _numbers(piece: str, lexicon: _Lexicon, labels: Mapping[int, str], asked: str) -> list[_Mention]:
    """The options that a number, an ordinal or a run of digits (`147`) names; a number that is no option is a `no`.

    A number that another option's label contains is not sure. Nor is a run with a digit twice, one that may be the number of one
    option, or one of four digits and more that may be a year or a code; seven and more are a phone's.
    """
    digits = re.fullmatch(r"([0-9]{1,9})([a-z]*)", piece)
    number = int(digits[1]) if digits else known.NUMBERS.get(piece, known.ORDINALS.get(piece, known.ORDINAL_SOUNDS.get(sound(piece))))
    if (number is None and not piece.isdecimal()) or (number not in labels and piece in lexicon.whole):
        return []
    elsewhere = lexicon.words.get(piece, frozenset()) | lexicon.words.get(str(number), frozenset())
    split = [int(digit) for digit in piece] if piece.isdecimal() and labels.keys() >= set(map(int, piece)) else []
    if number is not None and number in labels:
        kind = "ordinal" if piece in known.ORDINALS or sound(piece) in known.ORDINAL_SOUNDS or (digits and digits[2]) else "number"
        return [_Mention(kind, frozenset({number}), elsewhere <= {number} and (len(split) < 2 or asked == "choice"))]
    names_all, has_no_twin = len(split) == len(labels), len(set(split)) == len(split)
    if not split or (len(split) > 6 and not (names_all and has_no_twin)):
        return [_Mention("no")]
    is_clear = not elsewhere and has_no_twin and (len(split) < 4 or names_all)
    return [_Mention("number", frozenset({digit}), is_clear) for digit in split]


def _word(piece: str, lexicon: _Lexicon) -> _Mention:
    """What a word that is no number does; a label may be named by one of its words, in the plural or with a typing error."""
    if piece in lexicon.whole:
        is_part_of_another = any(f" {piece} " in f" {label} " and piece != label for label in lexicon.whole)
        return _Mention("label", lexicon.whole[piece], not is_part_of_another)
    for kind, words in known.KINDS.items():
        if piece in words:
            return _Mention(kind, is_sure=kind != "doubt")
    word = _singular(piece)
    for form in (word, word[1:] if word[:1] in ("l", "d") else word):
        if form in lexicon.telling:
            return _Mention("label", lexicon.telling[form])
    for is_like, is_sure in ((_is_typo, True), (_sounds_like, True), (_is_near, False)):
        means = frozenset[int]().union(*(numbers for name, numbers in lexicon.telling.items() if is_like(word, name)))
        if means:
            return _Mention("label", means, is_sure)
    return _Mention("loose", is_sure=False)


def _is_typo(word: str, name: str) -> bool:
    """One letter missing, added or swapped with its neighbour; one replaced only in a long word. `ecolo` is no `ecole`."""
    if len(word) < 4 or word[0] != name[0] or OSA.distance(word, name, score_cutoff=1) > 1:
        return False
    return len(name) >= 7 or len(word) != len(name) or sorted(word) == sorted(name)


def _sounds_like(word: str, name: str) -> bool:
    """Written as it is said: `lojement`, `loizir`, `skool`."""
    return len(word) >= 3 and sound(word) == sound(name)


@lru_cache(maxsize=1024)
def sound(word: str) -> str:
    for written, said in known.SOUNDS:
        word = word.replace(written, said)
    return re.sub(r"(.)\1+", r"\1", word)


def _is_near(word: str, name: str) -> bool:
    """The beginning of a word, or a long one with two letters wrong: worth a question."""
    return len(word) >= 4 and word[0] == name[0] and (name.startswith(word) or (len(name) >= 8 and OSA.distance(word, name) <= 2))


def _listed(named: list[tuple[str, int]], asked: str) -> tuple[list[int], bool]:
    """The options in order, and whether what was said agrees: all numbers, all labels, pairs (`2 transport`), or ranks 1, 2, 3."""
    for ranks, items in ((named[::2], named[1::2]), (named[1::2], named[::2])):
        kinds = {kind for kind, _ in ranks}, {kind for kind, _ in items}
        are_ordinals = kinds[0] == {"ordinal"} and "ordinal" not in kinds[1]
        if len(items) > 1 and (are_ordinals or kinds == ({"number"}, {"label"})):
            places, options = [place for _, place in ranks], [option for _, option in items]
            if places == list(range(1, len(items) + 1)):
                return options, are_ordinals or asked == "order" or places == options
    options, unpaired = [], set()
    while named:
        (kind, option), *named = named
        beside = named[0][0] if named and named[0][1] == option else kind
        if "label" in (kind, beside) and kind != beside and not (asked == "order" and "ordinal" in (kind, beside)):
            named = named[1:]
        else:
            unpaired.add(kind)
        options.append(option)
    return options, len(unpaired) < 2


def _are_joined(kinds: list[str]) -> bool:
    """Whether a number and a label are two choices because a word stands between all of them: `1 et transport`."""
    names = [kind for kind in kinds if kind in ("number", "label", "joint")]
    return "ordinal" not in kinds and all(("joint" in pair) and pair != ("joint", "joint") for pair in pairwise(names))


def are_of_labels(words: list[str], labels: Mapping[int, str]) -> bool:
    return not _lexicon(tuple(labels.items())).words.keys().isdisjoint(words)


def letter(text: str, labels: Mapping[int, str]) -> Said | None:
    """A, B or C for 1, 2 or 3. A lone I is taken for a 1, unless there are nine options."""
    found = known.LETTER.fullmatch(" ".join(words_of(text)))
    number = ord(found[1]) - ord("a") + 1 if found else 0
    if number == 9 and 1 in labels:
        number = 1
    if found is None or number not in labels:
        return None
    elsewhere = _lexicon(tuple(labels.items())).words.get(found[1], frozenset())
    if len(found[0].split()) > 2 and found[0].split()[-2] in known.JOINTS | known.WAVERING:
        return Said([], False)
    return Said([number], elsewhere <= {number} and not (found[1] == "i" and 9 in labels) and "?" not in text)
