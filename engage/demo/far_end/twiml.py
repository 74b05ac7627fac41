"""Reading TwiML as strictly as the provider's own schema: what it would refuse or warn of is an error here."""

from __future__ import annotations

from xml.etree import ElementTree
from xml.etree.ElementTree import Element

_SSML = frozenset({"break", "emphasis", "lang", "p", "phoneme", "prosody", "s", "say-as", "sub", "w"})
_VOICE: dict[str, frozenset[str]] = {
    "Say": frozenset({"voice", "language", "loop"}),
    "Play": frozenset({"loop"}),
    "Pause": frozenset({"length"}),
    "Gather": frozenset(
        {
            "action",
            "method",
            "input",
            "numDigits",
            "finishOnKey",
            "timeout",
            "speechTimeout",
            "speechModel",
            "language",
            "hints",
            "profanityFilter",
            "actionOnEmptyResult",
        }
    ),
    "Redirect": frozenset({"method"}),
    "Hangup": frozenset(),
    "Reject": frozenset({"reason"}),
    "Dial": frozenset({"action", "method", "timeout", "callerId", "timeLimit", "answerOnBridge", "ringTone"}),
    "Number": frozenset(),
    "Record": frozenset(
        {
            "action",
            "method",
            "timeout",
            "finishOnKey",
            "maxLength",
            "playBeep",
            "trim",
            "recordingStatusCallback",
            "recordingStatusCallbackMethod",
            "recordingStatusCallbackEvent",
        }
    ),
}
_TEXTING: dict[str, frozenset[str]] = {"Message": frozenset({"action", "statusCallback", "method"}), "Body": frozenset()}
_NESTED = {"Gather": {"Say", "Play", "Pause"}, "Dial": {"Number"}, "Message": {"Body"}, "Say": _SSML}
_COUNTS = {"numDigits", "maxLength", "length", "loop", "timeout", "timeLimit"}
LANGUAGES = frozenset(
    """
    ar-AE ar-XA bg-BG bn-IN ca-ES cmn-CN cmn-TW cs-CZ cy-GB da-DK de-AT de-CH de-DE el-GR en-AU en-CA en-GB en-IE en-IN en-NZ en-US
    en-ZA es-ES es-MX es-US eu-ES fi-FI fil-PH fr-BE fr-CA fr-CH fr-FR gu-IN he-IL hi-IN hr-HR hu-HU id-ID is-IS it-IT ja-JP kn-IN
    ko-KR lt-LT lv-LV ml-IN mr-IN ms-MY nb-NO nl-BE nl-NL pa-IN pl-PL pt-BR pt-PT ro-RO ru-RU sk-SK sl-SI sr-RS sv-SE ta-IN te-IN
    th-TH tr-TR uk-UA ur-PK vi-VN yue-HK zh-CN zh-HK zh-TW
    """.split()  # noqa: SIM905 - one a line would take a page
)
"""Languages the provider speaks and hears."""


class BadTwiml(ValueError):
    """TwiML that the provider would refuse, or play otherwise than its author means."""


def voice(text: str) -> list[Element]:
    """The verbs of a call's document, each checked."""
    verbs = _verbs(text, _VOICE, inner={"Number"})
    for verb in verbs:
        for element in verb.iter():
            _check_voice(element)
    return verbs


def texts(text: str) -> list[tuple[str, str]]:
    """The messages of an answer to a text: what each says, and where its status goes."""
    found = []
    for message in _verbs(text, _TEXTING, inner={"Body"}):
        body = message.findtext("Body") if message.find("Body") is not None else message.text
        if not body or not body.strip():
            raise BadTwiml("a <Message> without text")
        found.append((body, message.get("statusCallback") or message.get("action") or ""))
    return found


def _verbs(text: str, known: dict[str, frozenset[str]], inner: set[str]) -> list[Element]:
    try:
        root = ElementTree.fromstring(text)  # noqa: S314 - our own site's answer
    except ElementTree.ParseError as error:
        raise BadTwiml(f"not XML ({error}): {text[:200]!r}") from error
    if root.tag != "Response":
        raise BadTwiml(f"the document is a <{root.tag}>, not a <Response>")
    for verb in root:
        if verb.tag not in known or verb.tag in inner:
            raise BadTwiml(f"unknown verb <{verb.tag}>")
        for element in verb.iter():
            if element is not verb and element.tag not in _NESTED.get(verb.tag, set()) | _SSML:
                raise BadTwiml(f"<{element.tag}> cannot stand inside <{verb.tag}>")
            if unknown := element.attrib.keys() - known.get(element.tag, element.attrib.keys()):
                raise BadTwiml(f"<{element.tag}> has no attribute {', '.join(sorted(unknown))}")
    return list(root)


def _check_voice(element: Element) -> None:
    words = "".join(element.itertext()).strip()
    if element.tag in {"Say", "Play", "Number"} and not words:
        raise BadTwiml(f"a <{element.tag}> without text")
    if element.tag == "Dial" and not words:
        raise BadTwiml("a <Dial> without a number")
    if element.tag == "Gather":
        _check_gather(element)
    if element.tag in {"Say", "Gather"} and element.get("language", "en-US") not in LANGUAGES:
        raise BadTwiml(f"<{element.tag}> in a language unknown to the provider: {element.get('language')!r}")
    if element.get("method", "POST").upper() not in {"GET", "POST"}:
        raise BadTwiml(f"<{element.tag}> by method {element.get('method')!r}")
    for name in _COUNTS & element.attrib.keys():
        value = element.get(name, "")
        automatic = (element.tag, name, value) == ("Gather", "timeout", "auto")
        if not automatic and not (value.isdecimal() and int(value) >= (0 if name == "timeout" else 1)):
            raise BadTwiml(f"<{element.tag} {name}={value!r}>")


def _check_gather(gather: Element) -> None:
    if not gather.attrib and not len(gather):
        raise BadTwiml("a <Gather> without anything: nobody would know that it listens")
    kinds = gather.get("input", "dtmf").split()
    if not kinds or set(kinds) - {"dtmf", "speech"}:
        raise BadTwiml(f"<Gather input={gather.get('input')!r}>")
    key = gather.get("finishOnKey", "#")
    if key not in {"", *"0123456789#*"}:
        raise BadTwiml(f"<Gather finishOnKey={key!r}>")
    if gather.get("actionOnEmptyResult", "false") not in {"true", "false"}:
        raise BadTwiml(f"<Gather actionOnEmptyResult={gather.get('actionOnEmptyResult')!r}>")
