"""The words of hearing, in French and English, folded: lower case, no accents, one space. A new word is one word added here."""

from __future__ import annotations

import re


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


ODD = "zzz"  # a word that nothing explains
LONGEST = 1600  # signs in a message of the provider's; more is no reply
POLITE = _set("svp stp merci please pls plz thanks thx bonjour bonsoir allo hello hi hey salut coucou")
JOINTS = _set("et and puis then ensuite pis pi pui e n ainsi")
FILLERS = JOINTS | _set(
    "pr aussi also le la l les the num numero numeros number numbers option options choix choice choices reponse"
    " reponses answer lettre je j choisis choisi prends prend mets veux voudrais vote voter pour for mes mon ma my i choose want pick"
    " take c est cest ce serait sont moi oui ouais ok okay yes yep dac daccord accord que juste seulement only just jveux jveu jchoisis"
    " jchoisi jprends jprend jvote jmets veu aimerais prefere mettez mettre donne donnez put give like would ca sa sera priorite priorites"
    " priority priorities"
)
LINKS = _set("de du des d of abord dabord")  # harmless before a choice; after one they change it
NEGATIONS = _set(
    "pas non nan nn sauf ni ne jamais not no nope don dont except never nor moins contre against sans without excepte aucun aucune rien"
    " none nothing"
)
WAVERING = _set(
    "ou or mais but peut etre maybe jsp idk dunno si if sinon plutot pense crois dirais think guess probablement probably entre between either"
    " soit euh heu hmm bof avant apres before after depend hesite hesitant torn"
)
ASKING = _set("pourquoi why quoi koi what whats comment how qui who quand when combien signifie explique expliquez explain means mean")
KINDS = {"no": NEGATIONS | ASKING, "doubt": WAVERING, "link": LINKS, "joint": JOINTS, "nothing": FILLERS}  # what each word does to a choice
NUMBERS = {
    "zero": 0, "un": 1, "une": 1, "deux": 2, "deu": 2, "trois": 3, "troi": 3, "trwa": 3, "quatre": 4, "katre": 4, "katr": 4, "quatr": 4, "cinq": 5, "cinc": 5, "sinq": 5, "six": 6, "sept": 7, "huit": 8, "neuf": 9,
    "dix": 10, "onze": 11, "douze": 12, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12,
}  # fmt: skip
ORDINALS = {
    "premier": 1, "premiere": 1, "premierement": 1, "deuxieme": 2, "deuxiemement": 2, "second": 2, "seconde": 2, "troisieme": 3,
    "troisiemement": 3, "quatrieme": 4, "cinquieme": 5, "sixieme": 6, "septieme": 7, "huitieme": 8, "neuvieme": 9, "dixieme": 10,
    "first": 1, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10,
}  # fmt: skip
YES = _set(
    "oui ouais ouai oue ouep ouip ouaip ui wi oiu uoi oki ok oke okay okey kk dac dacc dak dakor daccor daccord voui vui yes yse ya definitely yep yeah yea yup sure"
    " right correct parfait exact exactement absolument certainement evidemment affirmatif volontiers accepte confirme confirm agree"
)
NO = _set("non nan nn nno noin nope nop no nah negatif refuse pantoute pentoute")
ALONE = {"o": "oui", "y": "oui", "k": "oui", "n": "non", "12": "1 2", "21": "2 1"}
SIDE_OF_NUMBER = {"1": "yes", "un": "yes", "2": "no", "deux": "no"}
BESIDE_YES_OR_NO = FILLERS | LINKS | _set(
    "ben bah bin bon ah oh eh he tout nous on y ne n pas jamais plus not dis vais suis serai veut bien participe participer am will"
    " participate to do avec plaisir partant partante interesse interessee reponds sir madame monsieur lol"
)  # fmt: skip
BESIDE_A_CODE = _set("mon le la my the code est is c it s svp stp merci please thanks numero number")
NOT_TELLING = FILLERS | LINKS | NEGATIONS | WAVERING | ASKING | NUMBERS.keys() | ORDINALS.keys() | _set(
    "une aux par sur avec dans plus mieux meilleur meilleure nos vos son ses qui que tout tous toute toutes in with more better our your all"
)  # fmt: skip
IDIOMS = {
    "oui": (
        "d accord", "d acc", "mets en", "j embarque", "sure thing", "no worries", "absolutely", "absolument", "d ac", "bien sur", "bien sure", "ca marche", "ca me va", "c est bon", "c bon", "c est ca", "c est cela",
        "c est bien ca", "c est bien cela", "c est beau", "tout a fait", "of course", "oki doki", "mais oui", "that s right",
        "c est sur", "cest sur", "c sur", "sa marche", "sa me va", "cest bon", "cest ca", "cest beau", "je veux bien", "jveux bien",
        "je suis pour", "jsuis pour", "chu pour", "chui pour", "i m for it", "im for it", "sans aucun doute", "aucun doute", "no doubt about it", "no doubt", "without a doubt",
        "avec plaisir", "pourquoi pas", "why not", "sounds good", "sound good", "go ahead", "vas y", "allez y", "let s go", "for sure",
        "count me in", "ca m interesse", "sa m interesse", "me tente", "pas de trouble",
    ),
    "non": ("pas d accord", "pas dacord", "pas daccord", "je suis contre", "jsuis contre", "chu contre", "chui contre", "i m against it", "im against it", "pas d acc", "pas du tout", "pas question", "jamais de la vie", "mais non", "no way", "not at all",
            "je veux pas", "je ne veux pas", "jveux pas", "jveu pas", "veux pas", "i don t want to", "i dont want to", "don t want",
            "dont want", "pas interesse", "pas interessee", "m interesse pas", "not interested", "pas pour moi", "not for me", "nom merci",
            "pas cette fois", "me tente pas", "tente pas", "rather not", "id rather not", "not this time", "pas maintenant", "not now"),
    "jsp": ("sais pas", "no idea", "aucune idee", "no problem", "pas de probleme", "pas sur", "pas sure", "pas certain", "pas certaine", "not sure", "don t know", "never mind"),
}  # fmt: skip
BLANK = {
    "0", "zero", "blanc", "vote blanc", "je vote blanc", "bulletin blanc", "aucun", "aucune", "aucun choix", "aucun de ces choix",
    "aucune option", "aucune de ces options", "aucune de ces reponses", "aucune reponse", "aucun des choix", "rien", "rien du tout", "blank", "blank vote",
    "none", "nothing", "none of these", "none of them", "none of the above",
}  # fmt: skip
STOP_OF_PROVIDER = _set("stop stopall unsubscribe end quit cancel revoke optout")
COMMANDS = {
    "stop": ("arret", "arreter", "arrete", "arretez", "fin", "arretez de m ecrire", "arrete de m ecrire", "ne m ecrivez plus",
             "plus de textos", "plus de texto", "plus de messages", "stop texting", "stop texting me", "stop messages", "stop sms",
             "no more texts", "arretez les textos", "arreter les textos", "arret textos", "stop all", "opt out", "desabonner", "me desabonner", "desabonnement",
             "desabonnez moi", "desabonne moi", *STOP_OF_PROVIDER),
    "start": ("start", "unstop", "abonner", "m abonner", "reabonner", "me reabonner", "abonnez moi", "reprendre", "resubscribe", "subscribe"),
    "help": ("aide", "help", "help me", "info", "aidez moi", "aide moi", "a l aide", "besoin d aide", "j ai besoin d aide", "i need help"),
    "menu": ("menu",),
    "back": ("retour", "back", "go back", "revenir"),
    "repeat": ("repeter", "repete", "repetez", "pardon", "repeat", "encore", "again", "say that again", "say it again"),
    "skip": ("passer", "passe", "skip", "skip it", "je passe", "je passe mon tour", "passer mon tour", "pass", "i pass", "suivant",
             "next", "skip this", "skip this one", "skip this question", "passer cette question", "passer la question", "je saute", "sauter"),
    "person": ("personne", "une personne", "parler a quelqu un", "parler a une personne", "person", "a person", "agent",
               "talk to a person", "talk to a real person", "talk to someone", "speak to a person", "speak to someone", "real person",
               "parler a quelquun", "parler avec quelqu un", "parler avec une personne", "quelqu un", "une vraie personne", "human"),
    "call": ("appel", "appelez moi", "appelle moi", "rappel", "rappelez moi", "rappelle moi", "call", "call me", "call back",
             "call me back"),
    "fewer": ("moins", "moins de textos", "moins de messages", "moins souvent", "less often", "fewer", "fewer texts", "less"),
    "lang:fr": ("fr", "francais", "en francais", "french", "in french", "langue"),
    "lang:en": ("en", "english", "in english", "anglais", "en anglais", "language"),
    "mydata": ("mes donnees", "my data", "mes infos", "voir mes donnees", "see my data"),
    "forget": ("oublier", "effacer", "tout effacer", "effacez tout", "efface tout", "erase", "erase all", "delete all", "oubliez moi", "oublie moi", "effacez mes donnees", "effacer mes donnees", "supprimez mes donnees", "forget",
               "forget me", "delete my data", "erase my data", "delete me"),
}  # fmt: skip
_WORDS = r"(?:textos?|texts?|sms|messages?|messagerie)"
COMMAND_PATTERNS = [  # whole messages said in one's own words
    (
        "stop",
        r"(?:arrete[rz]?|cesse[rz]?|stop|please stop)(?: de| d)? (?:m|me|nous) (?:ecrire|texter|appeler|deranger)|stop (?:texting|messaging|writing|calling)(?: me| us)?",
    ),
    (
        "stop",
        rf"(?:(?:je|j|on) (?:ne )?veux )?(?:plus|pu) (?:recevoir )?(?:de |vos |d )?(?:autres )?{_WORDS}|no more {_WORDS}|(?:i )?don t want (?:any )?(?:more )?{_WORDS}",
    ),
    (
        "stop",
        r"(?:enleve[rz]?|retire[rz]?|ote[rz]?)(?: moi| mon numero)?(?: de)?(?: la| votre)? liste|(?:take|remove) (?:me|my number)(?: off| from)?(?: the| your)? list",
    ),
    (
        "person",
        r"(?:.{0,20} )?(?:parler|parle|jaser|talk|speak) (?:a|avec|to|with) (?:un|une|a|an|quelqu|quelquun|someone|somebody|real|vrai).{0,20}",
    ),
    (
        "call",
        r"(?:(?:pouvez|peux|can|could|would)(?: vous| tu| you) )?(?:m |me )?(?:appele[rz]?|rappele[rz]?|call)(?: moi| me)(?: back)?|(?:pouvez|peux) (?:vous|tu) m (?:appeler|rappeler)",
    ),
    ("fewer", rf"(?:envoyez?(?: moi)? |send(?: me)? )?(?:moins|fewer|less) (?:de |d )?{_WORDS}"),
    ("lang:fr", r"(?:switch to|in|en|speak|parlez?|passe[rz]? (?:en|au)) (?:francais|french)"),
    ("lang:en", r"(?:switch to|in|en|speak|parlez?|passe[rz]? (?:en|a l)) (?:anglais|english)"),
    ("repeat", r"(?:repete[rz]?|redites?|repeat)(?: moi)?(?: la| the| ca| that| cela)?(?: question| derniere question)?"),
    (
        "skip",
        r"(?:j aime(?:rais)? mieux|j?aime mieux|je prefere|jprefere|i(?: ?d| would)? (?:rather|prefer)|prefer|rather)(?: ne)? (?:pas|not)(?: to)?(?: y)? (?:repondre|answer|say|dire)(?: a (?:ca|cela)| (?:to )?(?:that|this|it))?",
    ),
    ("skip", r"(?:question suivante|prochaine question|next question|autre question)"),
    ("skip", r"j?(?:saute[rz]?|passe[rz]?|skip|prochaine|next|autre)(?: a)?(?: la| cette| the| this)? question(?: suivante)?|jpasse"),
    ("back", r"(?:revenir|retourne[rz]?|retour|go|going)(?: en)? (?:arriere|back)"),
    ("menu", r"(?:(?:le|the|au|main) )?menu(?: principal)?"),
    ("mydata", r"(?:what|quelles?|voir|montrez? moi|show me) .{0,20}\b(?:data|donnees|infos?|informations?)\b.{0,20}"),
    ("forget", r"(?:efface[rz]?|supprime[rz]?|delete|erase)(?: toutes?| tout)?(?: mes| my| all my)? (?:donnees|data|infos?|informations?)"),
]
STOP_MISTYPED = ("aret", "areter", "aretez", "desaboner")  # doubled letters made one
WISHING = re.compile(
    r"^(?:(?:je|j|i|on) )?(?:veux|voudrais|aimerais|peux|puis|want|would like|d like|wanna|can|could|like)(?: je| i| you)?(?: to)? (?=\w)|^(?:pouvez vous|peux tu|pourriez vous) (?=\w)"
)
COMMAND_PATTERN = [(name, re.compile(pattern)) for name, pattern in COMMAND_PATTERNS]
COMMAND_OF = {phrase: name for name, phrases in COMMANDS.items() for phrase in phrases}
COMMAND_OF |= {re.sub(r"(.)\1+", r"\1", phrase): name for phrase, name in COMMAND_OF.items() if len(phrase) > 7}  # rapelez moi
SIDE_OF_IDIOM = {phrase: side for side, phrases in IDIOMS.items() for phrase in phrases}
IDIOM = re.compile(rf"\b(?:{'|'.join(sorted(SIDE_OF_IDIOM, key=len, reverse=True))})\b")
SIGNS = str.maketrans(
    {sign: f" {word} " for signs, word in (("👍👌✅✔☑🆗", "oui"), ("👎❌✖🚫", "non"), ("🤷🤔", "jsp"), ("%$€£¢<", ODD)) for sign in signs}
    | {"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae"}
)
SOUNDS = (
    ("ph", "f"),
    ("h", ""),
    ("qu", "c"),
    ("k", "c"),
    ("z", "s"),
    ("j", "g"),
    ("ge", "g"),
    ("y", "i"),
    ("eau", "o"),
    ("au", "o"),
    ("ai", "e"),
    ("x", "s"),
    ("am", "em"),
    ("an", "en"),
    ("ant", "ent"),
)
ORDINAL_SOUNDS = {"deusieme": 2, "troisieme": 3, "catrieme": 4, "cincieme": 5, "sisieme": 6, "setieme": 7, "uitieme": 8, "neuvieme": 9}
TOKEN = re.compile(r"[0-9]+(?:(?:i?ere?|re|e|i?em|i?eme|nde?|st|rd|th)(?![^\W\d_]))?|[^\W\d_]+")
SMILEY = re.compile(r"(?<!\w)[:;=x]-?[dp](?!\w)")
GLUED = re.compile(r"(?<!\w)[^\W\d_](?=[0-9])|(?<=[0-9])(?:[^\W\d_]| ?= ?)(?=[0-9])")  # a postal code, 3h15, 1=3
COMMA = re.compile(r"(?<=\d), *(?=[^\W\d]{2})|(?<=[^\W\d]), *(?=\d)")  # 9, ecole
COURTESY = re.compile(r"\b(?:s ?il? (?:vous|te) plait?|s [vt] p|thank (?:you|u)|merci (?:beaucoup|bcp|bien)|bonne (?:journee|soiree))\b")
NUMBER = rf"(?:[0-9]+|{'|'.join(NUMBERS)})\b"
ORDINAL = rf"(?:[0-9]+[a-z]+|{'|'.join(ORDINALS)})\b"
NUMERO = re.compile(rf"\b(?:no|nos|n) (?!one\b)(?={NUMBER})|\ben (?=(?:{ORDINAL}|[1-9]\b))")  # no 2, en premier, en 2
_SMALL = "|".join(sorted(FILLERS | LINKS | NEGATIONS | WAVERING))
IN_CONTEXT = [  # words whose neighbours say what they are
    (
        re.compile(
            r"\b(?:(?:je|j|i) )?(?:(?:ne|n) )?(?:(?:sais|sai|suis) )?(?:pas|not) (?:trop )?(?:sure?|certaine?)\b|\b(?:je |j )?(?:ne )?sais? pas(?: trop)?\b|\bjsais pas\b"
        ),
        "jsp",
    ),
    (re.compile(r"\brien que\b"), "juste"),
    (
        re.compile(r"\b(?:(?:le|la|les|the|c est|most) )?(?:plus|most) (?:importante?s?|urgente?s?|presse|pressante?|important|urgent)\b"),
        "",
    ),
    (re.compile(rf"\b(the|{ORDINAL}) one\b"), r"\1"),  # the second one
    (re.compile(rf"\b(?:une?|one) {ORDINAL}|\b1 seconde?\b"), ODD),  # one second
    (re.compile(rf"(?<!choix )(?<!option )(?<!choice )\b{NUMBER} (?:choix|options?|choices?|votes?)\b"), ODD),  # mes 2 choix
    (re.compile(rf"\b(?:les|mes|the) {NUMBER}(?!.*\b{NUMBER})"), ODD),  # les deux
    (re.compile(r"\bune? (?=[0-9])"), "jsp "),  # un 3: an article or a choice?
    (re.compile(rf"(?<!le )(?<!the )\b(?:une?|one) (?!{NUMBER}|{ORDINAL}|(?:{_SMALL})\b)"), ""),  # un logement
]
LETTER = re.compile(
    r"(?:(?:je|choisis|prends|veux|vote|pour|la|le|the|option|choix|choice|reponse|lettre|letter|c est|i choose) )*([a-z])(?: (?:ou|or|et|and) [a-z])?"
)
