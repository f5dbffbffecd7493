using Gantry.Conformance.Bundles;
using Gantry.Conformance.Machine;
using Gantry.Conformance.Runtimes;

using System.Text;
using System.Text.Json.Nodes;
using Gantry.Linux;
using Gantry.Linux.Sockets;

namespace Gantry.Conformance.Seccomp;

/// <summary>SCMP_ACT_NOTIFY: the listener goes to an agent's socket, with the container's state (config-linux.md,
/// "Container Process State").</summary>
public sealed class NotifyTests
{
    private static Bundle Notifying(string runtime, string script, Func<Bundle, string> path)
    {
        Bundle bundle = new(runtime, script);
        return bundle.Set("linux.seccomp", $$"""
            {"defaultAction":"SCMP_ACT_ALLOW","listenerPath":"{{path(bundle)}}","listenerMetadata":"some words",
              "syscalls":[{"names":["mkdir","mkdirat"],"action":"SCMP_ACT_NOTIFY"}]}
            """);
    }

    [Theory, EveryRuntime]
    public async Task TheListenerAndTheStateGoToTheSocket(string runtime)
    {
        await using Bundle bundle = Notifying(runtime, "sleep 100", b => $"{b.Path}/agent");
        using SafeFileDescriptor listener = UnixSocket.Listen($"{bundle.Path}/agent");
        Task<(JsonObject State, bool HasDescriptor)> agent = Task.Run(() => Receive(listener));
        int pid = await bundle.Start();
        (JsonObject state, bool hasDescriptor) = await agent.WaitAsync(Patience.Of(TimeSpan.FromSeconds(60)));
        Assert.True(hasDescriptor);
        Assert.Equal("some words", state["metadata"]!.GetValue<string>());
        Assert.Equal(pid, state["pid"]!.GetValue<int>());
        Assert.Equal("seccompFd", state["fds"]![0]!.GetValue<string>());
        Assert.Equal(bundle.Id, state["state"]!["id"]!.GetValue<string>());
        Assert.Equal(pid, state["state"]!["pid"]!.GetValue<int>());
        Assert.Equal(bundle.Path, state["state"]!["bundle"]!.GetValue<string>());
    }

    [Theory, EveryRuntime]
    public async Task AHookInsideIsUnderThePolicyToo(string runtime)
    {
        await using Bundle bundle = Notifying(runtime, "sleep 100", b => $"{b.Path}/agent");
        bundle.Add("hooks.startContainer", """{"path":"/bin/sh","args":["sh","-c","grep Seccomp: /proc/self/status > /log"]}""");
        using SafeFileDescriptor listener = UnixSocket.Listen($"{bundle.Path}/agent");
        Task<(JsonObject State, bool HasDescriptor)> agent = Task.Run(() => Receive(listener));
        await bundle.Start();
        Assert.True((await agent.WaitAsync(Patience.Of(TimeSpan.FromSeconds(60)))).HasDescriptor);
        Assert.Equal("Seccomp:\t2", await bundle.Shows("/log"));
        Assert.Equal("running", await bundle.Status());
    }

    [Theory, EveryRuntime]
    public async Task WithoutAnAgentItDoesNotStart(string runtime)
    {
        await using Bundle bundle = Notifying(runtime, "true", b => $"{b.Path}/nobody");
        await bundle.Refused();
    }

    private static (JsonObject, bool) Receive(SafeFileDescriptor listener)
    {
        using SafeFileDescriptor connection = UnixSocket.Accept(listener)!;
        byte[] buffer = new byte[64 << 10];
        int length = 0;
        bool descriptor = false;
        while (true)
        {
            (int count, SafeFileDescriptor? received) = UnixSocket.Receive(connection, buffer.AsSpan(length));
            descriptor |= received is not null;
            received?.Dispose();
            if (count == 0) break;
            length += count;
        }
        return (JsonNode.Parse(Encoding.UTF8.GetString(buffer, 0, length))!.AsObject(), descriptor);
    }
}
