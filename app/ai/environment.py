"""Environment variables through which the SDKs would use another key, other headers or louder logs: taken out."""

from collections.abc import MutableMapping

from app.ai.models import PROVIDERS

# The SDKs read dozens of OPENAI_* and ANTHROPIC_* variables: keys, profiles, headers that replace a teacher's
# key, organisations sent with it, log levels that print essays. assay's own settings are two of each provider.
PREFIXES = tuple(f"{provider.upper()}_" for provider in PROVIDERS)
OURS = frozenset(prefix + name for prefix in PREFIXES for name in ("BASE_URL", "MODEL"))


def neutralise(environ: MutableMapping[str, str]) -> tuple[str, ...]:
    """Removes from this process every variable that only the SDKs would read; returns their names, sorted."""
    removed = sorted(name for name in environ if name.startswith(PREFIXES) and name not in OURS)
    for name in removed:
        del environ[name]
    return tuple(removed)
