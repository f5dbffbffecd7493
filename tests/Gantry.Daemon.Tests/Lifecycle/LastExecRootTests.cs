using System.Diagnostics;
using Gantry.Daemon.Lifecycle;
using Gantry.Engine.Containers;

namespace Gantry.Daemon.Tests.Lifecycle;

public sealed class LastExecRootTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("gantry-exec-root-").FullName;
    private readonly string _id = RandomId.New();

    public void Dispose() => Directory.Delete(_root, recursive: true);

    /// <summary>A mistyped option would have ended all of them.</summary>
    [Fact]
    public void AnotherOneIsRefusedWhileContainersRunBelowTheLast()
    {
        Directory.CreateDirectory($"{_root}/containers/{_id}");
        Check("one");
        using (Process supervisor = Supervise("one"))
        {
            try
            {
                GantryException e = Assert.Throws<GantryException>(() => Check("other"));
                Assert.Equal(ErrorKind.Conflict, e.Kind);
                Assert.Contains($"1 containers of data root {_root} run below exec root {_root}/one", e.Message);
                Assert.Contains($"{_root}/other", e.Message);
                Check("one");
            }
            finally
            {
                supervisor.Kill();
                supervisor.WaitForExit();
            }
        }
        Check("other");
    }

    [Fact]
    public void TheSameOneByAnotherNameIsNotAnother()
    {
        Directory.CreateDirectory($"{_root}/containers/{_id}");
        Directory.CreateDirectory($"{_root}/one");
        Directory.CreateSymbolicLink($"{_root}/link", $"{_root}/one");
        Check("one");
        using Process supervisor = Supervise("one");
        try
        {
            Check("link");
        }
        finally
        {
            supervisor.Kill();
            supervisor.WaitForExit();
        }
    }

    private void Check(string execRoot) =>
        LastExecRoot.Check(new ContainerOptions { DataRoot = _root, ExecRoot = $"{_root}/{execRoot}", Runtime = "/bin/sh" });

    /// <summary>Waits for a line, and has the command line of a supervisor.</summary>
    private Process Supervise(string execRoot)
    {
        Process process = Process.Start(new ProcessStartInfo("/bin/sh",
            ["-c", "echo ready; read line", "shim", "shim", "--config", $"{_root}/{execRoot}/containers/{_id}/shim.json"])
            { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        Assert.Equal("ready", process.StandardOutput.ReadLine());
        return process;
    }
}
