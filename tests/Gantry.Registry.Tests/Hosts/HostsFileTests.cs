using System.Net;
using System.Net.Sockets;
using System.Text;
using Gantry.Registry.Authorization;
using Gantry.Registry.Hosts;
using Gantry.Registry.Http;
using Gantry.Registry.Tests.Http;

namespace Gantry.Registry.Tests.Hosts;

public sealed class HostsFileTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("gantry-hosts-").FullName;

    private RegistryHosts Hosts(params string[] mirrors) =>
        new(new RegistryOptions { CertificatesDirectory = _directory, Mirrors = mirrors });

    private void Write(string host, string text)
    {
        Directory.CreateDirectory(Path.Combine(_directory, host));
        File.WriteAllText(Path.Combine(_directory, host, "hosts.toml"), text);
    }

    [Fact]
    public void HostsAreTriedInTheOrderOfTheFile()
    {
        Write("registry.example:5000", """
            # where content comes from
            server = "https://registry.example:5000"

            [host."https://first.example"]
              capabilities = ["pull", "resolve"]
              ca = "first.pem"
              skip_verify = true

            [host.'http://second.example/proxy/v2']
              capabilities = [
                "pull", # and nothing else
                "resolve",
              ]
              override_path = true
              client = [["/c.cert", "/c.key"], ["both.pem", ""]]
              [host.'http://second.example/proxy/v2'.header]
                x-token = "a\"b\u00e9"
                x-more = ["1", '2']
            """);
        IReadOnlyList<RegistryHost> hosts = Hosts("https://ignored.example").ForPull("registry.example:5000");
        Assert.Equal(["https://first.example/", "http://second.example/proxy/v2", "https://registry.example:5000/"],
            hosts.Select(static host => host.Base.ToString()));
        Assert.Equal([true, true, false], hosts.Select(static host => host.IsMirror));
        Assert.True(hosts[0].AnyCertificate);
        Assert.Equal([Path.Combine(_directory, "registry.example:5000", "first.pem")], hosts[0].Authorities);
        Assert.Equal("https://first.example/v2/a/tags/list?ns=registry.example%3A5000", hosts[0].Address("a/tags/list").ToString());
        Assert.Equal("http://second.example/proxy/v2/a/b?x=1&ns=registry.example%3A5000", hosts[1].Address("a/b?x=1").ToString());
        Assert.Equal([("/c.cert", "/c.key"),
            (Path.Combine(_directory, "registry.example:5000", "both.pem"),
                Path.Combine(_directory, "registry.example:5000", "both.pem"))], hosts[1].ClientCertificates);
        Assert.Equal([("x-token", "a\"bé"), ("x-more", "1"), ("x-more", "2")], hosts[1].Headers);
        Assert.Equal("https://registry.example:5000/v2/a/b", hosts[2].Address("a/b").ToString());
        Assert.Equal(["https://registry.example:5000/"], Hosts().Own("registry.example:5000").Select(static host => host.Base.ToString()));
    }

    [Fact]
    public void WhatMayBePushedToIsPushedTo()
    {
        Write("registry.example", "[host.\"http://near.example\"]\ncapabilities = ['pull', 'resolve', 'push']\n");
        Assert.Equal(["http://near.example/"], Hosts().Own("registry.example").Select(static host => host.Base.ToString()));
        // The registry by another name is no mirror: who the user is to it, he is there too.
        Write("docker.io", "[host.\"https://registry-1.docker.io\"]\n[host.\"https://m.example\"]\n");
        Assert.Equal([false, true, false], Hosts().ForPull("docker.io").Select(static host => host.IsMirror));
    }

    [Fact]
    public void TheDefaultIsForThoseWithoutAFileOfTheirOwn()
    {
        Write("_default", "[host.\"https://all.example\"]\ncapabilities = [\"pull\"]\n");
        Write("own.example_443_", "server = \"https://elsewhere.example\"\n");
        Assert.Equal(["https://all.example/", "https://registry-1.docker.io/"],
            Hosts().ForPull("docker.io").Select(static host => host.Base.ToString()));
        Assert.Equal("https://all.example/v2/x?ns=docker.io", Hosts().ForPull("docker.io")[0].Address("x").ToString());
        Assert.Equal(["https://elsewhere.example/"], Hosts().ForPull("own.example:443").Select(static host => host.Base.ToString()));
    }

    [Fact]
    public void MirrorsOfTheConfigurationStandForTheCentralRegistryAlone()
    {
        Assert.Equal(["https://m.example/", "https://registry-1.docker.io/"],
            Hosts("m.example").ForPull("docker.io").Select(static host => host.Base.ToString()));
        Assert.Equal(["https://other.example/"], Hosts("m.example").ForPull("other.example").Select(static host => host.Base.ToString()));
    }

    [Theory]
    [InlineData("server = ", ":1: a value is expected")]
    [InlineData("server = \"a", ":1: a string has no end")]
    [InlineData("\n\nserver 1", ":3: '=' is expected")]
    [InlineData("server = \"a\"\nserver = \"b\"", ":2: server is set twice")]
    [InlineData("[[host]]", "arrays of tables are not used here")]
    [InlineData("[host.\"https://a\"]\ncolour = 1", "\"colour\" is no setting of a host")]
    [InlineData("[host.\"ftp://a\"]", "\"ftp://a\" is no http or https address")]
    [InlineData("[host.\"https://a\"]\nskip_verify = \"yes\"", "skip_verify is neither true nor false")]
    [InlineData("capabilities = [\"pul\"]", "\"pul\" is no capability; there are pull, resolve, push")]
    [InlineData("dial_timeout = \"soon\"", "dial_timeout \"soon\" is no duration such as \"3s\"")]
    [InlineData("dial_timeout = \"1000h\"", "dial_timeout \"1000h\" is no duration such as \"3s\"")]
    [InlineData("dial_timeout = 3", "dial_timeout is no string")]
    [InlineData("server = 1979-05-27", "\"1979-05-27\" is no string, integer or boolean")]
    [InlineData("a = [[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]", "nested too deep")]
    [InlineData("server = \"a\" \"b\"", "'\"' is not expected")]
    [InlineData("server = \"\\ud800\"", "an escape in a string is not known")]
    public void WhatIsWrongIsNamedWithItsPlace(string text, string message)
    {
        Write("registry.example", text);
        GantryException error = Assert.Throws<GantryException>(() => Hosts().ForPull("registry.example"));
        Assert.Equal(ErrorKind.InvalidArgument, error.Kind);
        Assert.Contains("hosts.toml", error.Message);
        Assert.Contains(message, error.Message);
    }

    [Fact]
    public async Task AMirrorThatFailsIsPassedOverAndCredentialsAreNotForIt()
    {
        using ScriptedRegistry mirror = new(static (context, _) => context.Response.StatusCode = 404);
        using ScriptedRegistry registry = new(static (context, _) =>
        {
            if (context.Request.Headers["Authorization"] is null)
            {
                context.Response.AddHeader("WWW-Authenticate", "Basic realm=\"x\"");
                context.Response.StatusCode = 401;
                return;
            }
            context.Response.OutputStream.Write("{}"u8);
        });
        Write(registry.Name, $"server = \"http://{registry.Name}\"\n[host.\"http://{mirror.Name}\"]\n");
        (RepositoryClient client, RemoteDocument document) = await new RegistrySession(
            new RegistryOptions { CertificatesDirectory = _directory }).OpenForPullAsync(Reference.Parse($"{registry.Name}/lib/thing:1"),
            new Credentials { Username = "me", Password = "secret" }, 1000, TestContext.Current.CancellationToken);
        using (client) Assert.Equal("{}", Encoding.UTF8.GetString(document.Bytes));
        Assert.Equal(["GET /v2/", $"GET /v2/lib/thing/manifests/1?ns={Uri.EscapeDataString(registry.Name)}"], mirror.Requests);
    }

    [Fact]
    public async Task WhatATagMeansIsAskedOnlyOfThoseThatMaySay()
    {
        static void Answer(HttpListenerContext context, string document) =>
            context.Response.OutputStream.Write(Encoding.UTF8.GetBytes(document));
        using ScriptedRegistry content = new(static (context, _) =>
            Answer(context, context.Request.RawUrl!.Contains("sha256:", StringComparison.Ordinal) ? "{}" : "{\"evil\":1}"));
        using ScriptedRegistry registry = new(static (context, _) => Answer(context, "{}"));
        Write(registry.Name, $"server = \"http://{registry.Name}\"\n[host.\"http://{content.Name}\"]\ncapabilities = [\"pull\"]\n");
        RegistrySession session = new(new RegistryOptions { CertificatesDirectory = _directory });
        (RepositoryClient client, RemoteDocument top) = await session.OpenForPullAsync(Reference.Parse($"{registry.Name}/lib/thing:1"),
            Credentials.None, 1000, TestContext.Current.CancellationToken);
        using (client) Assert.Equal(("{}", content.Name), (Encoding.UTF8.GetString(top.Bytes), client.Host.Name));
        Assert.Equal(["GET /v2/", "GET /v2/lib/thing/manifests/1"], registry.Requests);
        Assert.Equal(2, content.Requests.Count);
        Assert.DoesNotContain(content.Requests, static request => request.Contains("manifests/1", StringComparison.Ordinal));
    }

    [Fact]
    public void TheDirectoryOfARegistryIsNamedAsInReferences()
    {
        Assert.Equal("registry.example:443", Hosts().Own("registry.example:443")[0].Name);
        Write("registry.example:443", "dial_timeout = \"1m30s\"\n");
        RegistryHost host = Hosts().Own("registry.example:443")[0];
        Assert.Equal(("registry.example:443", TimeSpan.FromSeconds(90)), (host.Name, host.DialTimeout));
    }

    [Theory]
    [InlineData("http://a.example/", "http://p:1/")]
    [InlineData("https://a.example/", "http://q:2/")]
    [InlineData("http://localhost:5000/", null)]
    [InlineData("http://127.0.0.1/", null)]
    [InlineData("http://in.example/", null)]
    [InlineData("http://sub.in.example/", null)]
    [InlineData("http://notin.example/", "http://p:1/")]
    [InlineData("http://below.example/", "http://p:1/")]
    [InlineData("http://x.below.example/", null)]
    [InlineData("http://10.1.2.3/", null)]
    [InlineData("http://11.1.2.3/", "http://p:1/")]
    [InlineData("http://port.example:81/", null)]
    [InlineData("http://port.example/", "http://p:1/")]
    public void ProxiesStandWhereTheyAreToStand(string address, string? proxy)
    {
        ProxySettings settings = new("p:1", "http://me:secret@q:2", "in.example, .below.example,10.0.0.0/8,port.example:81");
        Assert.Equal(proxy,
            settings.GetProxy(new Uri(address))?.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped));
        Assert.Equal(proxy is null, settings.IsBypassed(new Uri(address)));
        Assert.Equal("http://xxxxx:xxxxx@q:2", settings.Https);
        Assert.Equal("secret", settings.GetCredential(new Uri("http://q:2/"), "Basic")?.Password);
    }

    [Fact]
    public async Task AProxyIsGoneThrough()
    {
        using TcpListener proxy = new(IPAddress.Loopback, 0);
        proxy.Start();
        Task<string> asked = Task.Run(async () =>
        {
            using TcpClient connection = await proxy.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
            using StreamReader reader = new(connection.GetStream());
            string first = await reader.ReadLineAsync() ?? "";
            while (await reader.ReadLineAsync() is { Length: > 0 }) { }
            await connection.GetStream()
                .WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"u8.ToArray(),
                TestContext.Current.CancellationToken);
            return first;
        }, TestContext.Current.CancellationToken);
        using RepositoryClient client = new(new RegistryHost(new Uri("http://registry.example/"), true, false), "lib/thing",
            new RegistryOptions { Proxy = new ProxySettings($"http://{proxy.LocalEndpoint}", "", "") }, Credentials.None);
        Assert.Equal(2, (await client.GetManifestAsync("1", 1000, TestContext.Current.CancellationToken)).Bytes.Length);
        Assert.Equal("GET http://registry.example/v2/lib/thing/manifests/1 HTTP/1.1", await asked);
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);
}
