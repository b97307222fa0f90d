"""What can be found at no cost: `serve` looks at it at each start, and says what is wrong as warnings."""

import logging
from collections.abc import Collection

from app.doctor import address, host, mail, secrets
from app.doctor.finding import Check, Deployment

AT_START: tuple[Check, ...] = (
    Check(name="links", well="links in mail begin as they should", look=address.links),
    Check(name="sender", well="mail has somewhere to go, and a sender", look=mail.destination),
    Check(name="master keys", well="they are such as assay starts with", look=secrets.master_keys),
    Check(name="data folder", well="nobody else reads what is secret in it", look=secrets.data_folder),
    Check(name="descriptors", well="there are enough", look=host.descriptors),
    Check(name="counting", well="requests are counted where they should be", look=host.counting),
)

log = logging.getLogger(__name__)


def warn(deployment: Deployment, names: Collection[str] | None = None) -> None:
    """A line for each finding of the checks of these names; of all unless given."""
    for check in AT_START:
        if names is None or check.name in names:
            for finding in check.look(deployment):
                log.warning("%s %s", finding.wrong, finding.remedy)
