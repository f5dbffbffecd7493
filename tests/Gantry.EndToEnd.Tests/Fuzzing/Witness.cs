using System.Text.Json.Nodes;
using Gantry.EndToEnd.Engines;

namespace Gantry.EndToEnd.Fuzzing;

/// <summary>A container that nobody names, so that nothing about it may change.</summary>
public static class Witness
{
    public const string Name = "witness";

    public static async Task Make(Engine engine)
    {
        await engine.Ok("network", "create", "witness-net");
        await engine.Ok("run", "-d", "--name", Name, "--network", "witness-net", "-p", "8080:80", "-v", "witness-data:/data", "-m", "64m",
            "--restart", "always", "busybox",
            "sh", "-c", "echo kept > /data/file; mkdir /www; echo works > /www/index.html; exec httpd -f -h /www");
        await engine.Ok("exec", Name, "sh", "-c", "until [ -e /www/index.html ]; do sleep 0.05; done");
    }

    /// <summary>All that can be seen of it: what inspect says, its process, its files, its data, its answer on the network.</summary>
    public static async Task<string> Describe(Engine engine)
    {
        JsonNode inspect = (await engine.Api.Get($"/containers/{Name}/json")).Json;
        string files = await engine.Ok("exec", Name, "sh", "-c",
            "cat /data/file /proc/1/cmdline; ls -la /data /www /dev; cat /sys/fs/cgroup/memory/memory.limit_in_bytes "
                + "/sys/fs/cgroup/memory.max 2>/dev/null; ip -o addr; hostname");
        string page = (await engine.Daemon.Machine.Run("curl", "-sS", "-m", "60", "http://127.0.0.1:8080/")).Succeeded();
        inspect["ExecIDs"] = null;
        return $"{inspect.ToJsonString()}\n{files}\n{page}";
    }
}
