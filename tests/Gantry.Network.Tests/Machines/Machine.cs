using System.Diagnostics;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using Gantry.Network.Endpoints;
using Gantry.Network.Networks;

namespace Gantry.Network.Tests.Machines;

/// <summary>A host of its own for one test: a network namespace, entered by the test's thread alone;
/// processes and threads that it starts are in it too.</summary>
internal sealed partial class Machine : IDisposable
{
    private const int CLONE_NEWNET = 0x40000000;
    private readonly List<Process> _processes = [];
    private readonly List<IDisposable> _owned = [];

    private Machine() => Directory.CreateDirectory(Data);

    /// <summary>The daemon's data root.</summary>
    public string Data { get; } = Path.Combine(Path.GetTempPath(), $"gantry-network-{Guid.NewGuid():N}");

    public static void Run(Action<Machine> test)
    {
        Assert.SkipUnless(Environment.UserName == "root", "needs root: makes network namespaces");
        ExceptionDispatchInfo? failure = null;
        Thread thread = new(() =>
        {
            try
            {
                if (unshare(CLONE_NEWNET) != 0) throw new InvalidOperationException("unshare failed");
                using Machine machine = new();
                // A new network namespace starts with the host's settings; this one with the kernel's own, whatever ran here before.
                machine.Shell("ip link set lo up; sysctl -qw net.ipv4.ip_forward=0 net.ipv4.conf.all.rp_filter=0 "
                    + "net.ipv4.conf.default.rp_filter=0");
                test(machine);
            }
            catch (Exception e)
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }
        });
        thread.Start();
        thread.Join();
        failure?.Throw();
    }

    public NetworkOptions Options => new() { Directory = Path.Combine(Data, "networks") };

    /// <summary>A daemon's networking, started, with these endpoints running.</summary>
    public NetworkController Start(NetworkOptions? options = null, params Endpoint[] running)
    {
        NetworkController controller = new(options ?? Options);
        controller.StartAsync(CancellationToken.None).GetAwaiter().GetResult();
        controller.Restore(running);
        return controller;
    }

    /// <summary>A process with a network namespace of its own, as a container's first process has.</summary>
    public Sandbox Sandbox()
    {
        Process process = Process.Start("unshare", ["-n", "sleep", "120"]);
        _processes.Add(process);
        string own = Link(Environment.ProcessId), path = $"/proc/{process.Id}/ns/net";
        string here = new FileInfo("/proc/thread-self/ns/net").LinkTarget!;
        while (new FileInfo(path).LinkTarget is not { } target || target == here || target == own) Thread.Sleep(1);
        Sandbox sandbox = new(process);
        _owned.Add(sandbox);
        return sandbox;
    }

    public string Shell(string command) => Machines.Sandbox.Run("sh", "-c", command);

    /// <summary>This machine's own namespace as a place to open sockets in.</summary>
    public Sandbox Here()
    {
        Sandbox sandbox = new(null);
        _owned.Add(sandbox);
        return sandbox;
    }

    public void Dispose()
    {
        _owned.ForEach(one => one.Dispose());
        foreach (Process process in _processes)
        {
            process.Kill();
            process.WaitForExit();
            process.Dispose();
        }
        Directory.Delete(Data, recursive: true);
    }

    private static string Link(int pid) => new FileInfo($"/proc/{pid}/ns/net").LinkTarget!;

    [LibraryImport("libc", SetLastError = true)]
    private static partial int unshare(int flags);
}
