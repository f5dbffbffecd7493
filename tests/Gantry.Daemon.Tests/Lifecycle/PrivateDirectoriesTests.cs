using Gantry.Daemon.Lifecycle;

namespace Gantry.Daemon.Tests.Lifecycle;

public sealed class PrivateDirectoriesTests : IDisposable
{
    private const UnixFileMode OwnerOnly = (UnixFileMode)0x1C0, GroupMayPass = (UnixFileMode)0x1C8, AllMayPass = (UnixFileMode)0x1C9,
        Open = (UnixFileMode)0x1ED;

    private readonly string _top = Directory.CreateTempSubdirectory("gantry-private-").FullName;

    private string Data => Path.Combine(_top, "data");
    private string Exec => Path.Combine(_top, "exec");

    private void Make(string path, UnixFileMode mode)
    {
        string full = Path.Combine(Data, path);
        Directory.CreateDirectory(full);
        File.SetUnixFileMode(full, mode);
    }

    private UnixFileMode ModeOf(string path) => File.GetUnixFileMode(Path.Combine(Data, path));

    [Fact]
    public void NewRootsLetNobodyElsePass()
    {
        PrivateDirectories.Make(Data, Exec);
        Assert.Equal((GroupMayPass, OwnerOnly), (File.GetUnixFileMode(Data), File.GetUnixFileMode(Exec)));
    }

    [Fact]
    public void ThoseOfEarlierVersionsAreClosed()
    {
        Make("", AllMayPass);
        foreach (string name in (string[])["overlay2", "containers", "volumes", "vfs"]) Make(name, AllMayPass);
        PrivateDirectories.Make(Data, Exec);
        Assert.Equal(GroupMayPass, ModeOf(""));
        Assert.All((string[])["overlay2", "containers", "volumes", "vfs"], name => Assert.Equal(OwnerOnly, ModeOf(name)));
    }

    [Fact]
    public void WhatElseIsInTheUsersDirectoryStaysAsItIs()
    {
        Make("", Open);
        Make("photographs", Open);
        Make("elsewhere", Open);
        Make("overlay2", AllMayPass);
        Directory.CreateSymbolicLink(Path.Combine(Data, "volumes"), Path.Combine(Data, "elsewhere"));
        PrivateDirectories.Make(Data, Exec);
        Assert.Equal((Open, Open, Open, OwnerOnly), (ModeOf(""), ModeOf("photographs"), ModeOf("elsewhere"), ModeOf("overlay2")));
    }

    public void Dispose() => Directory.Delete(_top, recursive: true);
}
