"""An ECR registry with a past, in a moto server of this process: `python3 bench/moto-registry.py PORT`.

moto has no way to say through its API when an image was pushed, gives all images on one page and takes any number of
ids, so the images are put into its back end, and pages and batches are held to ECR's own limits here. Beside AWS's API
it answers:

  POST /__bench/reset   starts anew; JSON: repositories, images (in each), days, untagged (a share), latency_ms
  GET  /__bench/calls   {"calls": {"ecr.DescribeImages": 3}, "most_at_once": 8}
  GET  /__bench/tags?repo=NAME   [[digest, [tag], age in days], ...]
"""

import hashlib
import json
import sys
import threading
import time
from collections import Counter
from urllib.parse import parse_qs

from moto.core.base_backend import BackendDict
from moto.core.model_instances import reset_model_data
from moto.core.responses import ActionResult
from moto.ecr.exceptions import InvalidParameterException
from moto.ecr.models import Image, ecr_backends
from moto.ecr.responses import ECRResponse
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server

ACCOUNT, REGION, DAY = "123456789012", "us-east-1", 86_400
MEDIA_TYPE = "application/vnd.docker.distribution.manifest.v2+json"
DEFAULTS = {"repositories": 10, "images": 500, "days": 500, "untagged": 0.1, "latency_ms": 0}
NAMES = ["checkout", "catalog", "billing", "search", "gateway", "auth", "notify", "report", "ingest", "media"]


def fill(repositories, images, days, untagged):
    registry, now = ecr_backends[ACCOUNT][REGION], int(time.time())
    for number in range(repositories):
        service = NAMES[number % len(NAMES)] + ("" if number < len(NAMES) else str(number))
        repository = registry.create_repository(
            repository_name=f"shop/{service}", registry_id=None, encryption_config=None, image_scan_config=None,
            image_tag_mutability=None, image_tag_mutability_exclusion_filters=None, tags=[])
        for position in range(images):
            seed = hashlib.sha256(f"{service}/{position}".encode()).hexdigest()
            manifest = json.dumps({"schemaVersion": 2, "mediaType": MEDIA_TYPE, "layers": [],
                                   "config": {"mediaType": "application/vnd.docker.container.image.v1+json",
                                              "digest": f"sha256:{seed}", "size": 40_000_000}})
            is_untagged = int(seed[:4], 16) / 65_536 < untagged and position != images - 1
            word = ["dev", "dev", "dev", "staging", "staging", "prod"][position % 6]
            tags = [] if is_untagged else [f"{service}-{word}-1.{position // 10}.{position % 10}-{seed[:8]}"]
            if position == images - 1:
                tags.append("latest")
            digest = f"sha256:{hashlib.sha256(manifest.encode()).hexdigest()}"
            image = Image(ACCOUNT, tags[0] if tags else None, manifest, repository.name, MEDIA_TYPE, digest)
            image.image_tags = tags
            image.image_pushed_at = now - 60 - (images - 1 - position) * days * DAY // images
            repository.images.append(image)


lists = {}


def describe_images(self):
    name, ids = self._get_param("repositoryName"), self._get_param("imageIds")
    registry = self._get_param("registryId")
    size, token = int(self._get_param("maxResults") or 100), self._get_param("nextToken")
    if not 1 <= size <= 1000:
        raise InvalidParameterException("maxResults has to be between 1 and 1000")
    rows, start = lists.pop(token) if token else (self.ecr_backend.describe_images(name, registry, ids), 0)
    page, answer = rows[start:start + size], {}
    if start + size < len(rows):
        answer["nextToken"] = hashlib.sha256(f"{name}/{start}/{time.time_ns()}".encode()).hexdigest()
        lists[answer["nextToken"]] = (rows, start + size)
    answer["imageDetails"] = [
        {"registryId": ACCOUNT, "repositoryName": name, "imageDigest": image.image_digest,
         "imageManifestMediaType": MEDIA_TYPE, "imagePushedAt": image.image_pushed_at,
         "imageSizeInBytes": 40_000_000, **({"imageTags": image.image_tags} if image.image_tags else {})}
        for image in page]
    return ActionResult(answer)


# moto deletes by position while other threads may be deleting too, which then hits another image.
deleting = threading.Lock()


def at_most_a_hundred(operation):
    def checked(self):
        if len(self._get_param("imageIds") or []) > 100:
            raise InvalidParameterException("at most 100 image ids are taken in a call")
        with deleting:
            return operation(self)
    return checked


def operation_of(environ):
    scope = environ.get("HTTP_AUTHORIZATION", "").partition("Credential=")[2].split(",")[0].split("/")
    service = scope[3] if len(scope) > 3 else "none"
    target = environ.get("HTTP_X_AMZ_TARGET", "").rpartition(".")[2]
    return f"{service}.{target or environ['REQUEST_METHOD']}"


class Counted:
    def __init__(self, app):
        self.app, self.lock = app, threading.Lock()
        self.reset({})

    def reset(self, given):
        options = {**DEFAULTS, **given}
        self.latency = options.pop("latency_ms") / 1000
        BackendDict.reset()
        reset_model_data()
        fill(**options)
        self.calls, self.flying, self.most = Counter(), 0, 0

    def own(self, environ):
        path = environ["PATH_INFO"].removeprefix("/__bench/")
        if path == "reset":
            body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
            self.reset(json.loads(body or "{}"))
            return {}
        if path == "calls":
            return {"calls": self.calls, "most_at_once": self.most}
        repository = parse_qs(environ["QUERY_STRING"])["repo"][0]
        now = time.time()
        return [[image.image_digest, image.image_tags, (now - image.image_pushed_at) / DAY]
                for image in ecr_backends[ACCOUNT][REGION].repositories[repository].images]

    def __call__(self, environ, start_response):
        if environ["PATH_INFO"].startswith("/__bench/"):
            body = json.dumps(self.own(environ)).encode()
            start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
            return [body]
        with self.lock:
            self.calls[operation_of(environ)] += 1
            self.flying += 1
            self.most = max(self.most, self.flying)
        try:
            time.sleep(self.latency)
            return self.app(environ, start_response)
        finally:
            with self.lock:
                self.flying -= 1


ECRResponse.describe_images = describe_images
ECRResponse.batch_delete_image = at_most_a_hundred(ECRResponse.batch_delete_image)
ECRResponse.batch_get_image = at_most_a_hundred(ECRResponse.batch_get_image)
server = make_server("127.0.0.1", int(sys.argv[1]), Counted(DomainDispatcherApplication(create_backend_app)), threaded=True)
print("ready", flush=True)
server.serve_forever()
