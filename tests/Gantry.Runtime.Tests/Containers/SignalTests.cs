using System.Diagnostics;
using Gantry.Linux.Files;
using Gantry.Runtime.Cgroups;
using Gantry.Runtime.Processes;

namespace Gantry.Runtime.Tests.Containers;

/// <summary>Whose processes are there to get a signal.</summary>
public sealed class SignalTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData(9)]
    [InlineData(15)]
    public void WithoutACgroupAllOfThePidNamespaceGetIt(int signal)
    {
        // A shell that is the first of its namespace gets no SIGTERM, but ends with what it waits for.
        using Process outside = Process.Start("unshare", ["--pid", "--fork", "sh", "-c", "sleep 100 & wait"]);
        int first = Child(outside.Id);
        Child(first);

        ContainerCgroup.At("").SignalAll(signal, new ContainerProcesses(first, ProcessIdentity.StartTime(first)!.Value, OwnPids: true));

        Assert.True(outside.WaitForExit(Patience));
    }

    [Fact]
    public void AProcessWhoseFirstThreadHasEndedIsThereAsLongAsTheOthersRun()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/python3"), "python3 is not installed");
        // exit(2), which ends a thread alone.
        const string Script = "import ctypes, threading, time; threading.Thread(target=lambda: time.sleep(100)).start(); "
            + "ctypes.CDLL(None).syscall(60, 0)";
        using Process process = Process.Start("/usr/bin/python3", ["-c", Script]);
        try
        {
            Assert.True(SpinWait.SpinUntil(() => LinuxFile.ReadText($"/proc/{process.Id}/stat").Contains(") Z ", StringComparison.Ordinal),
                Patience));
            Assert.NotNull(ProcessIdentity.StartTime(process.Id));
        }
        finally
        {
            process.Kill();
        }
        process.WaitForExit();
        Assert.Null(ProcessIdentity.StartTime(process.Id));
    }

    private static int Child(int parent)
    {
        int child = 0;
        Assert.True(SpinWait.SpinUntil(
            () => int.TryParse(LinuxFile.ReadText($"/proc/{parent}/task/{parent}/children").Split(' ')[0], out child), Patience));
        return child;
    }
}
