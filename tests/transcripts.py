"""Journeys by text and by voice as readable transcripts: the lines of the person are played, everything told is written down.

`python -m tests.transcripts` plays every file of `tests/transcripts/` again and rewrites it; a test holds each file to what is
really told. A line `→` is the person: a text, or on a call `touche 1`, `dit logement`, `enregistre 14` (secondes), `silence`, `raccroche`. A line `←` is us. `····` is the last code that was told, `···· ···· ····` a card's.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

from engage.demo.far_end import FarEnd
from engage.messaging import measure
from engage.storage import build_storage
from tests.world import PHONE, World, furnish

FOLDER = Path(__file__).parent / "transcripts"


def names() -> list[str]:
    """Of those by text and by voice."""
    return sorted(path.stem for path in FOLDER.glob("*.md") if not path.stem.startswith("web-"))


def play(world: World, name: str) -> str:
    """The file as it should read, from its own title and the person's lines."""
    lines = (FOLDER / f"{name}.md").read_text(encoding="utf-8").splitlines()
    title = [line for line in lines if line.startswith(("# ", "> "))]
    said = [line.removeprefix("→ ") for line in lines if line.startswith("→ ")]
    if "seat" in name:
        world.committee()
    if any(each in name for each in ("opinion", "danger", "barrier")):
        world.project()
    with world.far_end() as far_end:
        told = list((_call if name.startswith("voice") else _texts)(world, far_end, said))
        far_end.settle()
    return "\n".join([title[0], "", *title[1:], "", "```", *told, "```", ""])


def _texts(world: World, far_end: FarEnd, said: list[str]) -> Iterator[str]:
    segments, code = 0, ""
    for line in said:
        yield f"→ {line}"
        world.later(seconds=20)
        reply = far_end.text_from(PHONE, _unmasked(line, world, code))
        told = re.search(r"code: (\d{4})", reply or "")
        code = told[1] if told else code
        size = measure(reply or "").segments
        segments += size
        yield f"← {masked(reply)}   [{size} segment{'s' if size > 1 else ''}]" if reply else "← (silence)"
    yield f"= {len(said)} messages, {segments} segments"


def _call(world: World, far_end: FarEnd, said: list[str]) -> Iterator[str]:
    call, heard = far_end.call(PHONE), 0

    def fresh() -> Iterator[str]:
        nonlocal heard
        for spoken in call.heard[heard:]:
            yield f"← [{spoken.language}] {masked(spoken.text)}"
        heard = len(call.heard)

    yield from fresh()
    for line in said:
        yield f"→ {line}"
        world.later(seconds=8)
        word, _, rest = line.partition(" ")
        if word == "touche":
            told = re.findall(r"changer: ((?:\d, ){3}\d)", " ".join(spoken.text for spoken in call.heard))
            call.press(_unmasked(rest, world, told[-1].replace(", ", "") if told else "").replace(" ", ""))
        elif word == "dit":
            call.speak(rest)
        elif word == "enregistre":
            call.record(int(rest))
        elif word == "silence":
            call.wait()
        elif word == "raccroche":
            call.hang_up()
        yield from fresh()
    yield f"= {round(call.seconds)} secondes, {call.state}"


def _unmasked(line: str, world: World, code: str) -> str:
    card = " ".join(world.card[place : place + 4] for place in (0, 4, 8))
    return line.replace("···· ···· ····", card).replace("····", code)


def masked(text: str) -> str:
    """Without what differs each time: the proof and the personal code."""
    text = re.sub(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}\b", "····-····", text)
    text = re.sub(r"\b(?:[0-9A-Z], ){7}[0-9A-Z]\b", "·, ·, ·, ·, ·, ·, ·, ·", text)
    text = re.sub(r"\b(?:[0-9], ){3}[0-9]\b", "·, ·, ·, ·", text)
    return re.sub(r"(code: )\d{4}\b", r"\1····", text)


if __name__ == "__main__":
    from tests.conftest import config_for

    for name in names():
        with tempfile.TemporaryDirectory() as folder:
            config = config_for(Path(folder), f"sqlite:///{folder}/engage.sqlite3")
            db = build_storage(config)
            written = play(furnish(db, config), name)
            db.dispose()
        (FOLDER / f"{name}.md").write_text(written, encoding="utf-8")
        print(written)
