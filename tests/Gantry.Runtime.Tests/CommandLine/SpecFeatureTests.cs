using System.Net.Sockets;
using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Oci.Runtime;

namespace Gantry.Runtime.Tests.CommandLine;

/// <summary>Members of config.json whose effect shows only where a socket, another user or another file system takes part.</summary>
public sealed class SpecFeatureTests
{
    private static readonly OciIdMapping[] All = [new() { ContainerID = 0, HostID = 200000, Size = 65536 }];

    private static OciSpec InUserNamespace(OciSpec spec) => spec with
    {
        Linux = spec.Linux! with { Namespaces = [.. spec.Linux.Namespaces!, new OciNamespace { Type = "user" }], UidMappings = All,
            GidMappings = All },
    };

    [Fact]
    public void TheClockOfATimeNamespaceIsSetEvenInAUserNamespace()
    {
        using RuntimeBundle bundle = new();
        Subprocess.Result result = bundle.Write(["/bin/cat", "/proc/self/timens_offsets"], static spec => InUserNamespace(spec with
        {
            Linux = spec.Linux! with
            {
                Namespaces = [.. spec.Linux.Namespaces!, new OciNamespace { Type = "time" }],
                TimeOffsets = new Dictionary<string, OciTimeOffset> { ["boottime"] = new() { Secs = 4711 },
                    ["monotonic"] = new() { Secs = 1, Nanosecs = 2 } },
            },
        })).Run();
        Assert.Equal(["monotonic", "1", "2", "boottime", "4711", "0"],
            result.Output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        bundle.AssertNothingLeft();
    }

    [Fact]
    public void AnIdmappedMountShowsOwnersAsTheContainerHasThem()
    {
        DirectoryInfo source = Directory.CreateTempSubdirectory("gantry-idmap-");
        try
        {
            File.WriteAllText(Path.Combine(source.FullName, "file"), "");
            Node.SetOwnerOfTarget(Path.Combine(source.FullName, "file"), 7, 8);
            using RuntimeBundle bundle = new();
            Subprocess.Result result = bundle.Write(["/bin/stat", "-c", "%u:%g", "/tmp/file"], spec => InUserNamespace(spec) with
            {
                Mounts = [.. spec.Mounts!,
                    new OciMount { Destination = "/tmp", Type = "bind", Source = source.FullName, Options = ["rbind", "idmap"] }],
            }).Run();
            if (result.Error.Contains("has no idmapped mounts", StringComparison.Ordinal))
                Assert.Skip("the file system of /tmp has no idmapped mounts");
            Assert.Equal("7:8\n", result.Output);
            bundle.AssertNothingLeft();
        }
        finally
        {
            source.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task AListenerGetsTheFiltersDescriptorAndTheState()
    {
        string path = Path.Combine(Path.GetTempPath(), $"gantry-listener-{Environment.ProcessId}.sock");
        using Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        try
        {
            using RuntimeBundle bundle = new();
            Task<Subprocess.Result> run = Task.Run(() => bundle.Write(["/bin/true"], spec => spec with
            {
                Annotations = new Dictionary<string, string> { ["k"] = "v" },
                Linux = spec.Linux! with
                {
                    Seccomp = new OciSeccomp
                    {
                        DefaultAction = "SCMP_ACT_ALLOW", ListenerPath = path, ListenerMetadata = "about it",
                        Syscalls = [new OciSyscallRule { Names = ["swapon"], Action = "SCMP_ACT_NOTIFY" }],
                    },
                },
            }).Run());
            using Socket connection = await listener.AcceptAsync(TestContext.Current.CancellationToken);
            byte[] buffer = new byte[8192];
            using Linux.SafeFileDescriptor own = new((int)connection.Handle, owns: false);
            (int count, Linux.SafeFileDescriptor? filter) = Linux.Sockets.UnixSocket.Receive(own, buffer);
            using (filter) Assert.Contains("seccomp notify", Linux.Files.LinuxFile.ReadLink(filter!.ProcPath));
            System.Text.Json.JsonElement state = System.Text.Json.JsonDocument.Parse(buffer.AsMemory(0, count)).RootElement;
            Assert.Equal("about it", state.GetProperty("metadata").GetString());
            Assert.Equal("seccompFd", state.GetProperty("fds")[0].GetString());
            Assert.Equal("v", state.GetProperty("state").GetProperty("annotations").GetProperty("k").GetString());
            Assert.Equal(state.GetProperty("pid").GetInt32(), state.GetProperty("state").GetProperty("pid").GetInt32());
            Assert.Equal(0, (await run).ExitCode);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void AProcessIsNeededOnlyToStart()
    {
        using RuntimeBundle bundle = new();
        Assert.Equal(0, bundle.Write(["/bin/true"], static spec => spec with { Process = null }).Create());
        Subprocess.Result start = bundle.Runtime("start", bundle.Id);
        Assert.Equal(1, start.ExitCode);
        Assert.Contains("process", start.Error);
        Assert.Equal(0, bundle.Runtime("delete", "--force", bundle.Id).ExitCode);
        bundle.AssertNothingLeft();
    }
}
