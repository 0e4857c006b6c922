"""The words of explicit ultimatums, insults and threats in English, as patterns over small letters.

A blank stands for any gap between words. It refuses what ordinary deal talk says too; who says a phrase, and
whether it is meant, is decided in `phrase_sense`.
"""

from __future__ import annotations

import re

SPACE = r"[\s,*~-]{1,6}"  # line breaks, hyphens and *bold* pass for a blank; shares nothing with \w
END = r"(?=[\s*~\"')\]-]{0,6}(?:[.!?,;:]|$))"


def any_of(*patterns: str) -> re.Pattern[str]:
    """One pattern for all of `patterns`; in these no text may be cut into words in more than one way."""
    return re.compile("(?:" + "|".join(patterns).replace(" ", SPACE) + ")")


# ---- ultimatums: a demand with what is lost without it
NOT = r"(?: do not| don'?t| won'?t| will not| can'?t| cannot| refuse to| fail to)"
DO = (
    r"(?:sign|accept|agree|confirm|commit|decide|pay|say yes|take|drop|lower|raise|match|meet|answer|move"
    r"|give)\b"
)
IF_NOT = rf"(?:unless you {DO}|if you{NOT} {DO}|if we{NOT} (?:have|get|receive|hear)(?: \w+){{0,2}} your?\b)"
ELSE = r"(?:(?:someone|somebody|anyone|anybody) else|another \w+)"
GO = (
    r"(?:'ll| will|'re| are|'m| am)?(?: just| simply)? (?:walk(?:ing)? away|call it off|done here"
    rf"|(?:walks?|walking|leave|leaving|out|done|mov(?:e|ing) on)(?:{END}|(?= (?:unless|if you)\b))"
    rf"|walk(?:ing)? (?:now|today|tonight)|(?:go|going|look) elsewhere|take our business|pull out"
    rf"|go(?:ing)? (?:to|with) (?:{ELSE}|(?:your|the|a) compet\w+)|pull the (?:offer|plug)"
    rf"|(?:sell|give|offer)(?: \w+){{0,2}} to {ELSE}|withdraw(?: from| our| the offer|{END}))"
)
OFF = (
    r"(?:the|this|our|my)(?: whole)? (?:deal|offer|contract|thing|house|flat|job)(?:'s| is| will be| goes)"
    rf"(?: all)? (?:off|dead|gone|withdrawn|void|cancell?ed|over{END}|to {ELSE})\b"
)
LOSS = (
    rf"(?:(?:we|i){GO}|{OFF}|it(?:'s| is) (?:off|over){END}|there(?:'s| is| will be) no deal"
    rf"|the price (?:goes|will go) up|(?:you can )?(?:find {ELSE}|forget (?:it|the (?:deal|whole thing)))"
    r"|(?:you(?:'ll| will)? )?(?:(?:get|have) nothing|lose (?:us|everything|the (?:deal|order|contract))))"
)
LAST = r"(?:very |absolute )?(?:(?:last|best) and final|final and last|final|last)"
SUM = r"[€$£]?\d[\d.]{0,12}[km]?"
THIS_IS = r"(?:this|that|it)(?:'?s| is)(?: really)?"
NOT_PAST = r"(?! (?:letter|we|i|you(?!'ll| will)|they|from|on|that|in)\b)"  # the last offer we had is none
TAKE_IT = r"take (?:it|(?:the|this|our|my) \w+) or leave it(?! (?:pricing|clauses?|contracts?))"
ULTIMATUMS = (
    rf"(?<!\bi\scan\s)(?<!\bwe\scan\s)(?<!they\scan\s){TAKE_IT}|my way or the highway|or else{END}",
    rf"now or never(?! for (?:us|me|the))|(?:(?<!deal\s)or|otherwise) no deal{END}",
    rf"this(?: \w+)? or nothing{END}|and (?:that|this)(?:'s| is) final{END}",
    rf"no (?:more|further) negotiati(?:on|ons|ng){END}|(?<!the\s)end of discussion{END}",
    r"this is your (?:last|final|only) (?:chance|warning)",
    rf"(?:or|or else|otherwise) (?:{LOSS}|(?:they|s?he){GO})|after \w+ {OFF}",
    rf"{IF_NOT}[^!?;]{{0,60}}?\b{LOSS}|if we{NOT} {DO}[^!?;]{{0,60}}?\b(?:they|s?he){GO}",
    rf"(?:(?:we|i){GO}|{OFF}|(?:offer|deal) (?:expires|ends|dies|lapses)\b)[^!?;]{{0,40}}?\b{IF_NOT}",
    rf"{THIS_IS} (?:our|my|the|their|his|her|a) {LAST} offer\b{NOT_PAST}",
    rf"{THIS_IS} (?:our|my|their) {LAST} (?:price|word|number|position)\b(?! list)",
    rf"this was (?:our|my|their|his|her) {LAST} offer|(?<!attached\s)(?:is|are) (?:our|my) final offer",
    rf"final offer(?: is| stands at)?:?(?: )?(?:(?:eur|usd|gbp|chf)(?: )?)?{SUM}",
    rf"(?:(?<![\w']\s)|(?<=\dk\s)|(?<=\d\s))(?:(?:my|our) )?final offer{END}",
    rf"(?:said|says|call(?:ed|s))(?: (?:it|that|this|was|is|their|an?|the|his|her|{SUM})){{0,4}} final offer",
    r"(?:g[ia]ven?|gives|set) (?:us|me) an ultimatum|(?:this is|consider (?:this|it)) an ultimatum",
)

# ---- insults: of you, yours; of us, ours where it is told again
SO = (
    r"(?: (?:all|just|nothing|but|such|so|really|an?|the|bunch|pack|of|complete(?:ly)?|total(?:ly)?|quite"
    r"|absolute(?:ly)?|utter(?:ly)?|clearly|simply|frankly|real|bloody|fucking|damn|little|bad|sick)){0,5}"
)
NAMES = r"(?:idiot|moron|clown|imbecile|loser|crook|liar|bastard|amateur|fraud)s?"
BAD = (
    rf"(?:{NAMES}|fools?{END}|scum|pathetic|incompetent|stupid|useless|worthless|clueless|delusional|joke"
    r"|disgrace|embarrassment)\b(?!-)"
)
POOR = r"(?:joke|insult|insulting|ridiculous|laughable|pathetic|disgrace|garbage|rubbish|offensive)\b(?!-)"
SIDE = r"(?:team|people|company|firm|lawyers?|boss|colleagues?|staff|side|negotiators?)"
PAPER = r"(?:\w+ ){0,2}(?:offer|proposal|price|counter\w{0,9}|bid|quote|terms)"
OF_SO_MUCH = r"(?: (?:of|for|on|to|from|about)(?: [^\s,*~-]{1,15}){1,3})?"
TOLD_US = r"(?:said|says|told (?:us|me))(?: that)?"
INSULTS = (
    rf"you(?: people| guys| all)?(?:'?re| are| must be){SO} {BAD}|only an? {NAMES} would|shame on you",
    rf"^\W?(?:what )?(?:(?:an?|bunch of|complete|total) ){{0,2}}{BAD}(?: you are)?(?=[.!]|$)",
    rf"you(?: people)?(?: bunch of| absolute| complete| stupid| bloody| fucking| useless){{0,3}} {NAMES}\b",
    rf"your {SIDE} (?:is|are){SO} {BAD}|your {PAPER}{OF_SO_MUCH} (?:is|are|was|were){SO} {POOR}",
    r"is this (?:some kind of|a) joke|go to hell|screw you",
    rf"(?:this|that)(?:'s| is){SO} (?:joke|pathetic|insult|insulting){END}|a waste of my time",
    r"(?<!we\s)(?<!i\s)(?<!they\s)do(?:n'?t| not) waste (?:my|our) time|shut up",
    r"(?:stop|quit|you(?:'?re| are)) wasting (?:my|our) time|(?:fuck|piss) (?:off|you\w{0,2})",
    rf"(?:don'?t be|stop being|are you(?: people)?){SO} {BAD}|how (?:stupid|incompetent) (?:are you|you are)",
    r"you have no idea what you(?:'re| are) (?:doing|talking about)|insulted (?:us|me)\b",
    rf"call(?:ed|s) (?:us|me|our {SIDE}){SO} {BAD}|call(?:ed|s) (?:our|my) {PAPER}{SO} {POOR}",
    rf"{TOLD_US} (?:we(?:'re| are| were)|i(?:'m| am| was)|our {SIDE} (?:is|are)){SO} {BAD}",
    rf"{TOLD_US} (?:our|my) {PAPER} (?:is|was|are|were){SO} {POOR}",
)

# ---- threats: <you> is who is threatened, as either side tells it
DOES = (
    rf"(?:su(?:e|ing)(?: <you>\b| for\b| over\b| if\b| unless\b|{END})|tak(?:e|ing) (?:<you>|this) to court"
    rf"|drag <you> to court|go(?:ing)? to court{END}|see <you> in court|make <you> pay"
    r"|tak(?:e|ing) legal action(?! against (?!<you>|<your>))|report(?:ing)? <you> (?:to|for)|leak <your>"
    r"|(?:go(?:ing)?|complain|escalate(?: this)?|tak(?:e|ing) this)(?: straight)? to <your> (?:boss|ceo|board"
    r"|manager|management|superiors?|director|employer)\b(?!')|go public with (?:this|it)|go over <your> head"
    r"|tell <your> (?:boss|ceo|board|employer|wife|husband)|(?:have|get) <you> fired|expose <you>(?! to)"
    r"|make <your> life (?:hell|a (?:living )?hell|miserable|difficult)"
    r"|(?:go(?:ing)?|tak(?:e|ing) this|leak this)(?: straight)? to the (?:press|media|papers|police)\b"
    r"(?! (?:conference|release|office))|make sure(?: that)? (?:<you> never"
    r"|(?:nobody|no one)(?: \w+){0,4} (?:works?|deals?|buys?|hires?)(?: \w+){0,2} <you>)\b"
    r"|(?:tell|make sure(?: that)?) every(?:one|body)(?: \w+){0,4} (?:what|how) <you>\b"
    r"|(?:pull|cancel|terminate|stop) (?:all|every)(?: of)?(?: the| our| <your>| other){1,2}(?: \w+)?"
    r" (?:contracts?|orders)|(?:ruin|destroy|bury|crush|blacklist|hurt|kill)"
    r" (?:<you>|<your>(?: \w+)? (?:business|company|reputation|name|career)))"
)
LAWYERS = r"(?:my|our) (?:lawyers?|attorneys?|solicitors?)"
WILL = (
    r"(?:'ll| will| shall|(?:'re| are|'m| am)(?: going to)?)(?: have no choice but to| be forced to)?"
    r"(?: (?!not\b|never\b)\w+)??"
)
TOLD = r"(?:said|says|told|warned|wrote|announced)(?: (?!not\b|never\b|no\b|nobody\b|if\b)\w+){0,4}"
YOU_WILL = r"you(?:'ll| will|(?:'re| are) going to)"
TO_YOU = DOES.replace("<you>", "you").replace("<your>", "your")
TO_US = DOES.replace("<you>", "(?:us|me)").replace("<your>", "(?:our|my)")
THREATS = (
    rf"(?:or (?:we|i)|(?:we|i|{LAWYERS}){WILL}) {TO_YOU}|{TOLD} (?:they|s?he)(?:'d| would|{WILL}) {TO_US}",
    rf"{YOU_WILL} (?:regret (?:this|that|it{END})|be sorry(?:{END}| you| for this)|be (?:sued|blacklisted))",
    rf"{YOU_WILL} (?:pay for (?:this|that|it){END}|never work(?: \w+){{0,5}} again|lose your job)",
    rf"{YOU_WILL} (?:be hearing|hear) from {LAWYERS}{END}|expect a lawsuit|cost you your job|watch your back",
    r"there(?:'ll| will) be(?: serious| severe| grave| legal)? consequences\b(?! (?:for|on|in|of) (?!you))",
    r"(?:or|you will|you'll)(?: have to)? (?:face|suffer|bear)(?: the| serious| severe| legal)? consequences",
    rf"see you in court{END}|know where you live|consider yourself warned|you(?:'ve| have) been warned",
    r"don'?t (?:make|force) (?:me|us)(?: to)? (?:sue|call (?:my|our)|take (?:you|legal)|report you|do this)",
    r"threaten(?:ed|s|ing) (?:(?:us|me)\b|legal|to (?:sue|cancel|pull|go to|report|expose|ruin|walk away))",
)

ULTIMATUM, INSULT, THREAT = (
    any_of(r"(?<!\w)" + any_of(*words).pattern + r"(?!\w)") for words in (ULTIMATUMS, INSULTS, THREATS)
)
