"""Teachers' API keys on their way in: shape, whose they are, a question to the service, sealed, stored."""

import json

from app.web.bodies import read_model, sent
from app.web.call import Answer, Call
from app.web.doors import column
from app.web.reading import invalid
from app.web.refusals import Refusal
from app.web.sent import ApiKey


async def put_key(call: Call) -> Answer:
    """Store a key. Refused when the service says that it is wrong; a service that cannot be asked is no reason to."""
    intake, provider = call.world.keys, call.path["provider"]
    # A door for teachers comes first: nobody else may have keys tried out here.
    await call.row("teacher/list_api_keys", {"token": call.token})
    me = json.loads(column(await call.row("auth/read_me", {"token": call.token})))
    model = await read_model(call, ApiKey)
    assert isinstance(model, ApiKey)
    try:
        key = intake.read(model.key)
    except ValueError as trouble:
        raise invalid([{"field": "key", "type": "api_key", "message": str(trouble)}]) from None
    if await intake.check(provider, key) == "rejected":
        raise Refusal("api_key_rejected", details={"provider": provider})
    values = {
        "token": call.token,
        "provider": provider,
        "sealed": intake.seal(me["id"], provider, key),
        "last4": key[-4:],
    }
    return Answer(200, column(await call.row(call.route.query, values)))


async def put_limit(call: Call) -> Answer:
    """Change a limit. This process has it at once, the others when they hear of it."""
    body = column(await call.row(call.route.query, await sent(call)))
    await call.world.learn()
    return Answer(200, body)
