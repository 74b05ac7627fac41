"""Someone who goes through pages by keyboard alone, knowing of each what a screen reader tells: roles, names and states."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import CDPSession
from playwright.sync_api import Page as Tab

TOLD = {
    "heading",
    "link",
    "button",
    "textbox",
    "checkbox",
    "radio",
    "combobox",
    "spinbutton",
    "status",
    "alert",
    "group",
    "image",
    "term",
    "definition",
    "DisclosureTriangle",
}
"""Roles that are told with their name; of all others the words are."""
STATES = ("checked", "disabled", "required", "invalid", "expanded")
SEEN = """function () {
  if (document.activeElement !== this) return 'not focused';
  const box = this.getBoundingClientRect(), style = getComputedStyle(this.closest('label.pick') || this), own = getComputedStyle(this);
  const x = Math.min(Math.max(box.x + box.width / 2, 0), innerWidth - 1), y = Math.min(Math.max(box.y + box.height / 2, 0), innerHeight - 1);
  const top = document.elementFromPoint(x, y);
  if (box.bottom <= 0 || box.top >= innerHeight || !top) return 'out of sight';
  if (!(this === top || this.contains(top) || top.contains(this))) return 'covered by ' + top.outerHTML.slice(0, 60);
  return style.outlineStyle === 'none' && own.outlineStyle === 'none' ? 'focus without an outline' : ''; }"""
"""What hides the focus, if anything does."""


@dataclass(frozen=True)
class Node:
    role: str
    name: str
    states: dict[str, Any]
    level: int
    id: int
    """The browser's number of the element."""

    def told(self) -> str:
        states = [
            name if value in (True, "true") else f"{name} {value}" for name, value in self.states.items() if value not in (False, "false")
        ]
        role = f"{self.role} {self.level}" if self.level else self.role
        return f"{role}: {self.name}" + (f" ({', '.join(states)})" if states else "") if role != "text" else self.name


@dataclass
class Walk:
    """Keys and the accessibility tree, nothing else: no mouse, no selector, no sight."""

    tab: Tab
    base: str
    prefix: str
    """Of the language in an address."""
    word: Callable[[str], str]
    """What a French message is in the language of this walk."""
    seen: Callable[[Walk], None] = lambda walk: None
    """Told of each page once it is there."""
    lines: list[str] = field(default_factory=list)
    keys: int = 0
    pages: int = 0

    def __post_init__(self) -> None:
        self.line: CDPSession = self.tab.context.new_cdp_session(self.tab)

    def tree(self, *, main_alone: bool = False) -> list[Node]:
        """What there is on the page, or in its main part, in the order that it is told."""
        nodes = self.line.send("Accessibility.getFullAXTree")["nodes"]
        by_id = {each["nodeId"]: each for each in nodes}
        main = (each for each in nodes if main_alone and each.get("role", {}).get("value") == "main")
        return list(_told(next(main, nodes[0]), by_id))

    def open(self, path: str) -> None:
        self.lines += ["", f"→ opens {self.prefix}{path}"]
        self.tab.goto(self.base + self.prefix + path)
        self._arrived()

    def press(self, name: str) -> None:
        self._go("button", name)

    def follow(self, name: str) -> None:
        self._go("link", name)

    def write(self, name: str, text: str, role: str = "textbox") -> None:
        self._reach(role, name)
        self.tab.keyboard.press("Control+A")
        self.tab.keyboard.type(text)
        self.lines.append(f"→ writes in {self.word(name)}")

    def tick(self, name: str, role: str = "checkbox") -> None:
        node = self._reach(role, name)
        if node.states.get("checked") not in (True, "true"):
            self.tab.keyboard.press("Space")
        self.lines.append(f"→ ticks {node.name}")

    def pick(self, name: str, option: str) -> None:
        node = self._reach("combobox", name)
        self.tab.keyboard.type(self.word(option)[:12])
        self.lines.append(f"→ picks {self.word(option)} in {node.name}")

    def hears(self, words: str) -> None:
        """These words are on the page. Raises AssertionError."""
        told = " ".join(node.name for node in self.tree())
        assert self.word(words) in told, told

    def _go(self, role: str, name: str) -> None:
        node = self._reach(role, name)
        self.lines.append(f"→ {role}: {node.name}")
        with self.tab.expect_navigation():
            self.tab.keyboard.press("Enter")
        self._arrived()

    def _arrived(self) -> None:
        self.pages += 1
        self.lines += ["", f"## {self.pages}. {self.tab.title()}", ""]
        self.lines += [f"← {node.told()}" for node in self.tree(main_alone=self.pages > 1)]
        self.seen(self)

    def find(self, role: str, name: str) -> Node:
        """The one of that role and name: the whole name, or else its beginning, or else a part."""
        wanted = self.word(name)
        there = [node for node in self.tree() if node.role == role]
        for fits in (str.__eq__, str.startswith, str.__contains__):
            found = [node for node in there if fits(node.name, wanted)]
            if found:
                assert len(found) == 1, f"{len(found)} {role}s are called {wanted}"
                return found[0]
        raise AssertionError(f"no {role} {wanted} among {[node.name for node in there]}")

    def _reach(self, role: str, name: str) -> Node:
        """Press Tab until the focus is there, and an arrow within radio buttons. Whatever has the focus on the way must be seen."""
        node = self.find(role, name)
        target = self.line.send("DOM.resolveNode", {"backendNodeId": node.id})["object"]["objectId"]
        for _ in range(400):
            said = self._asked(target, SEEN)
            if said != "not focused":
                assert not said, f"{node.told()}: {said}"
                return node
            same_group = role == "radio" and self._asked(target, "function () { return document.activeElement.name === this.name }")
            self.tab.keyboard.press("ArrowDown" if same_group else "Tab")
            self.keys += 1
        raise AssertionError(f"the keyboard never comes to {node.told()}")

    def _asked(self, target: str, function: str) -> Any:
        answer = self.line.send("Runtime.callFunctionOn", {"objectId": target, "functionDeclaration": function, "returnByValue": True})
        return answer["result"].get("value")


def _told(node: dict[str, Any], by_id: dict[str, dict[str, Any]]) -> Iterator[Node]:
    role, name = node.get("role", {}).get("value", ""), " ".join(node.get("name", {}).get("value", "").split())
    given = {each["name"]: each["value"].get("value") for each in node.get("properties", ())}
    is_told = role in TOLD and not node.get("ignored") and (name or role not in ("group", "status", "alert", "term", "definition"))
    if is_told or role == "StaticText":
        states = {each: given[each] for each in STATES if each in given}
        yield Node(
            "text" if role == "StaticText" else role,
            name,
            states,
            int(given.get("level") or 0) if role == "heading" else 0,
            node.get("backendDOMNodeId", 0),
        )
    if not is_told or role in ("group", "status", "alert", "term", "definition", "heading"):
        for child in node.get("childIds", ()):
            if child in by_id and role != "StaticText":
                yield from (each for each in _told(by_id[child], by_id) if role != "heading" or each.role in ("link", "button"))
