"""Teachers' API keys on their way in: shape, whose they are, a question to the service, sealed, stored."""

from app.web.body import invalid
from app.web.errors import Refusal
from app.web.handlers.query import column
from app.web.parameters import read_model
from app.web.request import Answer, Call
from app.web.schemas.requests import ApiKey


async def put_key(call: Call) -> Answer:
    """Store a key. Refused when the service says that it is wrong; a service that cannot be asked is no reason to."""
    intake, provider = call.world.keys, call.path["provider"]
    # Who is calling comes first: nobody else may have keys tried out here.
    me = await call.row("teacher/read_own_id", {"token": call.token})
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
        "sealed": intake.seal(str(me["id"]), provider, key),
        "last4": key[-4:],
    }
    return Answer(200, column(await call.row(call.route.query, values)))
