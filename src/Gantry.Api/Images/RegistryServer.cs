namespace Gantry.Api.Images;

/// <summary>Under which name the clients keep a user's login, and which registry that name stands for.</summary>
public static class RegistryServer
{
    /// <summary>The central registry, by its oldest address.</summary>
    public const string Central = "https://index.docker.io/v1/";
    private const string CentralDomain = "docker.io";

    /// <summary>The one that an image comes from: the part before the first slash, if that can only be a host.</summary>
    public static string OfImage(string reference)
    {
        int slash = reference.IndexOf('/');
        string first = slash < 0 ? "" : reference[..slash];
        return first.AsSpan().ContainsAny('.', ':') || first == "localhost" || first.Any(char.IsAsciiLetterUpper) ? OfAddress(first)
            : Central;
    }

    /// <summary>The one that a user means: users paste addresses, and what counts is the host.</summary>
    public static string OfAddress(string address) => DomainOf(address) is var domain && domain == CentralDomain ? Central : domain;

    /// <summary>The host of a server's name as it stands in references to images: <c>docker.io</c>, <c>registry.example:5000</c>.</summary>
    public static string DomainOf(string server)
    {
        int scheme = server.IndexOf("://", StringComparison.Ordinal);
        string host = (scheme < 0 ? server : server[(scheme + 3)..]).Split('/')[0];
        return host is "" or "index.docker.io" or "registry-1.docker.io" ? CentralDomain : host;
    }
}
