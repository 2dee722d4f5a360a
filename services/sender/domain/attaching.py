"""A message that goes along with another (RFC 2046 §5.2.1)."""

import base64
import re
from itertools import count

from services.sender.domain.message import message

_LINE_END = re.compile(rb"\r\n|\r|\n")
_UNFIT = re.compile(rb"[\x00\x80-\xff]|[^\n]{999}")
_MESSAGE = b'Content-Type: message/rfc822\r\nContent-Disposition: attachment; filename="svar.eml"\r\n\r\n'
_OCTETS = (
    b'Content-Type: application/octet-stream; name="svar.eml"\r\nContent-Transfer-Encoding: base64\r\n'
    b'Content-Disposition: attachment; filename="svar.eml"\r\n\r\n'
)


def with_attached(fields: bytes, text: bytes, html: bytes, original: bytes) -> bytes:
    """Return a message of encoded parts, with another attached.

    A message may not be encoded again; one that does not fit into SMTP's lines as it is goes as a file.
    """
    lines = _LINE_END.sub(b"\r\n", original)
    if _UNFIT.search(lines):
        attached = _OCTETS + base64.encodebytes(original).replace(b"\n", b"\r\n")
    else:
        attached = _MESSAGE + lines
    boundary = next(each for each in (b"=_med%d" % n for n in count()) if each not in original)
    return b"".join(
        [
            fields,
            b'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="%b"\r\n\r\n' % boundary,
            b"--%b\r\n" % boundary,
            message(b"", text, html),
            b"\r\n--%b\r\n" % boundary,
            attached,
            b"\r\n--%b--\r\n" % boundary,
        ]
    )
