"""`assay openapi`: print the OpenAPI document, for generators of clients; no server and no database are needed."""

import argparse
import json

from app.settings import Settings


def run(settings: Settings, arguments: argparse.Namespace) -> int:
    """The same as `GET /openapi.json`, indented, so that two versions can be compared line by line."""
    from app.web.openapi import make_document

    print(json.dumps(make_document(), ensure_ascii=False, indent=2))
    return 0
