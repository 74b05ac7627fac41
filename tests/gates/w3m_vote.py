"""Votes in w3m by keys alone, in a terminal of its own: w3m_vote.py ADDRESS CARD_CODE. Prints what the screen showed."""

from __future__ import annotations

import os
import pty
import re
import select
import sys
import time


def main(address: str, card: str) -> None:
    child, terminal = pty.fork()
    if child == 0:
        os.environ.update(TERM="vt100", LINES="60", COLUMNS="100", LC_ALL="C.UTF-8", HOME=os.getcwd())
        os.execvp("w3m", ["w3m", "-no-cookie", "-o", "confirm_qq=0", "-o", "use_history=0", address])
    screen = ""

    def keys(text: str, pause: float = 0.4) -> str:
        nonlocal screen
        os.write(terminal, text.encode())
        seen, until = "", time.monotonic() + pause
        while time.monotonic() < until:
            if select.select([terminal], [], [], 0.1)[0]:
                seen += os.read(terminal, 65536).decode(errors="replace")
                until = max(until, time.monotonic() + 0.3)
        screen += seen
        return seen

    def find(words: str) -> None:
        keys(f"/{words}\r")

    keys("", 2)
    find("montré à")
    keys("\t\r")
    keys(card + "\r")
    find("Continuer")
    keys("\r", 2)
    find("Choisissez 1, 2")
    keys("\t\r")
    find("Continuer")
    keys("\r", 2)
    find("Changer mes choix")
    keys("\x1b\t\r", 2)
    plain = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]|\x1b[()][A-Z0-9]", " ", screen)
    print(plain[-3000:])
    os.close(terminal)
    os.waitpid(child, 0)


if __name__ == "__main__":
    main(*sys.argv[1:])
