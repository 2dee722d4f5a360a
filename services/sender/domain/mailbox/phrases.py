"""What servers say in words, in the languages they say it in. Searched in order; the first that fits holds.

A phrase for *hard* says that there is no such mailbox or domain; "unavailable", "rejected", "disabled" or
"access denied" do not.
"""

import re

from services.sender.domain.mailbox import northern_phrases
from services.sender.domain.mailbox.verdict import Severity

_LATER = (
    r"try(ing)? again|try later|will (be )?retr(y|ied)|temporar(y|ily)|deferred|"
    r"still trying|keep trying|has been delayed|not yet been delivered|delivery (is |has been )?delayed|"
    r"resources? (temporarily|unavailable)|too many\b|too quickly|"
    r"försöker igen|försök igen|tillfällig|fördröj|försenat|ännu inte levererats|vorübergehend|"
    r"midlertidig|forsinket|(prøv|forsøk) (venligst |vennligst )?(igj?en|på nytt)|senere|försök senare|"
    r"erneut|später|myöhemmin|uudelleen|maintenance|underhåll|" + northern_phrases.LATER
)
_FULL = (
    r"over ?quota|quota exceeded|exceed(ed|s)? (the |its |their |his |storage )*(storage |"
    r"mailbox )?(quota|allocation)|"
    r"mailbox (is |was )?(over ?)?full|mailbox for .{1,80} is full|inbox is full|out of storage|"
    r"storage (space )?limit|"
    r"insufficient (system )?storage|disk (quota|full)|user has exhausted|too much mail data|"
    r"not enough (storage|disk|space)|quotaexceeded|over the (quota|maximum)|"
    r"mailfolder is over the allowed quota|"
    r"brevlådan? är full|inkorgen? .{0,60}är full|postlådan? är full|utrymmet är slut|lagringsutrymme|"
    r"postkassen? er (fuld|full)|"
    r"postfach .{0,40}voll|indbakke.{0,40}fuld|innboks.{0,40}full|postboks.{0,40}full|"
    r"postilaatikko.{0,40}täynnä"
)
_OUR_QUOTA = (
    r"(sending|submission|outgoing|outbound) ?(user |account |e-?mail |message |rate )*(limit|quota|rate)|"
    r"(daily|hourly|monthly|your|sender'?s) "
    r"(user |account |sending |daily |hourly |outgoing |message |e-?mail )*(limit|quota)|"
    r"(e-?mails|messages|mails|recipients|defers)[\w ]{0,20} (per|an?|every) (minute|hour|day)\b|"
    r"per[- ](minute|hour|day) (limit|quota)|rate[- ]?limit|"
    r"outgoing (e-?mails?|messages?) [\w ]{0,10}exceeded|rate of (e-?mails|messages|mails)|"
    r"(sent|sending) too many (e-?mails|messages|mails)"
)
"""How many mails we may send, not how many the recipient may keep."""
OUR_QUOTA = "we have sent as much as we may"
_NOT_YET = (
    r"gr[ea]y.?list|"
    r"policy (service|server|daemon|check) [\w ]{0,20}(unavailable|not available|tim(ed|e).?out)"
)
"""Whatever else is said beside it, of policy above all."""
_BAD_NAME = r"mailbox name (is )?(not allowed|invalid)"
"""RFC 5321's own words for 553: what is not allowed is the recipient's address."""
_TOO_BIG = (
    r"(message|mail|e-?mail|size)[\w ]{0,40}(too (large|big)|exceeds|over(size| the size))|"
    r"exceeds? (the )?(maximum |fixed |allowed )*(message )?size|message size|size limit|"
    r"meddelandet är för stort|för stor(t)? (meddelande|storlek)"
)
_CONTENT = (
    r"(message|mail|content|it|this) [\w ]{0,30}(looks like|identified as|considered( to be)?|"
    r"classified as|detected as|"
    r"appears to be|flagged as|judged|likely) .{0,40}(spam\b|junk|unsolicited)|\bspam (message|content|"
    r"score|detected)|"
    r"high spam\b|\bas spam\b|spam filter|content (was )?(rejected|denied|filter)|message content|"
    r"content presents|virus|"
    r"malware|infected|"
    r"(illegal|forbidden|dangerous|prohibited|banned|unsafe|blocked) attachment|"
    r"attachment.{0,30}(not allowed|blocked|prohibited|rejected|forbidden|banned)|executable|phish|"
    r"blocked (url|link)|suspicious (url|link)|banned (content|file)|innehåller? (virus|skräp)|"
    r"klassa(t|d|s) som (skräppost|spam)|5\.6\.\d"
)
_OUR_FAULT = (
    r"spamhaus|spamcop|barracuda(central)?|sorbs|uceprotect|proofpoint|invaluement|senderscore|"
    r"sender score|senderbase|"
    r"talos|abusix|\b(sbl|xbl|pbl|css|zen|dnsbl|rbl|dbl)\b|block ?list|black ?list|deny ?list|"
    r"blocked using|(?<!not )listed (at|in|on|by) |"
    r"\bspf\b|dkim|dmarc|\barc\b|unauthenticated|authenticat(ion|ed)|authoriz(ation|ed)|"
    r"not (authori[sz]ed|permitted|allowed)|"
    r"reputation|(bad|poor|low) (sender|ip|domain)|your (ip|domain|host|network|server|mta|"
    r"mail server)\b|sending ip|"
    r"(ip|host|client|server|sender|address) .{0,60}(is |was |has been |been )?(blocked|banned|"
    r"blacklisted|denied)|"
    r"client host|service refused|policy|policies|access denied|relay(ing)? (access )?(denied|not|"
    r"prohibited|attempt)|(un)?able to relay|open relay|reverse (dns|hostname|lookup)|"
    r"\bptr\b|helo|ehlo|"
    r"sender (address )?(rejected|denied|verif)|sender domain|return ?path|bulk mail|unsolicited|"
    r"restricted|permission|"
    r"does not accept mail from|rejected (by|due to) (recipient|header|local|security)|prohibit(ed|ion)|"
    r"spoof|"
    r"(is|was) blocked|"
    r"(domain|address) of (the )?sender|sender('s)? (e-?mail )?(address|domain|host)|"
    r"(unknown|invalid|bad|no such) sender|sender (is )?(unknown|invalid|check)|in reply to mail from|"
    r"\b5\d\d .{0,40}\+[a-z2-7]{26}-[a-z2-7]{16}@|"
    r"(sending|submitting|client|connecting|originating|originator|return|reply(-to)?|envelope)('s)? "
    r"(e-?mail |mail )?(address|domain|host|server|user|account|mailbox)|"
    r"(mailbox|account|user|server|host) (of (the |this )?sender|(that is )?sending)|"
    r"your (user |own |e-?mail |mail )?(address(?! (book|list))|account|sender|mailbox|host ?name)\b|"
    r"you('re| are)? (send|sent|mail|writ)[a-z]* (this )?(e-?mail |mail |message )?(from|as)|"
    r"(message|mail|it) (was |is )?(sent|coming) from|"
    r"\bsender\b:?([^.:;]|\.(?! )){0,60}(n't|not|unknown|no such|invalid)|"
    r"(no such|unknown|invalid) [\w ]{0,20}sender|"
    r"(in|of|from) (the |your )?(mail )?from( |:|-)(header|field|line|address|domain)|"
    r"(domain|address|user|host)[\w ]{0,20} (in|of) (the |your )?(mail from|from\b|envelope)|"
    r"(allow|allowed|safe|approved|white|permitted) ?-?(sender|list|poster)s?|"
    r"not found for \[?\d{1,3}(\.\d{1,3}){3}|"
    r"(do|does) not accept (e-?mails?|messages?) from|only members|members only|your country|"
    r"(sort|svarte?)list(et|ad|ning)|schwarze[nr]? liste|gesperrt|blockiert|spær+et|sperret|blok(ker|er)e?t|"
    r"estetty|mustalla listalla|"
    r"har inte behörighet|behörighet att skicka|blockera(d|t|s)|spärra(d|t|s)|avsändaren? (nekas|"
    r"avvisa)|tillåts inte|" + northern_phrases.OUR_FAULT
)
_NO_USER = (
    r"(user|recipient|mailbox|account|address|adressee|addressee|"
    r"alias)( name)?( account)?( <[^<>]{1,120}>)?( is|:| was)? "
    r"?(unknown|not known|not found|nonexistent|non-existent|does ?n[o']?t exist|doesn.t exist|"
    r"not exist\b|no longer exists?|"
    r"could ?n[o']?t be found|couldn.t be found|invalid\b)|"
    r"(unknown|no such|nonexistent|non-existent|invalid|no valid) (local )?(user|recipients?|mailbox|"
    r"account|address|person|"
    r"local part|virtual user|alias)|unknown or (illegal|invalid) (alias|user|recipient)|"
    r"unrouteable address|"
    r"no (mailbox|account) (here )?by that name|(isn.t|is not|not) (a )?(known|valid|our|an? existing) "
    r"(user|recipient|mailbox|account|customer)|no account by that name|there is no (one|user|mailbox|"
    r"such)|"
    r"recipient name is not recognized|recipientnotfound|recipnotfound|mailbox not found|"
    r"recipient not found|user does ?n[o']?t have an? .{1,40} account|"
    r"not listed in (domino directory|public name|the (name|address))|"
    r"(e-?mail )?(account|address|mailbox) .{0,90}(does not exist|doesn.t exist|couldn.t be found|"
    r"could not be found|wasn.t found|"
    r"was not found|no longer exists|is unknown)|wasn.t found at|nosuchuser|no such address|"
    r"address not found|"
    r"(mailbox|account) (has been |is |was )?(deleted|closed|terminated|removed)|does not have an account|"
    r"unknown (virtual )?(mailbox|user)|user not found|recipient unknown|address unknown|"
    r"not a valid mailbox|" + northern_phrases.NO_USER
)
_NO_DOMAIN = (
    r"(no such|unknown|invalid|bad|nonexistent|non-existent) (domain|host)( name)?|"
    r"(domain|host)( or domain)?( name)?( <?[\w.-]{1,80}>?)? (does ?n[o']?t exist|doesn.t exist|"
    r"not found|unknown|is unknown|"
    r"couldn.t be found|could not be found|wasn.t found|was not found)|unknown host|nxdomain|"
    r"name service error for .{1,120}host not found|couldn.t find any host (named|by that name)|"
    r"no mx or a(/aaaa)? record|"
    r"null mx|does not accept mail \(nullmx\)|domändelen .{0,60}(finns inte|hittades inte)|"
    r"domänen? .{0,80}(finns inte|hittades inte|existerar inte)|"
    r"domain not exist|all relevant mx records point to non-?existent"
)
_NOT_QUITE = (
    r"try again|temporar|disabled|inactive|suspended|unavailable|not available|verif|lookup fail|"
    r"time[d]? ?out|"
    r"could not be (verified|checked)|unverified|may not|might not|might have|eventually|possibly|"
    r"försök igen|tillfällig|for now|currently|(at|for) the moment|at (this time|present)|right now|just now|"
    r"holiday|" + northern_phrases.NOT_QUITE
)
"""Words beside "unknown" that take its certainty away."""

_AS_DBEB = r"recipient address rejected: access denied.{0,200}as\(201806281\)"
"""Exchange Online's directory-based edge blocking: the tag is given to recipients that do not exist alone."""

_TABLE: tuple[tuple[Severity, str, re.Pattern[str]], ...] = tuple(
    (severity, says, re.compile(pattern))
    for severity, says, pattern in (
        (Severity.HARD, "there is no such recipient in the directory", _AS_DBEB),
        (Severity.BLOCKED, OUR_QUOTA, _OUR_QUOTA),
        (Severity.SOFT, "the mailbox is full", _FULL),
        (Severity.CONTENT, "the message is too big", _TOO_BIG),
        (Severity.CONTENT, "what stands in the message is refused", _CONTENT),
        (Severity.SOFT, "not for good", _NOT_YET),
        (Severity.SOFT, "the name of the mailbox is not allowed", _BAD_NAME),
        (Severity.BLOCKED, "we are refused, not the recipient", _OUR_FAULT),
        (Severity.SOFT, "not for good", _LATER),
    )
)
_HARD = (
    ("there is no such mailbox", re.compile(_NO_USER)),
    ("there is no such domain", re.compile(_NO_DOMAIN)),
)
_DOUBT = re.compile(_NOT_QUITE)
_TABLE_NAMES = re.compile(
    r" in (the )?(local|relay|virtual|canonical)?[ -]?(recipient|mailbox|alias|user)[\w -]{0,20} table"
)
"""Postfix names the table in which it did not find somebody; that one is for relaying blames nobody."""

_ADVICE = re.compile(
    r"(please |kindly )?(verify|check|correct|double-check)[^.]{0,80}?(and |then )?(try|send|"
    r"resend)[\w ]{0,20} again|(please|kindly) (verify|check|confirm|double-check) [^.;:]{0,60}"
)
"""What notices advise about any failure."""

MOST = 2_000
"""Characters looked at."""


def judge_words(text: str) -> tuple[Severity, str] | None:
    """Return what words say, and how to put it; None if they say nothing that we know."""
    text = _without_advice(text)
    for severity, says, pattern in _TABLE:
        if pattern.search(text):
            return severity, says
    if _DOUBT.search(text):
        return None
    return next(((Severity.HARD, says) for says, pattern in _HARD if pattern.search(text)), None)


def in_doubt(text: str) -> bool:
    """Whether words take the certainty of a code away."""
    return _DOUBT.search(_without_advice(text)) is not None


def _without_advice(text: str) -> str:
    text = " ".join(text[:MOST].lower().replace("’", "'").split())
    return _ADVICE.sub("", _TABLE_NAMES.sub("", text))
