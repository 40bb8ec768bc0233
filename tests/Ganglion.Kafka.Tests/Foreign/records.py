"""Records as a line of JSON, with bytes in Base64: how the tests talk with the scripts beside this one."""
import json
import sys
from base64 import b64decode, b64encode


def to_bytes(text):
    return None if text is None else b64decode(text)


def to_text(data):
    return None if data is None else b64encode(data).decode()


def requests():
    """Lines of records that are to be written together."""
    for line in sys.stdin:
        yield json.loads(line)


def headers_of(record):
    return [(header["Name"], to_bytes(header["Value"])) for header in record["Headers"]]


def answer(value):
    print(json.dumps(value), flush=True)


def answer_record(key, value, headers):
    answer({
        "Key": to_text(key),
        "Value": to_text(value),
        "Headers": [{"Name": name, "Value": to_text(data)} for name, data in headers or []],
    })
