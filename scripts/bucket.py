"""Tries documents against a server that keeps them in a bucket, and looks into that bucket with a client of its own.

usage: python3 scripts/bucket.py BASE ENDPOINT BUCKET, with the case manager's token in ACCESS_TOKEN
"""

import hashlib
import json
import os
import random
import socket
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

import boto3

BASE, ENDPOINT, BUCKET = sys.argv[1:]
TOKEN = os.environ["ACCESS_TOKEN"]
MIB = 1024 * 1024
KEYS = {"aws_access_key_id": "example", "aws_secret_access_key": "example"}
S3 = boto3.client("s3", endpoint_url=ENDPOINT, region_name="ap-southeast-6", **KEYS)


def call(method, path, body=None, **headers):
    """The status, headers and body of the answer, whatever it is."""
    headers = {"Authorization": f"Bearer {TOKEN}"} | {name.replace("_", "-"): value for name, value in headers.items()}
    if body is not None:
        headers["Content-Type"] = "application/octet-stream"
    request = urllib.request.Request(f"{BASE}{path}", body, headers, method=method)
    try:
        answer = urllib.request.urlopen(request, timeout=60)
    except urllib.error.HTTPError as refusal:
        answer = refusal
    with answer:
        return answer.status, answer.headers, answer.read()


def until(what, look):
    """Waits for something that comes about a moment after the answer."""
    end = time.monotonic() + 20
    while not look():
        assert time.monotonic() < end, f"not within 20 s: {what}"
        time.sleep(0.1)


def kept():
    """The content of documents, without what the service keeps there for itself."""
    keys = {found["Key"] for found in S3.list_objects_v2(Bucket=BUCKET).get("Contents", [])}
    return {key for key in keys if not key.startswith("ascms/")}


def unfinished():
    return S3.list_multipart_uploads(Bucket=BUCKET).get("Uploads", [])


def words(size):
    """A text that is long enough, no two pieces of it alike."""
    drawn = random.Random(size)
    return b"".join(b"%016x\n" % drawn.getrandbits(64) for _ in range(size // 17 + 1))[:size]


def upload(documents, name, content):
    query = urllib.parse.urlencode({"name": name, "visibility": "shared"})
    return call("POST", f"{documents}/raw?{query}", content)


def comes_back(documents, content):
    """What is kept is what was sent: the whole, and ranges on both sides of a part's edge."""
    before = kept()
    status, _, body = upload(documents, "hui.txt", content)
    assert status == 201, body
    document = json.loads(body)
    assert document["sha256"] == hashlib.sha256(content).hexdigest()
    (key,) = kept() - before
    assert S3.get_object(Bucket=BUCKET, Key=key)["Body"].read() == content
    path = f"{documents}/{document['id']}"
    until("a verdict", lambda: json.loads(call("GET", path)[2])["state"] == "clean")
    assert call("GET", f"{path}/content")[2] == content
    for first, last in [(0, 0), (5 * MIB - 3, 5 * MIB + 3), (max(len(content) - 5, 0), len(content) + 5)]:
        status, headers, part = call("GET", f"{path}/content", Range=f"bytes={first}-{last}")
        if first < len(content):
            assert (status, part) == (206, content[first : last + 1]), (first, last, status)
        else:
            assert (status, headers["Content-Range"]) == (416, f"bytes */{len(content)}")


def refused(documents, content, code):
    before = kept()
    status, _, body = upload(documents, "hui.txt", content)
    assert status in (413, 422) and code in body.decode(), (status, body)
    until(f"nothing is left of what was refused as {code}", lambda: kept() == before and not unfinished())


def broken_off(documents):
    """A caller who hangs up once a part is in the bucket."""
    before, address = kept(), urllib.parse.urlsplit(BASE)
    head = (
        f"POST {documents}/raw?name=hui.txt&visibility=shared HTTP/1.1\r\nHost: {address.netloc}\r\n"
        f"Authorization: Bearer {TOKEN}\r\nContent-Type: application/octet-stream\r\nContent-Length: {12 * MIB}\r\n\r\n"
    )
    with socket.create_connection((address.hostname, address.port)) as caller:
        caller.sendall(head.encode() + words(7 * MIB))
        until("an upload under way", unfinished)
    until("nothing is left of what was broken off", lambda: kept() == before and not unfinished())


def main():
    until("a bucket", lambda: BUCKET in {found["Name"] for found in S3.list_buckets()["Buckets"]})
    case = json.loads(call("GET", "/v1/cases?status=active&limit=1")[2])["items"][0]["id"]
    documents = f"/v1/cases/{case}/documents"
    for size in (1, 5 * MIB - 1, 5 * MIB, 5 * MIB + 1, 12 * MIB):
        comes_back(documents, words(size))
    refused(documents, b"MZ" + bytes(6 * MIB), "document_type_not_allowed")
    refused(documents, words(20 * MIB + 1), "document_too_large")
    broken_off(documents)
    print(f"{len(kept())} documents are in the bucket, and nothing else")


main()
