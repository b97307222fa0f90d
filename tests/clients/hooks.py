"""How schemathesis logs in, and which things of the school it asks for."""

import json
import os
import time
from typing import Any
from uuid import UUID

import requests
import schemathesis

BASE_URL, PASSWORD = os.environ["BASE_URL"], os.environ["PASSWORD"]
EMAIL = os.environ[os.environ["ROLE"].upper()]
THINGS = json.loads(os.environ["THINGS"])  # by the name of the parameter: ids that there are


def login() -> str:
    """A new session's token. Logins of one account are limited; waiting is what the answer asks for."""
    while True:
        answer = requests.post(f"{BASE_URL}/auth/login", json={"email": EMAIL, "password": PASSWORD}, timeout=300)
        if answer.status_code == 200:
            return str(answer.json()["token"])
        time.sleep(int(answer.headers["Retry-After"]))


@schemathesis.auth(refresh_interval=None)
class Session:
    """One session for the whole run, and one of its own for each request that ends it."""

    def __init__(self) -> None:
        self.token = ""

    def get(self, case: Any, context: Any) -> str:
        if case.operation.path == "/auth/logout":
            return login()
        if case.operation.path == "/auth/sessions":  # all of them end, that of the run, too
            self.token = ""
            return login()
        self.token = self.token or login()
        return self.token

    def set(self, case: Any, data: str, context: Any) -> None:
        case.headers = case.headers or {}
        case.headers["Authorization"] = f"Bearer {data}"


@schemathesis.hook
def map_path_parameters(context: Any, path_parameters: dict[str, Any] | None) -> dict[str, Any] | None:
    """Of random ids, three of four become those of things that there are; what is deleted is what a test has made."""
    if not path_parameters or context.operation.method.upper() == "DELETE":
        return path_parameters
    for name, ids in THINGS.items():
        if (drawn := number_of(path_parameters.get(name))) is not None and drawn % 4:
            path_parameters[name] = ids[drawn % len(ids)]
    return path_parameters


def number_of(value: object) -> int | None:
    """A well-formed id as a number."""
    try:
        return UUID(value).int if isinstance(value, str) else None
    except ValueError:
        return None
