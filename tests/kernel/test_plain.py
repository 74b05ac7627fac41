"""The reading gate tells plain French from an administrative sentence."""

from __future__ import annotations

from engage.kernel.plain import reading

PLAIN = (
    "Ce vote est pour vous. Dites ce qui presse le plus chez vous. Votre choix reste secret. "
    "On ouvre la boîte à la fin. Puis on compte les votes, et on dit le résultat à tous."
)
STIFF = (
    "Dans le cadre de la mise en œuvre du mécanisme de concertation intersectorielle, les organismes mandataires doivent procéder à "
    "la reddition de comptes relative à la participation citoyenne des bénéficiaires conformément aux modalités susmentionnées."
)


def test_plain_text_passes() -> None:
    found = reading(PLAIN)
    assert found.faults() == []
    assert found.ease > 75


def test_an_administrative_sentence_fails_every_way() -> None:
    faults = " ".join(reading(STIFF).faults())
    for part in ("reading ease", "LIX", "over 20 words", "mécanisme", "concertation", "mandataire", "reddition", "bénéficiaire"):
        assert part in faults


def test_poverty_is_a_word_and_poor_people_is_not() -> None:
    assert reading("La pauvreté ou l’exclusion.").banned == ()
    assert reading("Les pauvres.").banned == ("pauvre",)


def test_nothing_is_easy_to_read() -> None:
    assert reading("").faults() == []
