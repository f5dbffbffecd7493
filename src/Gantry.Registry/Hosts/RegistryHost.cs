namespace Gantry.Registry.Hosts;

/// <summary>One place from which a registry's content comes.</summary>
/// <param name="Base">With scheme, and without <c>/v2/</c> unless <see cref="OverridesPath"/>.</param>
/// <param name="AnyCertificate">The host is listed as insecure.</param>
/// <param name="IsMirror">It may lack what the registry has, and the user's credentials are not for it.</param>
public sealed record RegistryHost(Uri Base, bool AnyCertificate, bool IsMirror)
{
    /// <summary><c>host[:port]</c> as in references and in the names of certificate directories.</summary>
    public string Name => WrittenAs ?? Base.Authority;

    /// <summary>The name in references where it is not the address's: with the port that is the usual one anyway.</summary>
    public string? WrittenAs { get; init; }

    /// <summary>The base's path is the whole path of the API: no <c>/v2</c> is put behind it.</summary>
    public bool OverridesPath { get; init; }

    /// <summary>The registry that a mirror is asked for, sent as <c>ns=</c>: one mirror can stand for several. Null: not said.</summary>
    public string? Namespace { get; init; }

    /// <summary>More files of authorities, in PEM.</summary>
    public IReadOnlyList<string> Authorities { get; init; } = [];

    /// <summary>Certificates to show, each with the file of its key, which may be the same.</summary>
    public IReadOnlyList<(string Certificate, string Key)> ClientCertificates { get; init; } = [];

    /// <summary>How long to wait for a connection; null for the usual time.</summary>
    public TimeSpan? DialTimeout { get; init; }

    /// <summary>Sent with every request to this host, and to no other that it may point to.</summary>
    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    /// <summary>Where the API begins: <c>https://host/v2</c>.</summary>
    private string Root => $"{Base.GetLeftPart(UriPartial.Authority)}{Base.AbsolutePath.TrimEnd('/')}{(OverridesPath ? "" : "/v2")}";

    /// <param name="path">Below the API: <c>library/busybox/tags/list</c>, empty for the API itself; or what a header of the host's points
    /// at, relative to the host or absolute.</param>
    internal Uri Address(string path)
    {
        if (path.StartsWith('/') || path.Contains("://", StringComparison.Ordinal)) return new Uri(Base, path);
        string query = Namespace is null || path.Length == 0 ? ""
            : $"{(path.Contains('?') ? '&' : '?')}ns={Uri.EscapeDataString(Namespace)}";
        return new Uri($"{Root}/{path}{query}");
    }

    /// <summary>Whether an address belongs to this host, so that it may see what is meant for it.</summary>
    internal bool Owns(Uri address) => address.Scheme == Base.Scheme && address.Authority == Base.Authority;
}
