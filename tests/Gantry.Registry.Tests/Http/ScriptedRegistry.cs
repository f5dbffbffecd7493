using System.Net;
using Gantry.Registry.Authorization;
using Gantry.Registry.Hosts;
using Gantry.Registry.Http;

namespace Gantry.Registry.Tests.Http;

/// <summary>A registry on loopback that answers as the test says.</summary>
internal sealed class ScriptedRegistry : IDisposable
{
    private readonly HttpListener _listener;
    private readonly Func<HttpListenerContext, int, Task> _answer;
    private readonly List<string> _requests = [];

    /// <param name="answer">Gets each request but the ping, and its number from 1 on.</param>
    public ScriptedRegistry(Func<HttpListenerContext, int, Task> answer)
    {
        _answer = answer;
        for (int port = 20000 + Random.Shared.Next(20000); ; port++)
        {
            // One whose port was taken is of no more use.
            _listener = new HttpListener();
            _listener.Prefixes.Add($"http://127.0.0.1:{port}/");
            try
            {
                _listener.Start();
            }
            catch (HttpListenerException)
            {
                continue;
            }
            Name = $"127.0.0.1:{port}";
            break;
        }
        _ = ServeAsync();
    }

    public ScriptedRegistry(Action<HttpListenerContext, int> answer) : this((context, number) =>
    {
        answer(context, number);
        context.Response.Close();
        return Task.CompletedTask;
    })
    {
    }

    public string Name { get; }

    public RegistryHost Host => new(new Uri($"http://{Name}/"), AnyCertificate: true, IsMirror: false);

    /// <summary>Method, path and query, authorization and range of each request.</summary>
    public IReadOnlyList<string> Requests { get { lock (_requests) return [.. _requests]; } }

    public RepositoryClient Client(Credentials? credentials = null, RegistryOptions? options = null, TimeProvider? time = null) =>
        new(Host, "lib/thing", options ?? new RegistryOptions(), credentials ?? Credentials.None, time);

    private async Task ServeAsync()
    {
        int number = 0;
        while (_listener.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
            HttpListenerRequest request = context.Request;
            lock (_requests)
                _requests.Add(
                    $"{request.HttpMethod} {request.RawUrl} {request.Headers["Authorization"]} {request.Headers["Range"]}".TrimEnd());
            int current = ++number;
            _ = Task.Run(async () =>
            {
                try
                {
                    await _answer(context, current);
                }
                catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or InvalidOperationException)
                {
                    // The client has gone.
                }
            });
        }
    }

    public void Dispose() => _listener.Close();
}
