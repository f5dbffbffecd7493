using System.Text.Json;
using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Oci.Runtime;
using Gantry.Runtime.Tests.Bundles;

namespace Gantry.Runtime.Tests.Hardening;

/// <summary>CVE-2025-52881: where the runtime writes to /proc the container has put files and links of its own,
/// so that the write lands where it wants.</summary>
public sealed class RedirectsProcWritesTests : IDisposable
{
    private readonly HostileBundle _bundle = new();

    // An image with a /proc of its own, and a container that mounts none over it.
    private HostileBundle Fake(string path, IReadOnlyList<string> command)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_bundle.In(path))!);
        File.WriteAllText(_bundle.In("etc/victim"), "untouched");
        _bundle.Link(path, "/etc/victim");
        return _bundle.Write(command, static s => HostileBundle.Without(s, "/proc"));
    }

    private void AssertVictimUntouched() => Assert.Equal("untouched", File.ReadAllText(_bundle.In("etc/victim")));

    [Fact]
    public void OfTheOomScoreOfAnExec()
    {
        Fake("proc/self/oom_score_adj", ["sleep", "100"]);
        _bundle.Bundle.Start();
        string file = Path.Combine(_bundle.Bundle.Path, "process.json");
        OciProcess process = Busybox.Process(false, "sleep", "1") with { OomScoreAdj = 700 };
        File.WriteAllText(file, JsonSerializer.Serialize(process, RuntimeJson.Default.OciProcess));
        string pidFile = Path.Combine(_bundle.Bundle.Path, "pid");
        _bundle.Runtime("< /dev/null > /dev/null 2>&1", "exec", "-d", "--pid-file", pidFile, "--process", file, _bundle.Id);
        Assert.Equal("700\n", File.ReadAllText($"/proc/{File.ReadAllText(pidFile)}/oom_score_adj"));
        AssertVictimUntouched();
    }

    [Fact]
    public void OfTheStartSignal()
    {
        Fake("proc/self/fd/3", ["sh", "-c", "echo started > /tmp/started"]);
        for (int descriptor = 4; descriptor < 14; descriptor++) _bundle.Link($"proc/self/fd/{descriptor}", "/etc/victim");
        int pid = _bundle.Create();
        Assert.False(File.Exists(_bundle.In("tmp/started")));
        Assert.Equal(0, _bundle.Bundle.Runtime("start", _bundle.Id).ExitCode);
        HostileBundle.AwaitEnd(pid);
        Assert.Equal("started\n", File.ReadAllText(_bundle.In("tmp/started")));
        AssertVictimUntouched();
    }

    [Fact]
    public void OfTheOwnerOfStandardStreams()
    {
        Fake("proc/self/fd/1", ["true"]);
        for (int standard = 0; standard < 3; standard++)
        {
            File.Delete(_bundle.In($"proc/self/fd/{standard}"));
            _bundle.Link($"proc/self/fd/{standard}", "pipe:[1]");
        }
        _bundle.Write(["true"], static s =>
            HostileBundle.Without(s, "/proc") with { Process = s.Process! with { User = new OciUser { Uid = 1000, Gid = 1000 } } });
        string output = Path.Combine(_bundle.Bundle.Path, "output");
        Subprocess.Result result = _bundle.Runtime($"> {output} 2>> {output}", "run", "-b", _bundle.Bundle.Path, _bundle.Id);
        Assert.Equal(("", 0), (File.ReadAllText(output), result.ExitCode));
        Assert.Equal("0", HostileBundle.Await("stat", "-c", "%u", output).Output.Trim());
    }

    [Theory]
    [InlineData("net.ipv4.ip_forward", "1")]
    [InlineData("kernel.shm_rmid_forced", "1")]
    public void SoParametersAreWrittenToTheKernel(string name, string value) => Assert.Equal(value,
        _bundle.Script($"cat /proc/sys/{name.Replace('.', '/')}",
            s => s with { Linux = s.Linux! with { Sysctl = new Dictionary<string, string> { [name] = value } } }).Output());

    [Fact]
    public void AndNotToWhatLiesOverThem()
    {
        string victim = Path.Combine(_bundle.Outside, "shm_rmid_forced");
        File.WriteAllText(victim, "untouched");
        _bundle.Write(["true"], static s =>
            s with { Linux = s.Linux! with { Sysctl = new Dictionary<string, string> { ["kernel.shm_rmid_forced"] = "1" } } });
        Subprocess.Result result =
            _bundle.WithHost($"mount --bind {_bundle.Outside} /proc/sys/kernel", "run", "-b", _bundle.Bundle.Path, _bundle.Id);
        Assert.Equal((1, "untouched"), (result.ExitCode, File.ReadAllText(victim)));
        Assert.Contains("something else is mounted there", result.Error);
        File.Delete(victim);
    }

    [Theory]
    [InlineData("proc/version", Errno.EXDEV)]
    [InlineData("dev/stdin", Errno.EXDEV)]
    [InlineData("../etc/passwd", Errno.EXDEV)]
    public void NothingIsOpenedBeyondOneMount(string path, int errno)
    {
        using SafeFileDescriptor root = LinuxFile.OpenDirectory("/");
        Assert.Equal(errno, Assert.Throws<KernelException>(() => RootedPath.OpenOnOneMount(root, path, OpenFlags.ReadOnly)).Errno);
    }

    [Fact]
    public void NorThroughALink()
    {
        using SafeFileDescriptor proc = LinuxFile.OpenDirectory("/proc");
        Assert.Equal(Errno.ELOOP,
            Assert.Throws<KernelException>(() => RootedPath.OpenOnOneMount(proc, "self/stat", OpenFlags.ReadOnly)).Errno);
    }

    public void Dispose() => _bundle.Dispose();
}
