"""Every error of requests, urllib3 and the socket leaves the platform link as one of ours."""

import http.client
import inspect
import socket
import ssl

import pytest
import requests
import urllib3

from counter_app.errors import PlatformError, PlatformUnreachable
from counter_app.platform_link.exchange import Exchange, translated


def kinds(module, root):
    return sorted(
        {
            kind
            for _, kind in inspect.getmembers(module, inspect.isclass)
            if issubclass(kind, root) and not issubclass(kind, Warning)
        },
        key=lambda kind: kind.__name__,
    )


def made(kind):
    """An instance, whatever its constructor wants."""
    error = kind.__new__(kind)
    error.args = ("测试甲 990302199001010016",)
    return error


OURS = ("platform.unreachable", "platform.timeout", "platform.tls", "platform.garbled")
REQUESTS = kinds(requests.exceptions, requests.RequestException)
URLLIB3 = kinds(urllib3.exceptions, urllib3.exceptions.HTTPError)
LOWER = [
    OSError,
    ConnectionResetError,
    ConnectionAbortedError,
    BrokenPipeError,
    TimeoutError,
    socket.gaierror,
    ssl.SSLError,
    ssl.SSLCertVerificationError,
    ValueError,
    UnicodeError,
    *kinds(http.client, http.client.HTTPException),
]


def test_there_is_something_to_walk():
    assert len(REQUESTS) >= 20
    assert len(URLLIB3) >= 25


@pytest.mark.parametrize("kind", REQUESTS + URLLIB3 + LOWER, ids=lambda kind: kind.__qualname__)
def test_every_error_has_a_code(kind, monkeypatch):
    exchange = Exchange("http://127.0.0.1:9", timeouts=(1, 1), verify=True)

    def raises(*_, **__):
        raise made(kind)

    monkeypatch.setattr(requests.Session, "request", raises)
    with pytest.raises(PlatformError) as told:
        exchange.ask("GET", "/v1/health", headers={})
    assert told.value.code in OURS
    assert (told.value.code == "platform.garbled") is not isinstance(
        told.value, PlatformUnreachable
    )
    assert "测试" not in str(told.value) + repr(told.value.facts)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (requests.exceptions.ConnectTimeout(), "platform.timeout"),
        (requests.exceptions.ReadTimeout(), "platform.timeout"),
        (requests.exceptions.ConnectionError(), "platform.unreachable"),
        (requests.exceptions.ProxyError(), "platform.unreachable"),
        (requests.exceptions.SSLError(), "platform.tls"),
        (requests.exceptions.ChunkedEncodingError(), "platform.unreachable"),
        (requests.exceptions.ContentDecodingError(), "platform.garbled"),
        (requests.exceptions.TooManyRedirects(), "platform.garbled"),
        (requests.exceptions.JSONDecodeError("x", "y", 0), "platform.garbled"),
        (ConnectionRefusedError(), "platform.unreachable"),
        (socket.gaierror(-2, "no such name"), "platform.unreachable"),
        (TimeoutError(), "platform.timeout"),
        (http.client.BadStatusLine("x"), "platform.garbled"),
        (http.client.RemoteDisconnected(), "platform.unreachable"),
        (http.client.IncompleteRead(b""), "platform.unreachable"),
        (ssl.SSLCertVerificationError(), "platform.tls"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else value,
)
def test_what_it_means(error, code):
    assert translated(error).code == code


def test_the_cause_counts_however_deep_it_lies():
    inner = urllib3.exceptions.ReadTimeoutError(None, "/", "slow")
    middle = urllib3.exceptions.ProtocolError("broken", inner)
    assert translated(requests.exceptions.ConnectionError(middle)).code == "platform.timeout"
    reason = urllib3.exceptions.MaxRetryError(None, "/", urllib3.exceptions.SSLError("no"))
    assert translated(requests.exceptions.ConnectionError(reason)).code == "platform.tls"


def test_an_error_that_contains_itself_ends():
    loop = requests.exceptions.ConnectionError()
    loop.args = (loop,)
    assert translated(loop).code == "platform.unreachable"


def test_a_host_that_has_no_name_is_no_time_out():
    unknown = urllib3.exceptions.NameResolutionError("x", None, socket.gaierror(-2, "x"))
    reason = urllib3.exceptions.MaxRetryError(None, "/", unknown)
    assert translated(requests.exceptions.ConnectionError(reason)).code == "platform.unreachable"
