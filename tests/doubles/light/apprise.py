"""Stands in for Apprise where only what is told matters: posts as json:// does, starts at once.

The real one is asked in tests/notify/test_sending.py and in whole runs.
"""

import json
import logging
from enum import StrEnum
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit


class NotifyType(StrEnum):
    INFO = "info"
    SUCCESS = "success"
    WARNING = "warning"
    FAILURE = "failure"


class NotifyFormat(StrEnum):
    TEXT = "text"


class AppriseAsset:
    def __init__(self, **_settings: Any) -> None:
        pass


class Apprise:
    def __init__(self, **_given: Any) -> None:
        self._url = ""

    def add(self, url: str) -> bool:
        self._url = url
        return True

    def notify(self, *, title: str, body: str, notify_type: str, **_given: Any) -> bool:
        place = urlsplit(self._url)
        connection = HTTPConnection(place.netloc, timeout=30)
        told = {"title": title, "message": body, "type": notify_type}
        connection.request("POST", place.path, json.dumps(told))
        status = connection.getresponse().status
        if status != 200:
            logging.getLogger("apprise").warning("Failed to send %s, error=%s.", self._url, status)
        return status == 200
