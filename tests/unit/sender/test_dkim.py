"""Signatures that others can verify: dkimpy here, receivers outside."""

import base64
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import dkim
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key as generate_rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from pydantic import ValidationError

from services.sender.adapters.dkim import Signer, SigningKey, UnusableKey
from services.sender.main import signer
from services.sender.settings import SenderSettings
from tests.unit.sender.letters import compose, compose_letter, edition, parse, reader, section

AT = datetime(2026, 2, 18, 8, tzinfo=UTC)
DOMAIN = "onsdag.example.org"
RSA = generate_rsa(65537, 2048)
ED25519 = Ed25519PrivateKey.generate()
KEYS = {
    "rsa": [SigningKey("r2027", RSA)],
    "ed25519": [SigningKey("e2027", ED25519)],
    "both": [SigningKey("r2027", RSA), SigningKey("e2027", ED25519)],
}


class VerifyKey:
    """PyNaCl's, for dkimpy, on the library that we have."""

    def __init__(self, key: bytes, encoder: object) -> None:
        self._key = Ed25519PublicKey.from_public_bytes(base64.b64decode(key))

    def verify(self, digest: bytes, signature: bytes) -> None:
        self._key.verify(signature, digest)


@pytest.fixture(autouse=True)
def nacl(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let dkimpy verify Ed25519: it canonicalizes and hashes, cryptography does the curve."""
    stand_in = SimpleNamespace(
        signing=SimpleNamespace(VerifyKey=VerifyKey),
        encoding=SimpleNamespace(Base64Encoder=None),
        exceptions=SimpleNamespace(BadSignatureError=InvalidSignature, ValueError=ValueError),
    )
    monkeypatch.setattr(dkim, "nacl", stand_in, raising=False)


def dns(name: bytes, timeout: int = 5) -> bytes:
    """The public halves, where receivers look for them."""
    der = base64.b64encode(RSA.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))
    raw = base64.b64encode(ED25519.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))
    return {
        f"r2027._domainkey.{DOMAIN}.".encode(): b"v=DKIM1; k=rsa; p=" + der,
        f"e2027._domainkey.{DOMAIN}.".encode(): b"v=DKIM1; k=ed25519; p=" + raw,
    }[name]


def verified(raw: bytes) -> list[bool]:
    """Return what dkimpy says of each signature."""
    count = len(parse(raw).get_all("DKIM-Signature", []))
    return [dkim.DKIM(raw).verify(idx=index, dnsfunc=dns) for index in range(count)]


def mailing() -> bytes:
    return compose(edition(section(1), section(2, subject="Å" * 90)), reader("Åsa Lind", 1, 2))


@pytest.fixture(params=KEYS)
def keys(request: pytest.FixtureRequest) -> list[SigningKey]:
    return KEYS[request.param]


@pytest.mark.parametrize(
    "message",
    [mailing(), compose_letter("Åsa", "Din beställning", "Hej!\n\n.\n\n" + "x" * 3000)],
    ids=["mailing", "letter"],
)
def test_every_signature_verifies(keys: list[SigningKey], message: bytes) -> None:
    signed = Signer(DOMAIN, keys).sign(message, AT)
    assert verified(signed) == [True] * len(keys)
    assert signed.endswith(message)
    assert not parse(signed).defects


def test_signature_survives_what_happens_on_the_way(keys: list[SigningKey]) -> None:
    """Trace fields above, other folding, blank lines at the end, as the sender and relays make them."""
    signed = Signer(DOMAIN, keys).sign(mailing(), AT)
    moved = b"Received: from a by b; Wed, 17 Feb 2027 08:00:00 +0000\r\n" + signed + b"\r\n\r\n"
    assert verified(moved.replace(b"\r\nTo: ", b"\r\nTO:\r\n \t")) == [True] * len(keys)


ALTERATIONS: dict[str, Callable[[bytes], bytes]] = {
    "subject": lambda raw: raw.replace(b"\r\nSubject: =?utf-8?b?T", b"\r\nSubject: =?utf-8?b?U"),
    "body": lambda raw: raw.replace(b"lokal", b"vokal"),
    "unsubscribe": lambda raw: raw.replace(b"List-Unsubscribe: <https", b"List-Unsubscribe: <http"),
    "one click": lambda raw: raw.replace(b"List-Unsubscribe-Post: List", b"List-Unsubscribe-Post: Tist"),
    "second sender": lambda raw: b"From: <evil@example.org>\r\n" + raw,
    "added answer address": lambda raw: b"Reply-To: <evil@example.org>\r\n" + raw,
}


@pytest.mark.parametrize("alter", ALTERATIONS.values(), ids=ALTERATIONS)
def test_what_was_altered_does_not_verify(keys: list[SigningKey], alter: Callable[[bytes], bytes]) -> None:
    signed = Signer(DOMAIN, keys).sign(mailing(), AT)
    altered = alter(signed)
    assert altered != signed
    assert not any(_valid(altered, index) for index in range(len(keys)))


def _valid(raw: bytes, index: int) -> bool:
    try:
        return bool(dkim.DKIM(raw).verify(idx=index, dnsfunc=dns))
    except dkim.DKIMException:
        return False


def test_one_click_fields_are_covered_and_the_sender_twice(keys: list[SigningKey]) -> None:
    message = parse(Signer(DOMAIN, keys).sign(mailing(), AT))
    for signature in message.get_all("DKIM-Signature", []):
        tags = dict(tag.strip().split("=", 1) for tag in str(signature).split(";"))
        names = [name.strip().lower() for name in tags["h"].split(":")]
        assert {"to", "subject", "date", "message-id", "list-unsubscribe", "list-unsubscribe-post"} <= set(
            names
        )
        assert names.count("from") == 2
        assert (tags["d"], tags["t"]) == (DOMAIN, str(int(AT.timestamp())))


def test_lines_stay_short_and_the_same_mail_is_signed_the_same(keys: list[SigningKey]) -> None:
    signer = Signer(DOMAIN, keys)
    signed = signer.sign(mailing(), AT)
    assert signed == signer.sign(mailing(), AT)
    head = signed.removesuffix(mailing())
    assert all(len(line) <= 110 for line in head.split(b"\r\n"))
    assert re.search(rb"[^\r]\n|\r[^\n]", head) is None


def stored(folder: Path, name: str, key: object) -> Path:
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())  # type: ignore[attr-defined]
    (folder / name).write_bytes(pem)
    return folder / name


def settings_with(keys: str) -> SenderSettings:
    return SenderSettings(secret_key="k" * 32, organisation_address=f"info@{DOMAIN}", dkim_keys=keys)


def test_keys_are_read_from_the_files_of_the_settings(tmp_path: Path) -> None:
    rsa, ed = stored(tmp_path, "rsa.pem", RSA), stored(tmp_path, "ed.pem", ED25519)
    made = signer(settings_with(f"r2027={rsa}, e2027={ed}"))
    assert made is not None
    assert verified(made.sign(mailing(), AT)) == [True, True]
    assert signer(settings_with("")) is None


def test_key_that_is_no_use_is_refused_at_the_start(tmp_path: Path) -> None:
    short: RSAPrivateKey = generate_rsa(65537, 1024)
    with pytest.raises(UnusableKey, match="1024 bits"):
        signer(settings_with(f"s={stored(tmp_path, 'short.pem', short)}"))
    with pytest.raises(UnusableKey, match="neither RSA nor Ed25519"):
        signer(settings_with(f"s={stored(tmp_path, 'ec.pem', generate_private_key(SECP256R1()))}"))
    with pytest.raises(UnusableKey, match="cannot be read"):
        signer(settings_with(f"s={tmp_path / 'missing.pem'}"))


@pytest.mark.parametrize("keys", ["/run/key.pem", "=x.pem", "s=", "a b=x.pem", "-a=x.pem"])
def test_keys_must_be_written_with_their_selectors(keys: str) -> None:
    with pytest.raises(ValidationError, match="selector=file"):
        settings_with(keys)
