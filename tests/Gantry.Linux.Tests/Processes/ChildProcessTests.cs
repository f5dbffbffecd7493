using System.Text;
using Gantry.Linux.Files;
using Gantry.Linux.Processes;

namespace Gantry.Linux.Tests.Processes;

public sealed class ChildProcessTests
{
    private static (int Code, string Output) Shell(string script, Func<ChildRequest, ChildRequest>? change = null)
    {
        var (read, write) = Descriptor.Pipe();
        ChildRequest request = new()
        {
            Path = "/bin/sh",
            Arguments = ["sh", "-c", script],
            Environment = ["PATH=/usr/bin:/bin"],
            Descriptors = [(0, 0), (write.Number, 1), (write.Number, 2)],
        };
        using ChildProcess child = ChildProcess.Spawn(change?.Invoke(request) ?? request);
        write.Dispose();
        StringBuilder output = new();
        byte[] buffer = new byte[4096];
        int count;
        while ((count = Descriptor.Read(read.Number, buffer)) > 0) output.Append(Encoding.UTF8.GetString(buffer, 0, count));
        read.Dispose();
        return (ChildProcess.Wait(child.PidFd)!.Value.Code, output.ToString().TrimEnd());
    }

    [Fact]
    public void ExitCodeAndOutputComeBack() => Assert.Equal((7, "hello"), Shell("echo hello; exit 7"));

    [Fact]
    public void ASignalIsReportedAsAShellDoes() => Assert.Equal(137, Shell("kill -9 $$").Code);

    [Fact]
    public void NoSignalIsIgnoredOrBlocked()
    {
        (_, string output) = Shell("grep -E 'SigIgn|SigBlk' /proc/self/status");
        Assert.All(output.Split('\n'), static line => Assert.EndsWith("0000000000000000", line));
    }

    [Fact]
    public void OnlyTheGivenDescriptorsAreOpen()
    {
        using FileStream leak = File.OpenRead("/dev/null");
        Descriptor.SetCloseOnExec((int)leak.SafeFileHandle.DangerousGetHandle(), false);
        Assert.Equal("012",
            Shell("for fd in 0 1 2 3 4 5 6 7 8 9; do [ -e /proc/self/fd/$fd ] && printf $fd; done; for fd in /proc/self/fd/???; do [ -e "
                + "$fd ] && echo $fd; done").Output);
    }

    [Fact]
    public void AMissingProgramIsAnErrorHere()
    {
        KernelException error = Assert.Throws<KernelException>(() => Shell("", static r => r with { Path = "/nonexistent" }));
        Assert.Equal(Errno.ENOENT, error.Errno);
    }

    [Fact]
    public void ANewNamespaceIsNew()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root");
        (int code, string output) = Shell("readlink /proc/self/ns/uts; hostname inside; hostname; echo $$",
            r => r with { New = NamespaceKinds.Uts | NamespaceKinds.Pid });
        string[] lines = output.Split('\n');
        Assert.Equal(0, code);
        Assert.NotEqual(new FileInfo("/proc/self/ns/uts").LinkTarget, lines[0]);
        Assert.Equal(["inside", "1"], lines[1..]);
        Assert.NotEqual("inside", Environment.MachineName);
    }

    private static readonly ChildRequest Sleeper = new()
    {
        Path = "/bin/sleep", Arguments = ["sleep", "30"], Descriptors = [(0, 0), (1, 1), (2, 2)], New = NamespaceKinds.Uts,
        WaitsForWord = true,
    };

    [Fact]
    public void AChildThatWaitsForAWordIsInItsNamespacesAndExecutesNothing()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root");
        using NewbornChild newborn = ChildProcess.Begin(Sleeper);
        Assert.NotEqual(new FileInfo("/proc/self/ns/uts").LinkTarget, new FileInfo($"/proc/{newborn.Pid}/ns/uts").LinkTarget);
        Assert.Equal(new FileInfo("/proc/self/exe").LinkTarget, new FileInfo($"/proc/{newborn.Pid}/exe").LinkTarget);
        using ChildProcess child = newborn.Execute();
        Assert.NotEqual(new FileInfo("/proc/self/exe").LinkTarget, new FileInfo($"/proc/{child.Pid}/exe").LinkTarget);
        child.End();
    }

    [Fact]
    public void AChildThatIsNotLetGoOnEndsWithItsMakersInterest()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root");
        int pid;
        using (NewbornChild newborn = ChildProcess.Begin(Sleeper)) pid = newborn.Pid;
        Assert.False(Path.Exists($"/proc/{pid}"));
    }

    [Fact]
    public void AMissingProgramInANamespaceIsAnErrorHere()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root");
        KernelException error =
            Assert.Throws<KernelException>(() => Shell("", static r => r with { Path = "/nonexistent", New = NamespaceKinds.Uts }));
        Assert.Equal((Errno.ENOENT, "execute"), (error.Errno, error.Step));
    }

    [Fact]
    public void APidNamespaceIsJoinedThroughAPidfdAndTheChildIsOurs()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root");
        using ChildProcess first = ChildProcess.Spawn(new ChildRequest
        {
            Path = "/bin/sleep", Arguments = ["sleep", "30"], Descriptors = [(0, 0), (1, 1), (2, 2)], New = NamespaceKinds.Pid,
        });
        try
        {
            (int code, string output) =
                Shell("echo $$; readlink /proc/self/ns/pid", r => r with { Join = [new NamespaceJoin(first.PidFd, NamespaceKinds.Pid)] });
            Assert.Equal((0, "2"), (code, output.Split('\n')[0]));
        }
        finally
        {
            PidFd.Signal(first.PidFd, Signals.Kill);
            Assert.Equal(137, ChildProcess.Wait(first.PidFd)!.Value.Code);
        }
    }
}
