namespace Gantry.Registry;

/// <summary>One place from which a registry's content comes.</summary>
/// <param name="Base">With scheme and without <c>/v2/</c>.</param>
/// <param name="AnyCertificate">The host is listed as insecure.</param>
/// <param name="IsMirror">It may lack what the registry has, and nothing is pushed to it.</param>
public sealed record RegistryHost(Uri Base, bool AnyCertificate, bool IsMirror)
{
    /// <summary><c>host[:port]</c> as in references and in the names of certificate directories.</summary>
    public string Name => Base.Authority;
}
