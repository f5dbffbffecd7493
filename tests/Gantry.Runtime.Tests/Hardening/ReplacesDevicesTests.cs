using Gantry.Oci.Runtime;

namespace Gantry.Runtime.Tests.Hardening;

/// <summary>CVE-2025-31133 and CVE-2025-52565: /dev/null or /dev/console of the image is something else, which then lies over a masked
/// file, or the masked file over it.</summary>
public sealed class ReplacesDevicesTests : IDisposable
{
    private readonly HostileBundle _bundle = new();

    [Theory]
    [InlineData("/proc/sys/kernel/core_pattern")]
    [InlineData("/etc")]
    public void ByALinkForDevNull(string target)
    {
        _bundle.Link("dev/null", target);
        _bundle.Script("wc -c < /proc/timer_list; stat -c '%F %t:%T' /proc/timer_list /dev/null",
            static s => HostileBundle.Without(s, "/dev", "/dev/pts") with { Linux = s.Linux! with { MaskedPaths = ["/proc/timer_list"] } });
        Assert.Equal("0\ncharacter special file 1:3\ncharacter special file 1:3", _bundle.Output());
    }

    [Fact]
    public void ByAFileForDevNull()
    {
        File.WriteAllText(_bundle.In("dev/null"), "what a program wanted to be rid of");
        Assert.Equal("character special file",
            _bundle.Script("stat -c %F /dev/null", static s => HostileBundle.Without(s, "/dev", "/dev/pts")).Output());
    }

    // Only a user namespace is shown the host's.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ByAFileForTheHostsDevNull(bool inUserNamespace)
    {
        string file = Path.Combine(_bundle.Outside, "file");
        File.WriteAllText(file, "shown in place of nothing");
        OciIdMapping[] ids = [new() { ContainerID = 0, HostID = 0, Size = 1000 }];
        OciNamespace[] more = inUserNamespace ? [new() { Type = "user" }] : [];
        _bundle.Script("cat /proc/timer_list; stat -c %F /dev/null", s => s with
        {
            Linux = s.Linux! with { MaskedPaths = ["/proc/timer_list"], Namespaces = [.. s.Linux.Namespaces!, .. more],
                UidMappings = ids[..more.Length], GidMappings = ids[..more.Length] },
        });
        Subprocess.Result result = _bundle.WithHost($"mount --bind {file} /dev/null", "run", "-b", _bundle.Bundle.Path, _bundle.Id);
        Assert.Equal(inUserNamespace ? (1, "") : (0, "character special file\n"), (result.ExitCode, result.Output));
        if (inUserNamespace) Assert.Contains("the host's /dev/null is another", result.Error);
        File.Delete(file);
    }

    [Theory]
    [InlineData("/proc/sys/kernel/core_pattern")]
    [InlineData("/etc/victim")]
    public void ByALinkForTheConsole(string target)
    {
        File.WriteAllText(_bundle.In("etc/victim"), "");
        _bundle.Link("dev/console", target);
        Subprocess.Result result = _bundle.Script("echo it ran",
            static s => HostileBundle.Without(s, "/dev", "/dev/pts") with { Process = s.Process! with { Terminal = true } }).Run();
        Assert.Equal((1, ""), (result.ExitCode, result.Output));
        Assert.Contains("/dev/console", result.Error);
        _bundle.Bundle.AssertNothingLeft();
    }

    [Fact]
    public void ByAFileForTheTerminals()
    {
        Directory.CreateDirectory(_bundle.In("dev/pts"));
        File.WriteAllText(_bundle.In("dev/pts/ptmx"), "");
        _bundle.Write(["sleep", "100"], static s => HostileBundle.Without(s, "/dev", "/dev/pts"));
        _bundle.Bundle.Start();
        Subprocess.Result result = _bundle.Exec("--tty", _bundle.Id, "true");
        Assert.Equal(255, result.ExitCode);
        Assert.Contains("/dev/pts/ptmx", result.Error);
        Assert.Equal(0, new FileInfo(_bundle.In("dev/pts/ptmx")).Length);
    }

    public void Dispose() => _bundle.Dispose();
}
