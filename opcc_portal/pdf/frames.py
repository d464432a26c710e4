"""How parent and child talk over a pipe: lengths, then a JSON header, then the blobs it announces."""

import json
import struct

_LENGTHS = struct.Struct(">II")
_BLOB = struct.Struct(">Q")


def write_frame(pipe, header, blobs):
    text = json.dumps(header).encode()
    pipe.write(_LENGTHS.pack(len(text), len(blobs)))
    pipe.write(text)
    for blob in blobs:
        pipe.write(_BLOB.pack(len(blob)))
        pipe.write(blob)
    pipe.flush()


def read_frame(pipe):
    """(header, blobs), or None at the end of the stream."""
    start = pipe.read(_LENGTHS.size)
    if not start:
        return None
    text_length, blob_count = _LENGTHS.unpack(start)
    header = json.loads(_exactly(pipe, text_length))
    return header, [_exactly(pipe, *_BLOB.unpack(_exactly(pipe, _BLOB.size))) for _ in range(blob_count)]


def _exactly(pipe, count):
    data = pipe.read(count)
    if len(data) < count:
        raise EOFError("the other side stopped in the middle of a frame")
    return data
