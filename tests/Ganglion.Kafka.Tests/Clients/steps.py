"""Steps as lines of JSON, with bytes in Base64: how the tests talk with the scripts beside this one."""
import json
import select
import sys
from base64 import b64decode, b64encode


class Lacking(Exception):
    """The library cannot do it."""


def run(steps):
    """Does step after step, until there are no more. A member of a group has but one, and ends with the input."""
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer({"answer": steps[request.pop("step")](**request)})
        except Lacking as lacking:
            answer({"lacks": str(lacking)})
        except Exception as error:
            answer({"error": f"{type(error).__name__}: {error}"})


def refuse(what, is_there):
    """Tells that the library lacks something, as long as it does."""
    if is_there:
        raise NotImplementedError(f"The library has {what} by now: make use of it.")
    raise Lacking(what)


def is_over():
    """Whether the input has ended. It is not read while somebody may still write to it."""
    return bool(select.select([sys.stdin], [], [], 0)[0])


def answer(value):
    print(json.dumps(value), flush=True)


def to_bytes(text):
    return None if text is None else b64decode(text)


def to_text(data):
    return None if data is None else b64encode(data).decode()


def headers_of(record):
    return [(header["Name"], to_bytes(header["Value"])) for header in record["Headers"]]


def record_of(key, value, headers, partition, offset, timestamp):
    return {
        "Key": to_text(key),
        "Value": to_text(value),
        "Headers": [{"Name": name, "Value": to_text(data)} for name, data in headers or []],
        "Partition": partition,
        "Offset": offset,
        "Timestamp": timestamp,
    }
