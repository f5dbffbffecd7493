namespace Gantry.Registry;

/// <summary>A name of an image: <c>[domain/]path[:tag][@digest]</c>, normalised as Docker does.</summary>
/// <remarks>
/// <c>busybox</c> is <c>docker.io/library/busybox</c>; the familiar form leaves out again what normalising adds.
/// Grammar: distribution-spec "Pulling manifests", with domain and length limits of Docker's reference grammar.
/// </remarks>
public sealed record Reference
{
    public const string DefaultDomain = "docker.io";
    public const string DefaultTag = "latest";
    public const int MaxNameLength = 255;
    public const int MaxTagLength = 128;
    private const string OfficialPrefix = "library/";

    /// <summary>Registry host with port, such as <c>docker.io</c> or <c>localhost:5000</c>.</summary>
    public required string Domain { get; init; }
    /// <summary>Repository within the registry, such as <c>library/busybox</c>.</summary>
    public required string Path { get; init; }
    public string? Tag { get; init; }
    public string? Digest { get; init; }

    /// <summary>Repository with registry, without tag and digest: <c>docker.io/library/busybox</c>.</summary>
    public string Name => $"{Domain}/{Path}";

    /// <summary>Repository as people write it: <c>busybox</c>.</summary>
    public string FamiliarName => Domain != DefaultDomain ? Name
        : Path.StartsWith(OfficialPrefix, StringComparison.Ordinal) && !Path.AsSpan(OfficialPrefix.Length).Contains('/')
        ? Path[OfficialPrefix.Length..]
        : Path;

    /// <summary>The whole as people write it: <c>busybox:latest</c>.</summary>
    public string Familiar => FamiliarName + Suffix;

    public bool IsNameOnly => Tag is null && Digest is null;

    private string Suffix => (Tag is null ? "" : ":" + Tag) + (Digest is null ? "" : "@" + Digest);

    public override string ToString() => Name + Suffix;

    /// <summary>With <c>latest</c> where neither tag nor digest was given.</summary>
    public Reference WithDefaultTag() => IsNameOnly ? this with { Tag = DefaultTag } : this;

    /// <summary>The same repository with what the API's parameter <c>tag</c> says, which may be a digest.</summary>
    /// <exception cref="GantryException">InvalidArgument, with Docker's wording.</exception>
    public Reference With(string tagOrDigest) =>
        ReferenceGrammar.IsDigest(tagOrDigest) ? this with { Tag = null, Digest = tagOrDigest }
        : ReferenceGrammar.IsTag(tagOrDigest) ? this with { Tag = tagOrDigest, Digest = null }
        : throw GantryException.Invalid("invalid tag format");

    /// <exception cref="GantryException">InvalidArgument, with Docker's wording.</exception>
    public static Reference Parse(string text) =>
        TryParse(text, out Reference? reference, out string error) ? reference! : throw GantryException.Invalid(error);

    public static bool TryParse(string text, out Reference? reference) => TryParse(text, out reference, out _);

    private static bool TryParse(string text, out Reference? reference, out string error)
    {
        reference = null;
        string rest = text;
        string? tag = null, digest = null;

        if (text.Length == 64 && Oci.Image.Digest.IsHex(text))
        {
            error = $"invalid repository name ({text}), cannot specify 64-byte hexadecimal strings";
            return false;
        }
        error = "invalid reference format";
        int at = rest.IndexOf('@');
        if (at >= 0)
        {
            digest = rest[(at + 1)..];
            rest = rest[..at];
            if (!ReferenceGrammar.IsDigest(digest)) return false;
        }
        int colon = rest.LastIndexOf(':');
        if (colon > rest.LastIndexOf('/'))
        {
            tag = rest[(colon + 1)..];
            rest = rest[..colon];
            if (!ReferenceGrammar.IsTag(tag)) return false;
        }
        (string domain, string path) = Split(rest);
        if (!ReferenceGrammar.IsPath(path))
        {
            if (path.Any(char.IsAsciiLetterUpper) && ReferenceGrammar.IsPath(path.ToLowerInvariant()))
                error = $"invalid reference format: repository name ({path}) must be lowercase";
            return false;
        }
        if (!ReferenceGrammar.IsDomain(domain)) return false;
        if (domain.Length + 1 + path.Length > MaxNameLength)
        {
            error = $"repository name must not be more than {MaxNameLength} characters";
            return false;
        }
        reference = new Reference { Domain = domain, Path = path, Tag = tag, Digest = digest };
        return true;
    }

    /// <summary>A first component is a registry only if it cannot be anything else: it has a dot, a port or a capital,
    /// or is localhost.</summary>
    internal static bool IsHost(string first) =>
        first.AsSpan().ContainsAny('.', ':') || first == "localhost" || first.Any(char.IsAsciiLetterUpper);

    private static (string Domain, string Path) Split(string name)
    {
        int slash = name.IndexOf('/');
        string first = slash < 0 ? "" : name[..slash];
        bool isDomain = IsHost(first);
        string domain = isDomain ? first : DefaultDomain, path = isDomain ? name[(slash + 1)..] : name;
        if (domain == "index." + DefaultDomain) domain = DefaultDomain;
        if (domain == DefaultDomain && !path.Contains('/')) path = OfficialPrefix + path;
        return (domain, path);
    }
}
