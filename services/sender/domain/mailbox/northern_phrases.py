"""The phrases of ``phrases`` in Swedish, Danish, Norwegian, German and Finnish.

"Finns inte" may be said of anything: of the sender, a server, a list of those who may write. Only a noun of a
recipient or an address beside it says that a mailbox is missing.
"""

_SENDER = r"(avsänd(ar|ande)|a[fv]sende(r|nde)|absende(r|nd)|lähettä[jv])\w*"
_NOT = (
    r"\b(inte|ej|ikke|nicht|kein\w{0,3}|ei|okän[dt]a?|ukendte?|ukjente?|unbekannt\w{0,2}|tuntematon|ogiltig\w?|"
    r"ugyldige?|ungültig\w{0,2}|saknas?|mangler|fehlt|ingen|inget|nekas|nektet|avvisa\w{0,2}|avvist|afvist|"
    r"abgelehnt|bara|endast|kun|bare|nur|vain)\b"
)
_NEAR = r"([^.:;]|\.(?! )){0,60}?"
_OF_US = r"\b(din|dit|ditt|er|ert|jeres|deres|ihre?[nmrs]?)( (egen|eget|eigene?[nrs]?))? "
_FROM = r"(mail from|from|envelope)\b"

OUR_FAULT = (
    rf"{_SENDER}:?{_NEAR}{_NOT}|{_NOT}{_NEAR}{_SENDER}|"
    rf"{_OF_US}((e-?)?(post|mail)-?|mejl-?|mail-?|ip-?|dns-?)?(server\w{{0,2}}|domän|dom[æe]ne|domain|ip\b|värd|"
    r"vært|vert\b|host|nätverk|net(t|z)?v?erk|adresse?\b|konto\b|avsänd|a[fv]send)|"
    r"(tillåt(na|en|et|elser?)|godkän[dt]a?|godkendt?e?|godkjent?e?|tillad(t|te|else)|tillat(t|te|else)|"
    r"zugelassen\w{0,2}|erlaubt\w{0,2}|hyväksyt\w{1,6}|sallit\w{1,6})\b|"
    r"\b(vit|hvid|hvit|vaalea)list|sallittujen|(du|ni|i|dere|sie) (finns|find(e)?s|finnes|står|steht|stehen) "
    r"(inte|ej|ikke|nicht)|(skickar|mejlar|skriver|sender|senden|kommer) (mejl |mail |e-?post |e-?mails? )?"
    rf"(från|fra|von) |(domän|dom[æe]ne|domain|adresse?)(en|et)? (i|in|av|af|aus|från|fra) (the )?{_FROM}|"
    r"(från|fra|svars?|retur)-?(adress|domän|dom[æe]ne)|"
    rf"{_FROM}-?(fält|felt|feld|adress|domän|dom[æe]ne)"
)
LATER = (
    r"för tillfället|för närvarande|just nu|i øjeblikket|for øyeblikket|for tiden|lige nu|akkurat nå|"
    r"zur ?zeit|derzeit|momentan|im (moment|augenblick)|tällä hetkellä|juuri nyt"
)
NOT_QUITE = (
    r"(inte|ej|ikke) (är |er )?(tillgänglig|tilgængelig|tilgjengelig|nåbar|aktiv)|"
    r"otillgänglig|utilgængelig|utilgjengelig|"
    r"nicht (verfügbar|erreichbar|aktiv)|ei (ole )?(käytettävissä|saatavilla)|kanske|måske|kanskje|vielleicht"
)

_NOUN = (
    r"(?<![\w-])((mottagar|modtager|mottaker|empfänger)(e?n?s)?[ -]?)?((e-?)?(post|mail)-?|mejl-?)?"
    r"(mottagare?n?|användar(e|en|namnet)|adress(en)?|konto(t|en)?|(brev|post)lådan?|inkorgen|person(en)?|"
    r"modtager(en)?|mottaker(en)?|bruger(en)?|bruker(en)?|brugernavnet|brukernavnet|adressen?|adressaten|"
    r"(post|ind|inn)?boks(en)?|postkassen?|(ind|inn)bakken|empfänger|empfaenger|benutzer|nutzer|"
    r"postfach|mailbox|vastaanottaja[an]?|käyttäjää?|osoite(tta)?|postilaatikkoa?|tiliä?)(?![\w-])"
)
_ADDRESS = r"<?[\w.+-]{1,64}@[\w.-]{1,190}>?"
_IS_NOT = (
    r"((finns|existerar) (inte|ej)|hittades (inte|ej)|(kunde|kan) (inte|ej) hittas|(är )?okänd|"
    r"(findes|finnes|fins|eksisterer) (ikke|ej)|(blev|ble) ikke (fundet|funnet)|kunne ikke (findes|finnes)|"
    r"(er )?(ukendt|ukjent)|(existiert|existieren) nicht|(wurde |konnte |ist )?([\w@.<>-]{1,80} ){0,3}?nicht "
    r"(gefunden|bekannt|vorhanden)|(ist )?unbekannt|ei (löydy|löytynyt|ole olemassa)|(on )?tuntematon)"
)
NO_USER = (
    rf"({_NOUN}|{_ADDRESS}):?( {_ADDRESS})?"
    rf"( (som )?du (angav|har angett|skrev( inn| in)?|indtastede))? {_IS_NOT}|"
    r"\b(okänd|okänt|ingen sådan|inget sådant|ukendt|ukjent|ingen (sådan|slik)|unbekannte[rs]?|"
    r"kein(e|en)? solche[rns]?|tuntematon|gick inte att hitta|(kunde|kan) inte hitta|hittade inte|"
    rf"(finder|finner|fandt|fant) ikke|(kan|kunne) ikke finn?de?e?) (någon )?({_NOUN}|{_ADDRESS})|"
    r"(hittades inte|finns inte|(blev|ble) ikke (fundet|funnet)|findes ikke|finnes ikke) "
    r"(på|hos|i) [\w-]{1,63}(\.[\w-]{1,63}){1,6}"
)
"""Also a name that is not there "at example.se", as Exchange Online puts it."""
