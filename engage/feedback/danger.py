"""Words that speak of danger: suicide, violence, no roof tonight. Pure. Told too often does no harm, for the answer is only help lines."""

from __future__ import annotations

import re
import unicodedata

_SUICIDE = (
    r"suicid\w*", r"me tuer", r"m en? ?tuer", r"j?(veux|veu|voudrais|envie de|prefere|prefererais|vais|v|pense a) mourr?ir", r"mieux mort\w*", r"en finir avec la vie",
    r"(veux|vais|voudrais|envie d) ?e?n? ?finir(?! (le|la|les|mon|ma|mes|ce|cette|avec (le|la|les|ce|cette) \w*(projet|vote|dossier)))",
    r"plus (envie|capable|le gout) de vivre", r"plus de raison de vivre", r"me pendre", r"m ouvrir les veines", r"mettre fin a mes jours",
    r"kill myself", r"killing myself", r"end my life", r"want to die", r"wanna die", r"better off dead", r"no reason to live", r"end it all",
    r"hurt myself", r"me faire du mal", r"kms",
)  # fmt: skip
_VIOLENCE = (
    r"(il|elle|mon (chum|mari|conjoint|ex|pere|frere|fils)|ma (blonde|femme|mere|soeur)|proprio\w*) (me|m|nous) (a |avait )?(bat|battue?|frappee?|tapee?|menace\w*|etrangle\w*|viole\w*|sequestre\w*)",
    r"(me|m) (bat|frappe) (encore|tous|souvent|chaque)", r"me fait (battre|frapper|violer)", r"(j ai ete|je me suis fait) (viole\w*|battue?|frappee?|agresse\w*|menace\w*)",
    r"(menace|veut|va|essaie) de? ?me (tuer|battre|frapper)", r"peur (de lui|pour ma vie|de mourir|pour mes enfants|pour ma securite)", r"violence (conjugale|chez|a la maison)",
    r"(he|she|my (husband|boyfriend|ex|wife|dad|father|partner|landlord)) (beats?|hits?|hurts?|threatens?|chokes?|rapes?)( me| us)?",
    r"(being|was|been|got) (beaten|raped|assaulted|threatened)", r"(afraid|scared) (of him|for my life|for my kids)", r"going to kill me", r"tries to kill me",
)  # fmt: skip
_ROOF = (
    r"(dors|dormir|dort|couche|coucher|passe la nuit|dormons) (dehors|dans (la rue|mon char|mon auto|ma voiture|un char|une auto|un parc|le bois)|sous)",
    r"(nulle part|pas de place|aucune place|plus de place|aucun endroit|nul part|pas d endroit) (ou|pour) (aller|dormir|coucher)",
    r"(ou dormir|ou coucher|ou aller) (ce soir|cette nuit)", r"a la rue", r"dans la rue (ce soir|cette nuit|depuis|avec)", r"dehors (ce soir|cette nuit)",
    r"(mis|jete|jetee|mise|foutu|foutue|crisse) (dehors|a la porte)", r"(on|il|proprio\w*) (m|me|nous) (expulse\w*|evince\w*|met dehors|mettent dehors|jette dehors) (ce soir|demain|aujourd)",
    r"plus de (toit|logement|maison) (ce soir|depuis|cette nuit)", r"pas de toit", r"sans toit ce soir",
    r"rien mange depuis", r"pas mange depuis", r"plus rien a manger", r"rien a manger",
    r"(nowhere|no place) to (sleep|go|stay)", r"sleep(ing)? (outside|on the street|in my car|rough)", r"(on the street|homeless) tonight", r"kicked out", r"thrown out",
    r"no roof", r"nothing to eat", r"have not eaten", r"haven t eaten",
)  # fmt: skip
_DANGER = re.compile(r"\b(" + "|".join((*_SUICIDE, *_VIOLENCE, *_ROOF)) + r")\b")
_NOT = re.compile(
    r"\b(mourir de rire|meurs de rire|mort\w* de rire|me tue\w* a (dire|repeter|expliquer)|prevention du suicide|prix \w+ dans la rue)\b"
)


def speaks_of_danger(text: str) -> bool:
    """Whether someone's words, in French or English, are such that help lines should be told at once."""
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(sign))
    spaced = " ".join(re.sub(r"[\W_]+", " ", re.sub(r"(.)\1{2,}", r"\1\1", bare)).split())
    return bool(_DANGER.search(_NOT.sub(" ", spaced)))
