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

    [Fact]
    public void WhatIsNoDirectoryIsSetAsideAndToldOf()
    {
        Assert.Empty(PrivateDirectories.Make(Data, Exec));
        Assert.Empty(PrivateDirectories.Make(Data, Exec));
        string[] names = ["runtime", "networks", "containers"];
        foreach (string name in names)
        {
            Directory.Delete(Path.Combine(Exec, name), recursive: true);
            File.WriteAllText(Path.Combine(Exec, name), name);
        }
        IReadOnlyList<string> told = PrivateDirectories.Make(Data, Exec);
        Assert.Equal(3, told.Count);
        foreach (string name in names)
        {
            string path = Path.Combine(Exec, name);
            Assert.Contains(told, line => line.StartsWith($"{path} was no directory"));
            Assert.Equal((true, name), (Directory.Exists(path), File.ReadAllText(path + JsonFile.Aside)));
        }
    }

    [Fact]
    public void AFileInThePlaceOfTheExecRootKeepsNobodyFromStarting()
    {
        File.WriteAllText(Exec, "exec");
        Assert.StartsWith($"{Exec} was no directory", Assert.Single(PrivateDirectories.Make(Data, Exec)));
        Assert.Equal((true, "exec"), (Directory.Exists(Exec), File.ReadAllText(Exec + JsonFile.Aside)));
    }

    public void Dispose() => Directory.Delete(_top, recursive: true);
}
