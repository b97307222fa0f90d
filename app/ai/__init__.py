"""The AI layer: two providers, teachers' own keys, one template or one integer out of whatever happens."""

import os

from app.ai.environment import neutralise

# The SDKs read some variables the moment they are imported, and every module of theirs is imported below this one.
IGNORED_VARIABLES: tuple[str, ...] = neutralise(os.environ)
