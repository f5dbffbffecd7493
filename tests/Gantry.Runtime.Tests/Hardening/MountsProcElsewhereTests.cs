using Gantry.Oci.Runtime;

namespace Gantry.Runtime.Tests.Hardening;

/// <summary>
/// CVE-2019-16884, CVE-2019-19921, CVE-2023-28642: an image or a volume takes the place of /proc or /sys,
/// so that labels and limits are written into files of the attacker, and masks and read-only mounts cover what nobody looks at.
/// </summary>
public sealed class MountsProcElsewhereTests : IDisposable
{
    private readonly HostileBundle _bundle = new();

    private string Refusal(Func<OciSpec, OciSpec>? change = null)
    {
        Subprocess.Result result = _bundle.Script("echo it ran", change).Run();
        Assert.Equal((1, ""), (result.ExitCode, result.Output));
        _bundle.Bundle.AssertNothingLeft();
        _bundle.AssertNothingOutside();
        return result.Error;
    }

    [Theory]
    [InlineData("proc", "/proc")]
    [InlineData("sysfs", "/sys")]
    public void WhereTheImageHasALink(string type, string place)
    {
        Directory.CreateDirectory(_bundle.In("mine"));
        _bundle.Link(place.TrimStart('/'), "/mine");
        Assert.Contains($"\"{place}\"", Refusal(s => HostileBundle.WithMount(HostileBundle.Without(s, place), place, type, type)));
    }

    [Fact]
    public void WhereAParentIsALink()
    {
        Directory.CreateDirectory(_bundle.In("mine/proc"));
        _bundle.Link("a", "/mine");
        Assert.Contains("/a/proc", Refusal(static s => HostileBundle.WithMount(s, "/a/proc", "proc", "proc")));
    }

    [Theory]
    [InlineData("/proc")]
    [InlineData("/proc/")]
    [InlineData("/tmp/../proc")]
    [InlineData("/link-to-proc")]
    [InlineData("/proc/self/attr")]
    [InlineData("/proc/sys/kernel")]
    [InlineData("/link-to-proc/sys")]
    public void WithAVolumeOverIt(string destination)
    {
        _bundle.Link("link-to-proc", "proc");
        Assert.Contains(destination, Refusal(s => HostileBundle.WithMount(s, destination, "bind", _bundle.Outside, "bind")));
    }

    [Theory]
    [InlineData("/proc", "tmpfs")]
    [InlineData("/proc/acpi", "tmpfs")]
    [InlineData("/proc", "sysfs")]
    public void WithAnotherFileSystemOverIt(string destination, string type) =>
        Assert.Contains(destination, Refusal(s => HostileBundle.WithMount(s, destination, type, type)));

    [Fact]
    public void ButFilesThatShowTheContainersShareMayBeReplaced()
    {
        string file = Path.Combine(_bundle.Root, "my-uptime");
        File.WriteAllText(file, "1.0 2.0\n");
        Assert.Equal("1.0 2.0", _bundle.Script("cat /proc/uptime", s => HostileBundle.WithMount(s, "/proc/uptime", "bind", file, "bind"))
            .Output());
    }

    [Fact]
    public void AndTheHostsProcMayBeBound() => Assert.Equal("0", _bundle.Script("test -d /proc/1; echo $?",
        static s => HostileBundle.WithMount(HostileBundle.Without(s, "/proc"), "/proc", "bind", "/proc", "rbind", "ro")).Output());

    public void Dispose() => _bundle.Dispose();
}
