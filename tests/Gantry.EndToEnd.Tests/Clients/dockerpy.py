"""Drives a daemon through docker-py: the library many tools are built on. Prints nothing but its last line, "all right"."""
import io
import sys
import tarfile

import docker

client = docker.DockerClient(base_url=sys.argv[1], version="auto", timeout=60)
name = sys.argv[2]

assert client.ping()
assert client.version()["ApiVersion"]
assert "Containers" in client.info()
assert any("busybox:latest" in image.tags for image in client.images.list())
assert client.images.get("busybox").attrs["Os"] == "linux"

assert client.containers.run("busybox", ["echo", "hi"], remove=True) == b"hi\n"
try:
    client.containers.run("busybox", ["sh", "-c", "echo bad >&2; exit 3"], remove=True)
    raise SystemExit("exit code 3 did not raise")
except docker.errors.ContainerError as error:
    assert error.exit_status == 3 and b"bad" in error.stderr, error

container = client.containers.run(
    "busybox", ["sh", "-c", "trap 'exit 0' TERM; echo started; while :; do sleep 0.1; done"],
    name=name, detach=True, environment={"A": "b"}, labels={"mark": name}, mem_limit="64m", ports={"80/tcp": None}, volumes={name: {"bind": "/data", "mode": "rw"}})
try:
    container.reload()
    assert container.status == "running"
    assert container.attrs["HostConfig"]["Memory"] == 64 << 20
    assert container.attrs["NetworkSettings"]["Ports"]["80/tcp"][0]["HostPort"]
    assert [c.name for c in client.containers.list(filters={"label": "mark=" + name})] == [name]

    code, output = container.exec_run(["sh", "-c", "echo $A; echo oops >&2; exit 4"], demux=True)
    assert (code, output) == (4, (b"b\n", b"oops\n")), (code, output)
    # Over a raw socket, as terminals do.
    exec_id = client.api.exec_create(name, ["sh", "-c", "read line; echo got $line"], stdin=True)["Id"]
    socket = client.api.exec_start(exec_id, socket=True)
    raw = getattr(socket, "_sock", socket)
    raw.sendall(b"input\n")
    answer = b""
    while b"got input" not in answer:
        part = raw.recv(4096)
        assert part, answer
        answer += part
    raw.close()

    for line in container.logs(stream=True, follow=True):
        assert line == b"started\n", line
        break
    assert any("sleep" in " ".join(row) for row in container.top()["Processes"])
    container.pause()
    container.reload()
    assert container.status == "paused"
    container.unpause()
    container.rename(name + "-renamed")
    container.stop(timeout=5)
    assert container.wait()["StatusCode"] == 0
    container.start()
    container.kill()
    assert container.wait()["StatusCode"] == 137
    try:
        client.containers.get("nobody-" + name)
        raise SystemExit("an unknown container was found")
    except docker.errors.NotFound:
        pass
finally:
    container.remove(force=True)
    client.volumes.get(name).remove()

layer = io.BytesIO()
with tarfile.open(fileobj=layer, mode="w") as tar:
    entry = tarfile.TarInfo("file")
    entry.size = 5
    tar.addfile(entry, io.BytesIO(b"bytes"))
client.api.import_image_from_data(layer.getvalue(), repository=name, tag="one")
image = client.images.get(name + ":one")
archive = b"".join(image.save(named=True))
client.images.remove(name + ":one")
loaded = client.images.load(archive)
assert loaded[0].id == image.id, loaded
client.images.remove(name + ":one")
try:
    client.images.get(name + ":one")
    raise SystemExit("a removed image was found")
except docker.errors.ImageNotFound:
    pass

print("all right")
