"""Whether a host is this machine itself."""

from ipaddress import ip_address


def is_loopback(host: str) -> bool:
    """Whether this host, as a URL or HOST names it, is reached from this machine alone."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
