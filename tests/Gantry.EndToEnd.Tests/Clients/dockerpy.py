"""Drives a daemon through docker-py: the library many tools are built on. Prints nothing but its last line, "all right".

Others use the same daemon meanwhile: nothing here may look at what is theirs.
"""
import faulthandler
import io
import sys
import tarfile

import docker

# Before the test gives up on it: where it hangs.
faulthandler.dump_traceback_later(150, exit=True)


def same(found, expected, what):
    if found != expected:
        raise SystemExit(f"{what}: {found!r} and not {expected!r}")


client = docker.DockerClient(base_url=sys.argv[1], version="auto", timeout=60)
name = sys.argv[2]

assert client.ping()
assert client.version()["ApiVersion"]
assert "Containers" in client.info()
# By name: the library asks for each image on its own after the list, and another one may be gone by then.
assert any("busybox:latest" in image.tags for image in client.images.list(name="busybox"))
same(client.images.get("busybox").attrs["Os"], "linux", "Os")

same(client.containers.run("busybox", ["echo", "hi"], remove=True), b"hi\n", "output")
try:
    client.containers.run("busybox", ["sh", "-c", "echo bad >&2; exit 3"], remove=True)
    raise SystemExit("exit code 3 did not raise")
except docker.errors.ContainerError as error:
    same((error.exit_status, error.stderr), (3, b"bad\n"), "failure")

container = client.containers.run(
    "busybox", ["sh", "-c", "trap 'exit 0' TERM; echo started; while :; do sleep 0.1; done"],
    name=name, detach=True, environment={"A": "b"}, labels={"mark": name}, mem_limit="64m", ports={"80/tcp": None}, volumes={name: {"bind": "/data", "mode": "rw"}})
try:
    container.reload()
    same(container.status, "running", "status")
    same(container.attrs["HostConfig"]["Memory"], 64 << 20, "memory")
    assert container.attrs["NetworkSettings"]["Ports"]["80/tcp"][0]["HostPort"], container.attrs["NetworkSettings"]
    same([c.name for c in client.containers.list(filters={"label": "mark=" + name})], [name], "list")

    code, output = container.exec_run(["sh", "-c", "echo $A; echo oops >&2; exit 4"], demux=True)
    same((code, output), (4, (b"b\n", b"oops\n")), "exec")
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
    top = container.top()["Processes"]
    assert any("sleep" in " ".join(row) for row in top), top
    container.pause()
    container.reload()
    same(container.status, "paused", "status")
    container.unpause()
    container.rename(name + "-renamed")
    # Long enough for a busy machine: what is killed instead ends with 137.
    container.stop(timeout=40)
    same(container.wait()["StatusCode"], 0, "exit code after stop")
    container.start()
    container.kill()
    same(container.wait()["StatusCode"], 137, "exit code after kill")
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
