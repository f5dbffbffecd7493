using Gantry.EndToEnd.Engines;
using Gantry.EndToEnd.Processes;

namespace Gantry.EndToEnd.BadInput;

/// <summary>Values that create and update refuse before anything is made, in words that are the same on a real dockerd; all our rows are in
/// the engine's own tests.</summary>
public sealed class CreateFieldsTests(SharedDaemons daemons) : EngineTests(daemons)
{
    private static readonly (string Body, string Message)[] Refused =
    [
        (Host("\"ShmSize\":-1"), "SHM size can not be less than 0"),
        (Host("\"CpusetCpus\":\"4000\""), "Requested CPUs are not available - requested 4000, available: "),
        (Host("\"CpusetCpus\":\"1-0\""), "Invalid value 1-0 for cpuset cpus: invalid format: 1-0"),
        (Host("\"CpusetMems\":\"77\""), "Requested memory nodes are not available - requested 77, available: "),
        (Host("\"MemoryReservation\":1024"), "Minimum memory reservation allowed is 6MB"),
        (Host("\"NanoCpus\":1000000000,\"CpuQuota\":50000"), "Conflicting options: Nano CPUs and CPU Quota cannot both be set"),
        (Host("\"CpuRealtimePeriod\":1000,\"CpuRealtimeRuntime\":2000"),
            "cpu real-time runtime cannot be higher than cpu real-time period"),
        (Host("\"IOMaximumIOps\":10"), "Invalid QoS settings: linux does not support configuration of maximum IOPs"),
        (Host("\"Isolation\":\"hyperv\""), "Invalid isolation: \"hyperv\" - linux only supports 'default'"),
        (Host("\"StorageOpt\":{\"x\":\"1\"}"), "Unknown option x"),
        (Host("\"Runtime\":\"nonesuch\""), "nonesuch"),
        (Host("\"Links\":[\"nobody:x\"]"), "could not get container for nobody: No such container: nobody"),
        (Host("\"PidMode\":\"container:nobody\""), "No such container: nobody"),
        (Host("\"IpcMode\":\"container:nobody\""), "No such container: nobody"),
        (Host("\"VolumesFrom\":[\"nobody\"]"), "No such container: nobody"),
        (Host("\"VolumesFrom\":[\"\"]"), "volumes-from specification cannot be an empty string"),
        (Host("\"Binds\":[\"/x:/y:ro,rw\"]"), "invalid mode: ro,rw"),
        (Host("\"Binds\":[null]"), "invalid volume specification: ''"),
        (Host("\"Binds\":[\"x:/y\"]"), "create x: volume name is too short, names should be at least two alphanumeric characters"),
        (Host("\"Mounts\":[null]"), "invalid mount config for type \"\": field Target must not be empty"),
        (Host("\"Mounts\":[{\"Type\":\"bind\",\"Source\":\"/tmp\",\"Target\":\"/x\",\"BindOptions\":{\"Propagation\":\"xx\"}}]"),
            "invalid mount config for type \"bind\": invalid propagation mode: xx"),
        (Host("\"Mounts\":[{\"Type\":\"tmpfs\",\"Source\":\"x\",\"Target\":\"/x\"}]"),
            "invalid mount config for type \"tmpfs\": field Source must not be specified"),
        (Host("\"Tmpfs\":{\"x\":\"\"}"), "invalid mount path: 'x' mount path must be absolute"),
        (Host("\"ExtraHosts\":[\"nonsense\"]"), "bad format for add-host: \"nonsense\""),
        (Host("\"LogConfig\":{\"Type\":\"json-file\",\"Config\":{\"mode\":\"xx\"}}"), "logger: logging mode not supported: xx"),
        (Host("\"UTSMode\":\"host\"},\"Hostname\":\"x\",\"Labels\":{"), "conflicting options: hostname and the UTS mode"),
        ("""{"Image":"busybox","Cmd":["true"],"Env":[null]}""", "invalid environment variable: "),
        ("""{"Image":"busybox","Cmd":["true"],"Healthcheck":{"Interval":1}}""", "Interval in Healthcheck cannot be less than 1ms"),
        ("""{"Image":"busybox","Cmd":["true"],"""
            + """ "NetworkingConfig":{"EndpointsConfig":{"bridge":{"IPAMConfig":{"IPv4Address":"nonsense"}}}}}""",
            "invalid IPv4 address: nonsense"),
        ("""{"Image":"busybox","Cmd":["true"],"NetworkingConfig":{"EndpointsConfig":{"bridge":{},"none":{}}}}""",
            "Container cannot be connected to network endpoints: "),
    ];

    private static string Host(string fields) => $$"""{"Image":"busybox","Cmd":["true"],"HostConfig":{ {{fields}} } }""";

    [Theory, EngineDaemon]
    public async Task CreateRefuses(string name)
    {
        await using Engine engine = await Use(name);
        foreach ((string body, string message) in Refused)
        {
            ApiClient.Answer answer = await engine.Api.Post("/v1.41/containers/create", body);
            // dockerd says 500 for some; docs/differences.md.
            Assert.True((int)answer.Status == 400 || (engine.IsPeer && (int)answer.Status == 500),
                $"{body}: {(int)answer.Status} {answer.Body}");
            Assert.Contains(message, answer.Message, StringComparison.Ordinal);
        }
    }

    /// <summary>What is kept and not acted on is said, by the stock client too.</summary>
    [Theory, EveryEngine(OursOnly = true)]
    public async Task WhatHasNoEffectIsWarnedOf(string name)
    {
        await using Engine engine = await Use(name);
        string network = engine.NewName();
        await engine.Ok("network", "create", network);
        Command.Result created = await engine.Run("create", "--name", engine.NewName(), "--health-cmd", "true", "--network", network,
            "--network-alias", "database", "busybox", "true");
        Assert.Equal(0, created.Code);
        Assert.Contains("WARNING: Health checks are not run yet", created.Error);
        Assert.Contains("the network aliases database are kept and have no effect", created.Error);
        Command.Result plain = await engine.Run("create", "--name", engine.NewName(), "--no-healthcheck", "--network", network, "busybox",
            "true");
        Assert.Equal((0, ""), (plain.Code, plain.Error));
        foreach (string one in (string[])[created.Output, plain.Output]) await engine.Ok("rm", one.Trim());
        await engine.Ok("network", "rm", network);
    }

    [Theory, EngineDaemon]
    public async Task UpdateRefuses(string name)
    {
        await using Engine engine = await Use(name);
        string container = await engine.RunIdle("--network", "none", "-m", "100m", "--cpus", "1", "--pids-limit", "50");
        async Task Refused(int status, string body, string message)
        {
            ApiClient.Answer answer = await engine.Api.Post($"/v1.41/containers/{container}/update", body);
            Assert.True(status == (int)answer.Status, $"{body}: {(int)answer.Status} {answer.Body}");
            Assert.Contains(message, answer.Message, StringComparison.Ordinal);
        }
        await Refused(409, """{"Memory":314572800}""",
            "Memory limit should be smaller than already set memoryswap limit, update the memoryswap at the same time");
        await Refused(409, """{"CpuQuota":20000}""", "Conflicting options: CPU Quota cannot be updated as NanoCPUs has already been set");
        await Refused(400, """{"CpusetCpus":"4000"}""", "Requested CPUs are not available - requested 4000, available: ");
        await Refused(400, """{"MemorySwappiness":500}""", "Invalid value: 500, valid memory swappiness range is 0-100");
        await Refused(400, """{"RestartPolicy":{"Name":"on-failure","MaximumRetryCount":-1}}""", "maximum retry count cannot be negative");
        Assert.Equal("104857600 209715200 1000000000 50",
            await engine.Inspect(container,
                "{{.HostConfig.Memory}} {{.HostConfig.MemorySwap}} {{.HostConfig.NanoCpus}} {{.HostConfig.PidsLimit}}"));
        Assert.Equal(200, (int)(await engine.Api.Post($"/v1.41/containers/{container}/update", """{"PidsLimit":0}""")).Status);
        Assert.Equal("max",
            await engine.Ok("exec", container, "sh", "-c", "cat /sys/fs/cgroup/pids/pids.max /sys/fs/cgroup/pids.max 2>/dev/null || true"));
    }

    /// <summary>A group is what the container's own file says it is.</summary>
    [Theory, EveryEngine]
    public async Task AGroupMayBeAddedByName(string name)
    {
        await using Engine engine = await Use(name);
        string image = engine.NewName("groups"), container = engine.NewName();
        await engine.Ok("run", "--network", "none", "--name", container, "busybox", "sh", "-c", "echo backup:x:3456: >> /etc/group");
        await engine.Ok("commit", container, image);
        Assert.Contains("3456",
            await engine.Ok("run", "--rm", "--network", "none", "--group-add", "backup", "--group-add", "77", "-u", "1000", image, "id",
                "-G"));
        string idle = engine.NewName();
        await engine.Ok("run", "-d", "--network", "none", "--name", idle, "--group-add", "backup", image, "sleep", "1000");
        Assert.Contains("3456", await engine.Ok("exec", idle, "id", "-G"));
        Assert.Contains("Unable to find group nonesuch: no matching entries in group file",
            (await engine.Run("run", "--rm", "--network", "none", "--group-add", "nonesuch", image, "true")).Error);
        await engine.Ok("rm", "-f", container, idle);
        await engine.Ok("rmi", image);
    }

    /// <summary>Read-only means what is mounted below, too, unless it is said not to: since version 25 of Docker.</summary>
    [Theory, EngineDaemon(OursOnly = true)]
    public async Task AReadOnlyBindIsSoAllTheWayDown(string name)
    {
        await using Engine engine = await Use(name);
        string host = $"{engine.Daemon.Root}/deep-{Guid.NewGuid():N}";
        Directory.CreateDirectory(host + "/below");
        (await engine.Machine.RunInside("mount", "-t", "tmpfs", "tmpfs", host + "/below")).Succeeded();
        try
        {
            async Task<string> Touch(string options)
            {
                string body = $$"""{"Image":"busybox","Cmd":["touch","/x/below/f"],"HostConfig":{"NetworkMode":"none","""
                    + $$""" "Mounts":[{"Type":"bind","Source":"{{host}}","Target":"/x","ReadOnly":true{{options}} }] } }""";
                string id = (await engine.Api.Post("/v1.44/containers/create", body)).Json["Id"]!.GetValue<string>();
                engine.Adopt(id);
                Assert.Equal(204, (int)(await engine.Api.Post($"/v1.44/containers/{id}/start")).Status);
                return await engine.Ok("wait", id);
            }
            Assert.Equal("1", await Touch(""));
            Assert.Equal("1", await Touch(",\"BindOptions\":{\"ReadOnlyForceRecursive\":true}"));
            Assert.Equal("0", await Touch(",\"BindOptions\":{\"ReadOnlyNonRecursive\":true}"));
        }
        finally
        {
            await engine.Machine.RunInside("umount", "-l", host + "/below");
        }
    }
}
