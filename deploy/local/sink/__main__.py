"""``python -m deploy.local.sink``: serve, or print what has been received."""

import argparse
import asyncio
import base64
import json
from pathlib import Path

from deploy.local.sink.server import serve
from deploy.local.sink.store import read_messages


async def run(folder: Path, host: str, port: int) -> None:
    server = await serve(folder, host, port)
    print(json.dumps({"smtp": server.sockets[0].getsockname()[1]}), flush=True)
    await server.serve_forever()


def dump(folder: Path) -> None:
    """Print one JSON object a message, the raw message in base64."""
    for message in read_messages(folder):
        line = {
            "number": message.number,
            "from": message.sender,
            "to": message.recipients,
            "at": message.received_at.isoformat(),
            "raw": base64.b64encode(message.raw).decode(),
        }
        print(json.dumps(line))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m deploy.local.sink", description=__doc__)
    parser.add_argument("--folder", type=Path, required=True, help="where the messages are kept")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0: any free port")
    parser.add_argument("--dump", action="store_true", help="print what has been received, and end")
    options = parser.parse_args()
    if options.dump:
        dump(options.folder)
    else:
        asyncio.run(run(options.folder, options.host, options.port))


if __name__ == "__main__":
    main()
