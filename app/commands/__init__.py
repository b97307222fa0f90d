"""The console commands: `assay create-teacher` is create_teacher.py, found by its name.

Each module has a docstring whose first sentence is the command's help, `run(settings, arguments) -> exit code` and,
where it takes any, `declare(parser)`. `OVERRIDES` names the options that stand in for the setting of the same name.
`DRAINS` is true of one that sees to SIGTERM itself.
"""


class CommandError(Exception):
    """What the user of a command can put right, in one plain sentence."""
