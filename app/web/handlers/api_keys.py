"""Teachers' API keys on their way in: shape, whose they are, a question to the service, sealed, stored."""

from starlette.responses import Response

from app.security.keyring import read_key
from app.web.errors import ApiError, invalid
from app.web.handlers.query import answer
from app.web.request import Request


async def put_api_key(request: Request) -> Response:
    """Store a key. Refused when the service says that it is wrong; a service that cannot be asked is no reason to."""
    intake, provider = request.app_state.api_keys, str(request.path_params["provider"])
    # Who is calling comes first: nobody else may have keys tried out here.
    teacher_id = str(await request.caller())
    model = await request.model()
    try:
        key = read_key(model.key)
    except ValueError as error:
        raise invalid([{"field": "key", "type": "api_key", "message": str(error)}]) from None
    if await intake.check(provider, key) == "rejected":
        raise ApiError("api_key_rejected", details={"provider": provider})
    values = {
        "token_digest": request.token_digest,
        "provider": provider,
        "sealed": intake.seal(teacher_id, provider, key),
        "last4": key[-4:],
        "calls_per_day": model.calls_per_day,
    }
    return await answer(request, values)
