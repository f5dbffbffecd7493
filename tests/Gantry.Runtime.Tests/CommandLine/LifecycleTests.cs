using System.Text.Json;
using Gantry.Oci.Runtime;
using Gantry.Runtime.Tests.Bundles;

namespace Gantry.Runtime.Tests.CommandLine;

public sealed class LifecycleTests : IDisposable
{
    private readonly RuntimeBundle _bundle = new RuntimeBundle().Write(["sleep", "60"]);

    private string Status() =>
        JsonSerializer.Deserialize(_bundle.Runtime("state", _bundle.Id).Output, RuntimeJson.Default.OciState)!.Status;

    [Fact]
    public void EachStateFollowsTheOther()
    {
        _bundle.Start();
        Assert.Equal("running", Status());
        Assert.Equal(0, _bundle.Runtime("pause", _bundle.Id).ExitCode);
        Assert.Equal("paused", Status());
        Assert.Equal(0, _bundle.Runtime("resume", _bundle.Id).ExitCode);
        Assert.Equal(1, _bundle.Runtime("delete", _bundle.Id).ExitCode);
        Assert.Equal(0, _bundle.Runtime("kill", _bundle.Id, "KILL").ExitCode);
        SpinWait.SpinUntil(() => Status() == "stopped", TimeSpan.FromSeconds(60));
        Assert.Equal("stopped", Status());
        Assert.Equal(0, _bundle.Runtime("delete", _bundle.Id).ExitCode);
        _bundle.AssertNothingLeft();
    }

    [Fact]
    public void AnExecSharesTheContainerAndKeepsItsExitCode()
    {
        _bundle.Start();
        Subprocess.Result result = _bundle.Runtime("exec", "--cwd", "/tmp", "-e", "X=y", _bundle.Id, "sh", "-c",
            "echo $(cat /proc/1/cmdline | tr '\\0' ' ') $(hostname) $PWD $X; exit 9");
        Assert.Equal(("sleep 60 busybox /tmp y", 9), (result.Output.Trim(), result.ExitCode));
    }

    [Fact]
    public void AMissingCommandOfAnExecIsNamed()
    {
        _bundle.Start();
        Subprocess.Result result = _bundle.Runtime("exec", _bundle.Id, "nosuch");
        Assert.Equal(255, result.ExitCode);
        Assert.Contains("exec: \"nosuch\": executable file not found in $PATH", result.Error);
    }

    [Fact]
    public void ATakenNameIsRefusedAndTheOwnerUnharmed()
    {
        _bundle.Start();
        Assert.Contains("container with id exists", _bundle.Run().Error);
        Assert.Equal("running", Status());
    }

    [Theory]
    [InlineData("../x")]
    [InlineData(".")]
    [InlineData("a/b")]
    public void ANameThatIsAPathIsRefused(string id) => Assert.Contains("invalid container ID format", _bundle.Runtime("state", id).Error);

    [Fact]
    public void TheProgramCannotBeOverwrittenFromInside()
    {
        byte[] before = File.ReadAllBytes(RuntimeProgram.Path);
        _bundle.Write(["sh", "-c",
            "i=0; while [ $i -lt 3000 ]; do for e in /proc/[0-9]*/exe; do case $(readlink $e) in *gantry*) (echo overwritten > $e) "
                + "2>/dev/null; esac; done; i=$((i+1)); done"]);
        _bundle.Start();
        for (int i = 0; i < 5; i++) _bundle.Runtime("exec", _bundle.Id, "true");
        Assert.Equal(before, File.ReadAllBytes(RuntimeProgram.Path));
    }

    public void Dispose() => _bundle.Dispose();
}
