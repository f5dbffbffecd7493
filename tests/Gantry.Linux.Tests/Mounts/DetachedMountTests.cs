using Gantry.Linux.Files;
using Gantry.Linux.Mounts;

namespace Gantry.Linux.Tests.Mounts;

public sealed class DetachedMountTests
{
    [Fact]
    public void AnOverlayWorksWithoutBeingInAnyMountTable()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root");
        using Scratch scratch = new();
        foreach (string name in (string[])["low:er", "upper", "work"]) Directory.CreateDirectory(scratch.At(name));
        File.WriteAllText(scratch.At("low:er/file"), "below");
        int mountsBefore = File.ReadAllLines("/proc/self/mountinfo").Count(line => line.Contains(scratch.Path));
        using SafeFileDescriptor overlay = OverlayMount.Create([scratch.At("low:er")], scratch.At("upper"), scratch.At("work"), []);
        Assert.Equal("below", LinuxFile.ReadText("file", overlay));
        File.WriteAllText($"{overlay.ProcPath}/new", "above");
        Assert.Equal("above", File.ReadAllText(scratch.At("upper/new")));
        Assert.Equal(mountsBefore, File.ReadAllLines("/proc/self/mountinfo").Count(line => line.Contains(scratch.Path)));
    }

    /// <summary>The kernel refuses what was mounted volatile before, for after a power loss it might not be whole.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void WhatWasVolatileIsMountedAgain(bool again)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root");
        using Scratch scratch = new();
        foreach (string name in (string[])["lower", "upper", "work"]) Directory.CreateDirectory(scratch.At(name));
        RootMount plain = new()
        {
            Type = RootMount.Overlay, Lower = [scratch.At("lower")], Upper = scratch.At("upper"), Work = scratch.At("work"),
        };
        using (SafeFileDescriptor overlay = plain.Volatile().Open()) File.WriteAllText($"{overlay.ProcPath}/new", "above");
        using (SafeFileDescriptor overlay = (again ? plain.Volatile() : plain).Open())
            Assert.Equal("above", LinuxFile.ReadText("new", overlay));
    }

    [Fact]
    public void AnOverlayOf128LayersIsMadeOnKernelsThatTakeOnePageOfNames()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root");
        using Scratch scratch = new();
        string[] layers = [.. Enumerable.Range(0, 128).Select(i => scratch.At($"0123456789ab{i:x4}/diff"))];
        foreach (string layer in layers) Directory.CreateDirectory(layer);
        foreach (string name in (string[])["up,per", "wo,rk", "dou:ble,"]) Directory.CreateDirectory(scratch.At(name));
        File.WriteAllText(Path.Combine(layers[127], "lowest"), "below");
        File.WriteAllText(scratch.At("dou:ble,/topmost"), "odd");
        using SafeFileDescriptor overlay =
            ClassicOverlay.Create([scratch.At("dou:ble,"), .. layers], scratch.At("up,per"), scratch.At("wo,rk"), [], 0);
        Assert.Equal("below", LinuxFile.ReadText("lowest", overlay));
        Assert.Equal("odd", LinuxFile.ReadText("topmost", overlay));
        File.WriteAllText($"{overlay.ProcPath}/new", "above");
        Assert.Equal("above", File.ReadAllText(scratch.At("up,per/new")));
        Assert.DoesNotContain(scratch.Path, File.ReadAllText("/proc/self/mountinfo"));
    }

    [Fact]
    public void AnOverlayOfPlacesFarApartIsMadeOnOldKernelsToo()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root");
        using Scratch scratch = new();
        File.WriteAllText(scratch.At("file"), "here");
        using SafeFileDescriptor overlay = ClassicOverlay.Create([scratch.Path, "/usr/share"], null, null, [], MountAttributes.ReadOnly);
        Assert.Equal("here", LinuxFile.ReadText("file", overlay));
        Assert.False(Directory.Exists($"{overlay.ProcPath}/usr"));
        Assert.Throws<IOException>(() => File.WriteAllText($"{overlay.ProcPath}/new", ""));
    }

    [Fact]
    public void AReadOnlyCopyRefusesWritesAndTheOriginalDoesNot()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root");
        using Scratch scratch = new();
        using SafeFileDescriptor copy = DetachedMount.Clone(scratch.Path, recursive: false);
        DetachedMount.SetAttributes(copy, MountAttributes.ReadOnly, 0, recursive: false, "copy");
        Assert.Throws<IOException>(() => File.WriteAllText($"{copy.ProcPath}/x", ""));
        File.WriteAllText(scratch.At("x"), "");
    }

    [Fact]
    public void TheKernelsOwnExplanationIsInTheMessage()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root");
        KernelException error = Assert.Throws<KernelException>(() => DetachedMount.Create("tmpfs", [new("nosuchoption", "1")], 0));
        Assert.Contains("nosuchoption", error.Message);
    }
}
