"""Environment variables through which the SDKs would use another key, other headers or louder logs: taken out."""

from collections.abc import MutableMapping

# The SDKs read dozens of OPENAI_* and ANTHROPIC_* variables: keys, profiles, headers that replace a teacher's
# key, organisations sent with it, log levels that print essays. assay's own settings are these four.
OURS = frozenset({"OPENAI_BASE_URL", "ANTHROPIC_BASE_URL", "OPENAI_MODEL", "ANTHROPIC_MODEL"})
PREFIXES = ("OPENAI_", "ANTHROPIC_")


def neutralise(environ: MutableMapping[str, str]) -> tuple[str, ...]:
    """Removes from this process every variable that only the SDKs would read; returns their names, sorted."""
    removed = sorted(name for name in environ if name.startswith(PREFIXES) and name not in OURS)
    for name in removed:
        del environ[name]
    return tuple(removed)
