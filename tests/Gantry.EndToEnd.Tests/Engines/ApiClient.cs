using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Gantry.EndToEnd.Engines;

/// <summary>Plain HTTP on a daemon's socket, for what no well-behaved client sends.</summary>
public sealed class ApiClient(string socket) : IDisposable
{
    public HttpClient Http { get; } = new(new SocketsHttpHandler
    {
        ConnectCallback = async (_, cancellation) =>
        {
            Socket connection = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await connection.ConnectAsync(new UnixDomainSocketEndPoint(socket), cancellation);
            return new NetworkStream(connection, ownsSocket: true);
        },
        // Less than the tests wait for a daemon's descriptors: what this client keeps open is none of its leaks.
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(5),
    })
    { BaseAddress = new Uri("http://localhost"), Timeout = TimeSpan.FromSeconds(120) };

    public sealed record Answer(HttpStatusCode Status, string Body)
    {
        public JsonNode Json => JsonNode.Parse(Body)!;
        /// <summary>The text of Docker's error object.</summary>
        public string Message => Json["message"]?.GetValue<string>() ?? "";
    }

    public Task<Answer> Get(string path) => Send(HttpMethod.Get, path, null);
    public Task<Answer> Post(string path, string? json = null) =>
        Send(HttpMethod.Post, path, json is null ? null : new StringContent(json, Encoding.UTF8, "application/json"));
    public Task<Answer> Delete(string path) => Send(HttpMethod.Delete, path, null);

    public async Task<Answer> Send(HttpMethod method, string path, HttpContent? content)
    {
        using HttpRequestMessage request = new(method, path) { Content = content };
        using HttpResponseMessage response = await Http.SendAsync(request);
        return new Answer(response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    public void Dispose() => Http.Dispose();
}
