"""Settings: one sentence for each fault."""

from __future__ import annotations

import pytest

from engage.config import BadSettings, serving, storage

GOOD = {"ENGAGE_SECRET_KEY": "k" * 32, "ENGAGE_PUBLIC_URL": "https://engage.example.org/"}


def test_good_settings_start() -> None:
    config = serving(GOOD)
    assert config.public_url == "https://engage.example.org"
    assert config.languages == ("fr", "en")
    assert not config.has_phone


@pytest.mark.parametrize(
    ("changed", "names"),
    [
        ({"ENGAGE_SECRET_KEY": ""}, ["ENGAGE_SECRET_KEY"]),
        ({"ENGAGE_PUBLIC_URL": "engage"}, ["ENGAGE_PUBLIC_URL"]),
        ({"ENGAGE_SECRET_KEY": "", "ENGAGE_PUBLIC_URL": ""}, ["ENGAGE_SECRET_KEY", "ENGAGE_PUBLIC_URL"]),
        ({"ENGAGE_LANGUAGES": "en"}, ["ENGAGE_LANGUAGES"]),
        ({"ENGAGE_LANGUAGES": "fr,xx"}, ["ENGAGE_LANGUAGES"]),
        ({"ENGAGE_LANGUAGES": "fr,es"}, ["ENGAGE_LANGUAGES holds es, of which 0 of"]),
        ({"ENGAGE_ATTESTED": "fr"}, ["ENGAGE_ATTESTED"]),
        ({"ENGAGE_LANGUAGES": "fr", "ENGAGE_ATTESTED": "en"}, ["ENGAGE_ATTESTED"]),
        ({"ENGAGE_DATABASE_URL": "mysql://x"}, ["ENGAGE_DATABASE_URL"]),
        ({"ENGAGE_TWILIO_ACCOUNT_SID": "AC1"}, ["ENGAGE_TWILIO_AUTH_TOKEN", "ENGAGE_TWILIO_FROM"]),
    ],
)
def test_each_fault_is_one_sentence(changed: dict[str, str], names: list[str]) -> None:
    with pytest.raises(BadSettings) as refused:
        serving(GOOD | changed)
    assert len(refused.value.faults) == len(names)
    for name, fault in zip(names, refused.value.faults, strict=True):
        assert name in fault


def test_storage_needs_no_site() -> None:
    config = storage({"ENGAGE_HOME": "here"})
    assert config.database_url == "sqlite:///here/engage.sqlite3"
    assert str(config.keys_dir) == "here/keys"
