"""Every setting, read once from the environment (or a `.env` file) into one frozen value."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from dotenv import dotenv_values

from engage.kernel import languages
from engage.kernel.languages import OURS


class BadSettings(Exception):
    """The environment cannot start Engage; `faults` holds one sentence per fault."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


@dataclass(frozen=True)
class Config:
    home: Path
    keys_dir: Path
    database_url: str
    secret_key: str = ""
    public_url: str = ""
    languages: tuple[str, ...] = OURS
    attested: tuple[str, ...] = ()
    """Languages that citizens enter by saying, in good faith, that the law lets them."""
    twilio_account_sid: str = ""
    twilio_auth_token: str = ""
    twilio_from: str = ""
    twilio_api_url: str = ""
    text_rate: float = 10.0
    """Parts of texts that may leave in a second, over all workers."""
    part_price: float = 0.02
    """Dollars for one part of a text, as the provider bills it: staff see it before they send."""
    hosted_by: str = ""
    """Who runs this site and holds its keys, as citizens read it."""
    privacy_contact: str = ""
    """Who answers for personal information, and how to reach them, as citizens read it."""
    proxies: int = 0
    """How many proxies of ours stand in front: that many addresses of X-Forwarded-For are believed."""

    @property
    def has_phone(self) -> bool:
        return bool(self.twilio_account_sid)


def environment() -> dict[str, str]:
    """The process environment over the `.env` file of the working directory."""
    file = {key: value for key, value in dotenv_values(".env").items() if value is not None}
    return file | dict(os.environ)


def storage(env: Mapping[str, str]) -> Config:
    """What commands on the database need: where it is and where its keys are."""
    home = Path(env.get("ENGAGE_HOME") or "var")
    return Config(
        home=home,
        keys_dir=Path(env.get("ENGAGE_KEYS_DIR") or home / "keys"),
        database_url=env.get("ENGAGE_DATABASE_URL") or f"sqlite:///{home / 'engage.sqlite3'}",
        secret_key=env.get("ENGAGE_SECRET_KEY", ""),
        public_url=env.get("ENGAGE_PUBLIC_URL", "").rstrip("/"),
        languages=_tags(env.get("ENGAGE_LANGUAGES", ",".join(OURS))),
        attested=_tags(env.get("ENGAGE_ATTESTED", "")),
        twilio_account_sid=env.get("ENGAGE_TWILIO_ACCOUNT_SID", ""),
        twilio_auth_token=env.get("ENGAGE_TWILIO_AUTH_TOKEN", ""),
        twilio_from=env.get("ENGAGE_TWILIO_FROM", ""),
        twilio_api_url=env.get("ENGAGE_TWILIO_API_URL", "").rstrip("/"),
        text_rate=_number(env.get("ENGAGE_TEXT_RATE", "10")),
        part_price=_number(env.get("ENGAGE_PART_PRICE", "0.02")),
        hosted_by=env.get("ENGAGE_HOSTED_BY", ""),
        privacy_contact=env.get("ENGAGE_PRIVACY_CONTACT", ""),
        proxies=int(proxies) if (proxies := env.get("ENGAGE_PROXIES", "0")).isdigit() else -1,
    )


def _tags(text: str) -> tuple[str, ...]:
    return tuple(tag for tag in text.replace(" ", "").split(",") if tag)


def _number(text: str) -> float:
    """0 for what is no number, so that the start can say so."""
    try:
        return float(text)
    except ValueError:
        return 0.0


def _of_languages(config: Config) -> Iterator[str]:
    known = languages.known()
    if "fr" not in config.languages or not set(config.languages) <= set(known):
        yield f"ENGAGE_LANGUAGES must hold fr and may add {', '.join(known[1:])}; it holds {','.join(config.languages)}."
    for tag in config.languages:
        if tag in known and tag not in OURS and not (found := languages.standing(tag)).is_nearly_whole:
            yield (
                f"ENGAGE_LANGUAGES holds {tag}, of which {found.translated} of {found.total} sentences are translated: "
                f"under {languages.NEARLY_WHOLE:.0%}, its pages would be French under another name. See docs/translating.md."
            )
    if not set(config.attested) <= set(config.languages) - {"fr"}:
        yield f"ENGAGE_ATTESTED may hold languages of ENGAGE_LANGUAGES but fr; it holds {','.join(config.attested)}."


def serving(env: Mapping[str, str]) -> Config:
    """What the site and the worker need.

    Raises BadSettings with one sentence for each missing or bad setting.
    """
    config = storage(env)
    faults = []
    if len(config.secret_key) < 32:
        faults.append("ENGAGE_SECRET_KEY must be a random text of 32 characters or more.")
    address = urlsplit(config.public_url)
    if address.scheme not in ("http", "https") or not address.netloc:
        faults.append("ENGAGE_PUBLIC_URL must be the site's public address, such as https://engage.example.org.")
    if not config.database_url.startswith(("sqlite:///", "postgresql")):
        faults.append("ENGAGE_DATABASE_URL must start with sqlite:/// or postgresql://.")
    faults += _of_languages(config)
    if config.proxies < 0:
        faults.append("ENGAGE_PROXIES must be the number of proxies in front of the site, such as 1.")
    if config.text_rate <= 0:
        faults.append("ENGAGE_TEXT_RATE must be the parts of texts that may leave in a second, such as 10.")
    phone = {
        "ENGAGE_TWILIO_ACCOUNT_SID": config.twilio_account_sid,
        "ENGAGE_TWILIO_AUTH_TOKEN": config.twilio_auth_token,
        "ENGAGE_TWILIO_FROM": config.twilio_from,
    }
    if any(phone.values()):
        faults += [f"{name} is missing: texts need all three ENGAGE_TWILIO_ settings." for name in phone if not phone[name]]
    if faults:
        raise BadSettings(faults)
    return config
