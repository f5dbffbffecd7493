using System.Net;
using Gantry.Oci.Image;
using Gantry.Registry.Authorization;
using Gantry.Registry.Hosts;
using Gantry.Registry.Http;
using Gantry.Registry.Tests.Http;
using static Gantry.Registry.Tests.Http.Sample;

namespace Gantry.Registry.Tests.Authorization;

/// <summary>What a registry asks of the user, and who gets to see it.</summary>
public sealed class TokenTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ATokenIsAskedForOnceAndSent()
    {
        using ScriptedRegistry registry = new((context, _) =>
        {
            string path = context.Request.Url!.AbsolutePath;
            if (path == "/token") Write(context, """{"token":"good","expires_in":300}""");
            else if (context.Request.Headers["Authorization"] == "Bearer good") Write(context, "{}", type: MediaTypes.Manifest);
            else
            {
                context.Response.AddHeader("WWW-Authenticate",
                    $"Bearer realm=\"http://{context.Request.UserHostName}/token\",service=\"a, b\",scope=\"repository:lib/thing:pull\"");
                Write(context, """{"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}""", 401);
            }
        });
        using RepositoryClient client = registry.Client(new Credentials { Username = "me", Password = "secret" });
        await client.GetManifestAsync("latest", 1000, Cancellation);
        await client.GetManifestAsync("latest", 1000, Cancellation);
        Assert.Equal(
        [
            "GET /v2/lib/thing/manifests/latest",
            "GET /token?service=a%2C%20b&scope=repository%3Alib%2Fthing%3Apull&account=me Basic bWU6c2VjcmV0",
            "GET /v2/lib/thing/manifests/latest Bearer good",
            "GET /v2/lib/thing/manifests/latest Bearer good",
        ], registry.Requests);
    }

    [Fact]
    public async Task ALoginAsksForSomethingToKeepInsteadOfThePassword()
    {
        using ScriptedRegistry registry = new((context, _) =>
        {
            if (context.Request.Url!.AbsolutePath == "/token") Write(context, """{"token":"good","refresh_token":"kept"}""");
            else if (context.Request.Headers["Authorization"] == "Bearer good") Write(context, "{}");
            else
            {
                context.Response.AddHeader("WWW-Authenticate", $"Bearer realm=\"http://{context.Request.UserHostName}/token\"");
                Write(context, "", 401);
            }
        });
        RegistrySession session = new(new RegistryOptions { CertificatesDirectory = "/nowhere" });
        Assert.Equal("kept",
            await session.LoginAsync(registry.Name, new Credentials { Username = "me", Password = "secret" }, Cancellation));
        Assert.Contains(registry.Requests,
            static request =>
                request.StartsWith("GET /token?offline_token=true&client_id=gantry&account=me Basic", StringComparison.Ordinal));
        Assert.Equal("kept", await session.LoginAsync(registry.Name, new Credentials { IdentityToken = "old" }, Cancellation));
        using RepositoryClient client = registry.Client(new Credentials { Username = "me", Password = "secret" });
        await client.GetManifestAsync("latest", 1000, Cancellation);
        Assert.DoesNotContain("offline", registry.Requests[^2]);
    }

    [Fact]
    public async Task ATokenThatEndsIsReplaced()
    {
        int issued = 0, used = 0;
        using ScriptedRegistry registry = new((context, _) =>
        {
            if (context.Request.Url!.AbsolutePath == "/token") Write(context, $$"""{"token":"t{{++issued}}"}""");
            else if (context.Request.Headers["Authorization"] == $"Bearer t{issued}" && ++used != 2) Write(context, "{}");
            else
            {
                context.Response.AddHeader("WWW-Authenticate", $"Bearer realm=\"http://{context.Request.UserHostName}/token\"");
                Write(context, "", 401);
            }
        });
        using RepositoryClient client = registry.Client();
        await client.GetManifestAsync("a", 1000, Cancellation);
        await client.GetManifestAsync("b", 1000, Cancellation);
        Assert.Equal(2, issued);
    }

    [Fact]
    public async Task WrongCredentialsAreToldAsTheRegistryTellsThem()
    {
        using ScriptedRegistry registry = new((context, _) =>
        {
            context.Response.AddHeader("WWW-Authenticate", "Basic realm=\"x\"");
            Write(context, """{"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}""", 401);
        });
        using RepositoryClient client = registry.Client(new Credentials { Username = "me", Password = "wrong" });
        GantryException error = await Assert.ThrowsAsync<GantryException>(() => client.GetManifestAsync("latest", 1000, Cancellation));
        Assert.Equal((ErrorKind.Unauthorized, "unauthorized: authentication required"), (error.Kind, error.Message));
        Assert.Equal(2, registry.Requests.Count);
    }

    [Theory]
    [InlineData("http://auth.example/token", false, null)]
    [InlineData("http://auth.example/token", true, "Basic bWU6c2VjcmV0")]
    [InlineData("https://auth.example/token", false, "Basic bWU6c2VjcmV0")]
    public async Task ATokenServerWithoutTlsGetsNothingUnlessTheRegistryHasNoneEither(string realm, bool plain, string? expected)
    {
        string? sent = null;
        Authorizer authorizer = new((request, _) =>
        {
            sent = request.Headers.Authorization?.ToString();
            return Task.FromResult(new HttpResponseMessage { Content = new StringContent("""{"token":"good"}""") });
        }, new Credentials { Username = "me", Password = "secret" }, TimeProvider.System, plain);
        Task<bool> answer = authorizer.AnswerAsync([new("Bearer", $"realm=\"{realm}\"")], "scope", null, Cancellation);
        if (expected is null) Assert.Contains("in the clear", (await Assert.ThrowsAsync<GantryException>(() => answer)).Message);
        else Assert.True(await answer);
        Assert.Equal(expected, sent);
    }

    [Fact]
    public async Task CredentialsDoNotFollowToAnotherHost()
    {
        using ScriptedRegistry other = new((context, _) => Write(context, Content));
        using ScriptedRegistry registry = new((context, _) =>
        {
            if (context.Request.Headers["Authorization"] is null)
            {
                context.Response.AddHeader("WWW-Authenticate", "Basic realm=\"x\"");
                context.Response.StatusCode = 401;
                return;
            }
            context.Response.Redirect($"http://{other.Name}/elsewhere");
            context.Response.StatusCode = 307;
        });
        using RepositoryClient client = registry.Client(new Credentials { Username = "me", Password = "secret" });
        Assert.Equal(Content, await client.GetBlobAsync(Blob, Content.Length, Cancellation));
        Assert.Equal(["GET /elsewhere"], other.Requests);
    }
}
