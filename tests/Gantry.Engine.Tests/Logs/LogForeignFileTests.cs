using System.Net.Sockets;
using Gantry.Engine.Logs;
using Gantry.Linux.Compression;
using Gantry.Shim.Logs;
using Xunit;

namespace Gantry.Engine.Tests.Logs;

/// <summary>Something else in the place of a log file is said at once: it is neither waited for nor read without end.</summary>
public sealed class LogForeignFileTests : IDisposable
{
    private readonly LogFixture _log = new();

    public void Dispose() => _log.Dispose();

    private static LogQuery All => new() { Stdout = true, Stderr = true };

    [Theory]
    [InlineData("", "fifo", "a FIFO")]
    [InlineData("", "directory", "a directory")]
    [InlineData("", "socket", "a socket")]
    [InlineData("", "endless", "a device")]
    [InlineData(".1", "fifo", "a FIFO")]
    [InlineData(".1", "endless", "a device")]
    [InlineData(".1.zst", "fifo", "a FIFO")]
    [InlineData(".1.zst", "directory", "a directory")]
    public async Task IsRefusedInWords(string suffix, string kind, string words)
    {
        if (suffix.Length > 0) _log.Write(LogFixture.Records(0, 3));
        string path = _log.Path + suffix;
        using Socket? socket = await Make(kind, path);
        GantryException refused = await Assert.ThrowsAsync<GantryException>(
            () => Task.Run(() => _log.ReadAsync(All)).WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken));
        Assert.Equal(ErrorKind.Conflict, refused.Kind);
        Assert.Contains($"{path} is no regular file but {words}; move it away", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatUnpacksToFarMoreThanALogIsLeftOut()
    {
        _log.Write(LogFixture.Records(0, 3));
        using (ZstdWriteStream stream = new(File.Create(LogFileName.PackedOf(_log.Path, 1))))
        {
            byte[] zeros = new byte[1 << 20];
            for (int i = 0; i < 256; i++) stream.Write(zeros);
        }
        List<string> notices = [];
        List<string> lines = await _log.ReadAsync(All with { Notice = notices.Add });
        Assert.Equal(LogFixture.Lines(0, 3), lines);
        Assert.Contains(notices, notice => notice.Contains("as no log has", StringComparison.Ordinal));
    }

    private static async Task<Socket?> Make(string kind, string path)
    {
        switch (kind)
        {
            case "fifo":
                using (System.Diagnostics.Process make = System.Diagnostics.Process.Start("mkfifo", path))
                    await make.WaitForExitAsync(TestContext.Current.CancellationToken);
                return null;
            case "directory":
                Directory.CreateDirectory(path);
                return null;
            case "endless":
                File.CreateSymbolicLink(path, "/dev/zero");
                return null;
            default:
                Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                socket.Bind(new UnixDomainSocketEndPoint(path));
                return socket;
        }
    }
}
