using Gantry.Api.Client;
using Xunit;

namespace Gantry.Api.Tests.Client;

public sealed class ApiClientTests
{
    private static string Answer(int status, string body, string headers = "") =>
        $"HTTP/1.1 {status} Text\r\n{headers}Content-Length: {body.Length}\r\n\r\n{body}";

    [Fact]
    public void OneConnectionServesRequestsInSequence()
    {
        using ScriptedDaemon daemon = new(Answer(200, "[]"), Answer(200, """{"Id":"abc"}"""));
        Assert.Empty(daemon.Client.Containers.List(all: true));
        Assert.Equal("abc", daemon.Client.Containers.Inspect("x").Id);
        Assert.Equal(1, daemon.Connections);
        Assert.Equal(["GET /v1.51/containers/json?all=1 HTTP/1.1", "GET /v1.51/containers/x/json HTTP/1.1"], daemon.Requests);
    }

    [Fact]
    public void AnOlderDaemonIsSpokenToInItsVersion()
    {
        using ScriptedDaemon daemon =
            new(Answer(400, """{"message":"client version 1.51 is too new. Maximum supported API version is 1.41"}"""), Answer(200, "[]"));
        Assert.Empty(daemon.Client.Containers.List());
        Assert.Equal("GET /v1.41/containers/json HTTP/1.1", daemon.Requests[1]);
        Assert.Equal("1.41", daemon.Client.Version);
    }

    [Fact]
    public void AConnectionThatWentAwayWhileIdleIsReplaced()
    {
        using ScriptedDaemon daemon = new(Answer(200, "[]") + ScriptedDaemon.CloseAfter, Answer(200, "[]"));
        daemon.Client.Containers.List();
        daemon.WaitForClose();
        Assert.Empty(daemon.Client.Containers.List());
        Assert.Equal(2, daemon.Connections);
    }

    [Theory]
    [InlineData("""{"message":"No such container: x"}""", "No such container: x")]
    [InlineData("page not found\n", "page not found")]
    [InlineData("", "the request failed with status 404 and no message")]
    public void AnErrorSaysWhatTheDaemonSays(string body, string message)
    {
        using ScriptedDaemon daemon = new(Answer(404, body));
        ApiException error = Assert.Throws<ApiException>(() => daemon.Client.Containers.Inspect("x"));
        Assert.Equal(404, error.Status);
        Assert.Equal(message, error.Message);
    }

    [Fact]
    public void ChunksAreJoinedAndExtensionsAndTrailersAreSkipped()
    {
        using ScriptedDaemon daemon = new("HTTP/1.1 200 OK\r\nTransfer-Encoding: "
            + "chunked\r\n\r\n5;x=y\r\n{\"Id\"\r\n7\r\n:\"abc\"}\r\n0\r\nA: b\r\n\r\n", Answer(200, "[]"));
        Assert.Equal("abc", daemon.Client.Containers.Inspect("x").Id);
        daemon.Client.Containers.List();
        Assert.Equal(1, daemon.Connections);
    }

    [Theory]
    [InlineData("")]
    [InlineData("SSH-2.0-x\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 100\r\nConnection: close\r\n\r\n{}")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\nzz\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n-1\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n[")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnull")]
    public void ADamagedAnswerIsAnErrorWithAMessage(string answer)
    {
        using ScriptedDaemon daemon = new(answer + ScriptedDaemon.CloseAfter);
        Assert.NotEmpty(Assert.Throws<ApiConnectionException>(() => daemon.Client.Containers.Inspect("x")).Message);
    }

    [Fact]
    public void AHijackedStreamStartsBehindTheHeaders()
    {
        using ScriptedDaemon daemon = new("HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\nhello");
        using HijackedStream stream = daemon.Client.Containers.Attach("x", stdin: true, stdout: true, stderr: false);
        byte[] buffer = new byte[5];
        stream.ReadExactly(buffer);
        Assert.Equal("hello"u8, buffer);
        Assert.Equal("POST /v1.51/containers/x/attach?stdin=1&stdout=1&stream=1 HTTP/1.1", daemon.Requests[0]);
    }

    [Fact]
    public void NobodyThere()
    {
        using ApiClient client = new(DaemonAddress.Parse("unix:///nonexistent/x.sock"));
        Assert.StartsWith("Cannot connect to the ", Assert.Throws<ApiConnectionException>(() => client.Containers.List()).Message,
            StringComparison.Ordinal);
    }
}
