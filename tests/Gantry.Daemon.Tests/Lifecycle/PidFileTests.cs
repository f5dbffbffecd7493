using System.Globalization;
using Gantry.Daemon.Lifecycle;

namespace Gantry.Daemon.Tests.Lifecycle;

public sealed class PidFileTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("gantry-pid-").FullName;

    private string FilePath => $"{_root}/pid";

    private static string Own => Environment.ProcessId.ToString(CultureInfo.InvariantCulture) + "\n";

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void WhatALinkLeadsToIsNotWritten()
    {
        File.WriteAllText($"{_root}/precious", "kept");
        File.CreateSymbolicLink(FilePath, $"{_root}/precious");
        using (PidFile.Write(FilePath))
        {
            Assert.Null(new FileInfo(FilePath).LinkTarget);
            Assert.Equal(Own, File.ReadAllText(FilePath));
        }
        Assert.Equal("kept", File.ReadAllText($"{_root}/precious"));
        Assert.False(Path.Exists(FilePath));
    }

    [Fact]
    public void ALinkThatLeadsNowhereMakesNothingThere()
    {
        File.CreateSymbolicLink(FilePath, $"{_root}/elsewhere");
        using PidFile file = PidFile.Write(FilePath);
        Assert.False(File.Exists($"{_root}/elsewhere"));
        Assert.Equal(Own, File.ReadAllText(FilePath));
    }

    [Fact]
    public void WhatADaemonThatWasKilledLeftIsReplaced()
    {
        File.WriteAllText(FilePath, "4194304\n");
        using PidFile file = PidFile.Write(FilePath);
        Assert.Equal(Own, File.ReadAllText(FilePath));
        Assert.Equal((UnixFileMode)Octal.O644, File.GetUnixFileMode(FilePath) | (UnixFileMode)Octal.O644);
    }

    [Fact]
    public void ADirectoryInItsPlaceIsSaid()
    {
        Directory.CreateDirectory(FilePath);
        GantryException refused = Assert.Throws<GantryException>(() => PidFile.Write(FilePath));
        Assert.Equal((ErrorKind.InvalidArgument, $"{FilePath} is no file (Directory): remove it, or choose another --pidfile"),
            (refused.Kind, refused.Message));
    }
}
