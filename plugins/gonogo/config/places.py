"""Where things are: complete URLs, and paths below them."""

from urllib.parse import urlsplit


def url_fault(url: str, where: str) -> list[str]:
    """Return a complaint unless this is a complete http or https URL."""
    try:
        parts = urlsplit(url)
        good = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if good and not any(each.isspace() for each in url):
        return []
    bare = "" if "://" in url else ", with its scheme"
    return [f"{where}: expected a complete URL{bare}, such as https://api.example.com"]


def join(base: str, path: str) -> str:
    """Join a path to a base URL; a complete URL stays as it is."""
    if path.startswith(("http://", "https://")):
        return path
    return f"{base.rstrip('/')}/{path.lstrip('/')}"
