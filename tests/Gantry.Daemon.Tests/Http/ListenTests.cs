using System.Net.Sockets;
using Gantry.Daemon.Configuration;
using Gantry.Daemon.Http.Listening;

namespace Gantry.Daemon.Tests.Http;

public sealed class ListenTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("gantry-listen-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData("unix:///run/a.sock", "unix:///run/a.sock")]
    [InlineData("unix://", "unix:///run/gantry.sock")]
    [InlineData("/run/a.sock", "unix:///run/a.sock")]
    [InlineData("tcp://127.0.0.1:2375", "tcp://127.0.0.1:2375")]
    [InlineData("tcp://0.0.0.0", "tcp://0.0.0.0:2375")]
    [InlineData("tcp://:4000", "tcp://127.0.0.1:4000")]
    [InlineData("tcp://[::1]:4000", "tcp://[::1]:4000")]
    [InlineData("fd://", "fd://")]
    public void AddressesHaveDockersForms(string text, string address) =>
        Assert.Equal(address, ListenAddress.Parse(text, tls: false).ToString());

    [Theory]
    [InlineData("tcp://0.0.0.0:2375", false, false, "API is accessible on http://0.0.0.0:2375 without encryption.")]
    [InlineData("127.0.0.1:4000", false, false, "API is accessible on http://127.0.0.1:4000 without encryption.")]
    [InlineData("tcp://[::]:2376", true, false, "API is accessible on https://[::]:2376 without TLS client verification.")]
    [InlineData("tcp://0.0.0.0:2376", true, true, null)]
    [InlineData("unix:///run/a.sock", false, false, null)]
    [InlineData("fd://", false, false, null)]
    public void WhatLetsAnybodyInIsSaid(string text, bool tls, bool verify, string? expected) =>
        Assert.Equal(expected, ListenAddress.Parse(text, tls).Exposure(tls, verify));

    [Theory]
    [InlineData("udp://1.2.3.4")]
    [InlineData("tcp://example.org:1")]
    [InlineData("tcp://127.0.0.1:99999")]
    [InlineData("tcp://127.0.0.1:x")]
    public void OthersAreRefused(string text) => Assert.Throws<GantryException>(() => ListenAddress.Parse(text, tls: false));

    [Fact]
    public void TheSocketIsForOwnerAndGroup()
    {
        string path = $"{_directory}/s";
        using Socket socket = UnixListener.Bind(path, group: null);
        Assert.Equal((UnixFileMode)0b110_110_000, File.GetUnixFileMode(path));
    }

    [Fact]
    public void ADeadDaemonsSocketMakesRoomAndALivingOnesDoesNot()
    {
        string path = $"{_directory}/s";
        Socket first = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        first.Bind(new UnixDomainSocketEndPoint(path));
        first.Listen();
        Assert.Contains("another daemon listens there", Assert.Throws<GantryException>(() => UnixListener.Bind(path, group: null)).Message);
        // A descriptor closed behind the runtime's back leaves the file, as a killed process does.
        File.Move(path, path + ".kept");
        first.Dispose();
        File.Move(path + ".kept", path);
        using Socket second = UnixListener.Bind(path, group: null);
        Assert.True(File.Exists(path));
    }

    [Fact]
    public void SomebodysFileIsNotReplaced()
    {
        string path = $"{_directory}/file";
        File.WriteAllText(path, "precious");
        Assert.Throws<GantryException>(() => UnixListener.Bind(path, group: null));
        Assert.Equal("precious", File.ReadAllText(path));
    }
}
