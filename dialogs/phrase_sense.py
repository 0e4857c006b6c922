"""Whether a phrase is the other side's, and meant: not denied, asked, foreseen, in jest or said by ourselves.

It reads the words of one sentence near the phrase; where they leave it open who speaks, it takes them for the
other side's, since a message that is pasted says we and means them.
"""

from __future__ import annotations

import re

from dialogs.phrase_words import any_of

NEAR = 200  # characters before and after a phrase
CLAUSE = re.compile(r"[,;]|\s-+\s|\b(?:but|so|and|because|then)\b")
SAY = (
    r"(?:sa(?:y|ys|id|ying)|repl(?:y|ies|ied)|answer(?:s|ed)?|wr(?:ite|ites|ote)|repeat(?:s|ed)?"
    r"|insist(?:s|ed)?)\b"
)
TELL = (
    r"(?:t(?:ell|ells|old|elling)|warn(?:s|ed)?|g(?:ive|ives|ave)|call(?:s|ed)?|threaten(?:s|ed)?|sen[dt]s?"
    r"|demand(?:s|ed)?|ma(?:ke|kes|de) it clear)\b"
)
NOT_BETWEEN = (  # I and what I say; we were told, I heard him say and I must say are not our words
    r"(?!(?:him|them|her|his|their|they|s?he|your?|and|but|when|while|that|who|was|were|been|being|got|heard"
    r"|(?:must|have to) say|(?:am|are) told)\b)"
)
SPEECH = any_of(
    rf"(?P<ours>\b(?:i|we)(?:'(?!(?:m|re) told)\w{{1,2}})?(?: {NOT_BETWEEN}\w+){{0,3}} "
    rf"(?:{SAY}(?! to (?:you|us|me)\b)|{TELL}(?! (?:to )?(?:your?|us|me)\b))"
    r"|\b(?:my|our) (?:answer|reply|message|mail|line)\b|^(?:me|us|i|we):"
    r"|\b(?:tell (?:them|him|her)\b|let (?:them|him|her) know\b|to (?:them|him|her):))",
    rf"\b(?:{SAY}|{TELL})",
)
WE_SAID = re.compile(
    r"[.!?,]?[\"']?,?\s*(?:(?:is|was)\swhat\s)?(?:i|we)\s(?:said|told|wrote|answered|replied)\b"
)
FORESEEN = any_of(
    rf"\b(?:if|in case|unless|suppose|should) (?:they|s?he|the \w+)(?: \w+){{0,3}} (?:{SAY}|{TELL})",
    r"\bwhen(?:ever)? (?:they|s?he|the \w+) (?:say|tell|call|write|give|threaten)s?\b",
    r"(?:\b(?:might|may|could|would|can|will)|'ll|'d)(?: \w+)? (?:say|tell|call|threaten)\b(?! your?\b)",
    r"\b(?:expect|predict|fear|worr|afraid|wonder|hope|think|guess|doubt)\w{0,3}(?: that| of| about)? "
    r"(?:they|s?he|them|him|her|the|their|his)\b",
    r"\b(?:if|whether) (?:it|this|that)\b",
)
DENIED = re.compile(
    r"(?:\b(?:not(?!\s(?:only|just|merely))|never|no|nobody|none|neither|nor|without|hardly|cannot"
    r"|rather than|instead of|refus(?:e|es|ed)|den(?:y|ies|ied))|n't)\b(?:\s+\S+){0,6}\s*$"
)
CONDITION = re.compile(r"\b(?:if|unless|as|since)\b")  # “if you do not pay we will sue” denies nothing
DENIED_AFTER = re.compile(r"\W{0,3}(?:is|was|are|were|does|did)(?:n't|\s+not|\s+never)\b")
JOKED = re.compile(r"\b(?:was|were|only|just|half)\s(?:joking|kidding)\b|\bjok(?:ed|ingly)\b")
WE = re.compile(r"\b(?:we|i|our|my)\b|^or\b")
THEY = re.compile(r"\b(?:they|s?he)\b")


def meant(hit: re.Match[str], *, asked: bool) -> bool:
    """Whether the phrase, found in its sentence, is theirs and meant; `asked`: a question may mean it too."""
    sentence, phrase = hit.string, hit.group()
    before, after = _before(sentence, hit.start()), sentence[hit.end() : hit.end() + NEAR]
    if not asked and sentence.rstrip(" \"')").endswith("?"):
        return False
    if JOKED.search(before + phrase + after) or WE_SAID.match(after) or DENIED_AFTER.match(after):
        return False
    clause, verb = CLAUSE.split(before)[-1], phrase.split(maxsplit=1)[0]
    if DENIED.search(clause.rpartition(":")[2]) and not CONDITION.search(clause):
        return False
    return not FORESEEN.search(clause + verb) and _theirs(before, verb, phrase)


def _before(sentence: str, start: int) -> str:
    """What stands near before `start`, in whole words: half of `the` would be `he`."""
    near = sentence[max(0, start - NEAR) : start]
    return near if start <= NEAR else near[near.find(" ") :]


def _theirs(before: str, verb: str, phrase: str) -> bool:
    """The last verb of saying decides; without one, we and they in one sentence are ours and theirs."""
    speech = [found["ours"] for found in SPEECH.finditer(before + verb)]
    if speech:
        return speech[-1] is None
    ours = WE.search(phrase) and not THEY.search(phrase)
    return not (ours and THEY.search(re.split("[:;]", before)[-1]))
