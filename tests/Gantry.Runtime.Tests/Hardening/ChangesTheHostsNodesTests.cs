using Gantry.Oci.Runtime;
using Gantry.Tests.Shared;

namespace Gantry.Runtime.Tests.Hardening;

/// <summary>Mode, owner and times of device nodes that a container sees through masks and standard streams:
/// those of the host's own nodes stay what they are.</summary>
public sealed class ChangesTheHostsNodesTests : IDisposable
{
    /// <summary>As far as each of these is allowed.</summary>
    private const string ChangeAll =
        "for p in \"$@\"; do busybox chmod 677 $p; busybox chown 12:34 $p; busybox touch $p; done 2> /dev/null; echo done";

    private readonly HostileBundle _bundle = new();
    private readonly string _before = HostDevices.Look();

    private static OciSpec Mighty(OciSpec spec, params string[] capabilities) => spec with
    {
        Process = spec.Process! with { Capabilities =
            new OciCapabilities { Bounding = capabilities, Effective = capabilities, Permitted = capabilities } },
        Linux = spec.Linux! with { MaskedPaths = ["/proc/timer_list", "/proc/keys"] },
    };

    private static OciSpec Mighty(OciSpec spec) => Mighty(spec, "CAP_CHOWN", "CAP_FOWNER", "CAP_DAC_OVERRIDE", "CAP_MKNOD");

    private void Attack(Func<OciSpec, OciSpec> change) =>
        Assert.Equal("done",
            _bundle.Write(["sh", "-c", ChangeAll, "sh", "/proc/timer_list", "/proc/keys", "/proc/self/fd/0", "/dev/null", "/dev/zero"],
                change).Output());

    private void AssertUnchanged() => Assert.Equal(_before, HostDevices.Look());

    [Fact]
    public void ThroughMasks()
    {
        Attack(Mighty);
        AssertUnchanged();
    }

    [Fact]
    public void ThroughMasksWhereDevIsAnothers()
    {
        string devices = Path.Combine(_bundle.Outside, "dev");
        Directory.CreateDirectory(devices);
        Attack(spec => HostileBundle.WithMount(HostileBundle.Without(Mighty(spec), "/dev", "/dev/pts"), "/dev", "bind", devices, "bind"));
        Directory.Delete(devices, recursive: true);
        AssertUnchanged();
    }

    // Root inside is root outside, which owns the nodes; and may not make others.
    [Fact]
    public void ThroughMasksAndDevicesOfAUserNamespace()
    {
        Attack(static spec => Mapped(Mighty(spec)));
        AssertUnchanged();
    }

    private static OciSpec Mapped(OciSpec spec)
    {
        OciIdMapping[] same = [new() { ContainerID = 0, HostID = 0, Size = 1000 }];
        OciNamespace[] namespaces = [.. spec.Linux!.Namespaces!, new OciNamespace { Type = "user" }];
        return spec with { Linux = spec.Linux with { Namespaces = namespaces, UidMappings = same, GidMappings = same } };
    }

    // Nothing in there is a null device that could take the stream's place.
    [Fact]
    public void ThroughStreamsOfAUserNamespaceWithoutNull()
    {
        string gone = _bundle.In("gone");
        _bundle.Script("busybox umount -l /dev/null && busybox rm /dev/null && echo > /gone; sleep 100",
            static spec => Mapped(Mighty(spec, "CAP_SYS_ADMIN", "CAP_DAC_OVERRIDE")));
        _bundle.Bundle.Start();
        Assert.True(SpinWait.SpinUntil(() => File.Exists(gone), TimeSpan.FromSeconds(10)));
        string[] exec = ["exec", "--cap", "CAP_CHOWN", "--cap", "CAP_FOWNER", _bundle.Id, "sh", "-c"];
        string[] streams = ["sh", "/proc/self/fd/0", "/proc/self/fd/1", "/proc/self/fd/2"];
        string[] attack = [.. exec, $"test -c /proc/self/fd/0 && {ChangeAll}", .. streams];
        Assert.Equal(0, _bundle.Runtime("< /dev/null > /dev/null 2>&1", attack).ExitCode);
        AssertUnchanged();
    }

    [Theory]
    [InlineData("/dev/null")]
    [InlineData("/dev/zero", "/dev/null")]
    [InlineData("/etc/passwd", "/dev/null")]
    public void ThroughStreamsThatTheCallerHasOnNull(string instead, string? link = null)
    {
        if (link is not null) _bundle.Link(link[1..], instead);
        _bundle.Write(["sh", "-c", ChangeAll, "sh", "/proc/self/fd/0", "/proc/self/fd/1", "/proc/self/fd/2"],
            static s => Mighty(HostileBundle.Without(s, "/dev", "/dev/pts")));
        Assert.Equal(0, _bundle.Runtime("< /dev/null > /dev/null 2>&1", "run", "-b", _bundle.Bundle.Path, _bundle.Id).ExitCode);
        AssertUnchanged();
    }

    [Theory]
    [InlineData("< /dev/null > /dev/null 2>&1")]
    [InlineData("<&- >&- 2>&-")]
    public void ThroughStreamsOfAnExec(string redirections)
    {
        _bundle.Write(["sleep", "100"], Mighty);
        _bundle.Bundle.Start();
        string[] capabilities = [.. new[] { "CAP_CHOWN", "CAP_FOWNER" }.SelectMany(static c => new[] { "--cap", c })];
        Assert.Equal(0,
            _bundle.Runtime(redirections,
                ["exec", .. capabilities, _bundle.Id, "sh", "-c", ChangeAll, "sh", "/proc/self/fd/0", "/proc/self/fd/1",
                    "/proc/self/fd/2"]).ExitCode);
        AssertUnchanged();
    }

    // The image has a FIFO there, whose opening would wait, or nothing.
    [Theory]
    [InlineData("rm /dev/null; busybox mkfifo /dev/null")]
    [InlineData("rm /dev/null")]
    public void ThroughStreamsOfAnExecWhereNullIsAnother(string change)
    {
        _bundle.Script($"busybox {change}; sleep 100", Mighty);
        _bundle.Bundle.Start();
        Assert.Equal(0,
            _bundle.Runtime("< /dev/null > /dev/null 2>&1", "exec", _bundle.Id, "sh", "-c",
                "busybox chmod 677 /proc/self/fd/0; test -c /proc/self/fd/1").ExitCode);
        AssertUnchanged();
    }

    [Fact]
    public void AMaskShowsTheNullDeviceAndCannotBeChanged()
    {
        string output = _bundle.Script("wc -c < /proc/keys; echo x > /proc/keys; busybox stat -c '%t:%T' /proc/keys; busybox chmod 0 "
            + "/proc/keys 2> /dev/null || echo refused; stat -c %a /dev/null", Mighty).Output();
        Assert.Equal("0\n1:3\nrefused\n666", output);
    }

    [Fact]
    public void AStreamOnNullIsTheContainersOwn()
    {
        _bundle.Script("test \"$(stat -L -c %d:%i /proc/self/fd/0)\" = \"$(stat -c %d:%i /dev/null)\" && readlink /proc/self/fd/0", Mighty);
        Subprocess.Result result = _bundle.Runtime("< /dev/null", "run", "-b", _bundle.Bundle.Path, _bundle.Id);
        Assert.Equal((0, "/dev/null\n"), (result.ExitCode, result.Output));
    }

    public void Dispose() => _bundle.Dispose();
}
