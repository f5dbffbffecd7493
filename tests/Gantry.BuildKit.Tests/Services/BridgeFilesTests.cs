using System.Diagnostics;
using Gantry.BuildKit.Protocol.GatewayApi;
using Gantry.BuildKit.Services;
using Gantry.Linux.Trees;

namespace Gantry.BuildKit.Tests.Services;

/// <summary>Files of results whose makers are hostile.</summary>
public sealed class BridgeFilesTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("gantry-bridge").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private Task<ReadFileResponse> Read(string path) =>
        BridgeFiles.ReadAsync(new DirectoryResult(_root), new ReadFileRequest { FilePath = path });

    private void Make(string command, params string[] arguments)
    {
        using Process made = Process.Start(command, [Path.Combine(_root, "x"), .. arguments]);
        made.WaitForExit();
        Assert.Equal(0, made.ExitCode);
    }

    /// <summary>None is opened: a FIFO would be waited for, and a device can do something. No device's number here has a driver.
    /// </summary>
    [Theory]
    [InlineData("mkfifo"), InlineData("mkdir"), InlineData("mknod", "c", "240", "7"), InlineData("mknod", "b", "240", "7")]
    public async Task WhatIsNoFileIsRefusedInWords(string command, params string[] arguments)
    {
        Make(command, arguments);
        GantryException refused = await Assert.ThrowsAsync<GantryException>(() => Read("/x"));
        Assert.Equal((ErrorKind.InvalidArgument, "/x is no file"), (refused.Kind, refused.Message));
    }

    [Fact]
    public async Task FilesAreReadThroughLinks()
    {
        await File.WriteAllTextAsync(Path.Combine(_root, "y"), "content", TestContext.Current.CancellationToken);
        File.CreateSymbolicLink(Path.Combine(_root, "x"), "/y");
        Assert.Equal("content", (await Read("/x")).Data.ToStringUtf8());
    }

    [Fact]
    public async Task ANameThatIsTooLongIsTheCallersMistake()
    {
        GantryException refused = await Assert.ThrowsAsync<GantryException>(() => Read("/" + new string('x', 300)));
        Assert.Equal(ErrorKind.InvalidArgument, refused.Kind);
    }
}
