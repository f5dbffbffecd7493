using System.Globalization;

namespace Gantry.Daemon.Http;

/// <summary>A version of the API, as the first part of a path names it: <c>/v1.44/…</c>.</summary>
public readonly record struct ApiVersion(int Major, int Minor) : IComparable<ApiVersion>
{
    public static readonly ApiVersion Oldest = new(1, 24), Newest = new(1, 51);

    /// <summary>skopeo, podman and buildah move images to and from daemons with this one,
    /// and those routes have not changed since.</summary>
    private static readonly ApiVersion OldestForImages = new(1, 22);

    public static bool TryParse(ReadOnlySpan<char> text, out ApiVersion version)
    {
        version = default;
        int dot = text.IndexOf('.');
        if (dot <= 0 || !int.TryParse(text[..dot], NumberStyles.None, CultureInfo.InvariantCulture, out int major)
            || !int.TryParse(text[(dot + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out int minor)) return false;
        version = new ApiVersion(major, minor);
        return true;
    }

    /// <param name="resource">First part of the path after the version.</param>
    /// <exception cref="GantryException">InvalidArgument, in the words that clients show.</exception>
    public void Check(string resource)
    {
        if (this < (resource == "images" ? OldestForImages : Oldest))
            throw GantryException.Invalid($"client version {this} is too old. Minimum supported API version is {Oldest}, please upgrade "
                + $"your client to a newer version");
        if (this > Newest) throw GantryException.Invalid($"client version {this} is too new. Maximum supported API version is {Newest}");
    }

    public int CompareTo(ApiVersion other) => Major != other.Major ? Major.CompareTo(other.Major) : Minor.CompareTo(other.Minor);
    public static bool operator <(ApiVersion left, ApiVersion right) => left.CompareTo(right) < 0;
    public static bool operator >(ApiVersion left, ApiVersion right) => left.CompareTo(right) > 0;
    public static bool operator <=(ApiVersion left, ApiVersion right) => left.CompareTo(right) <= 0;
    public static bool operator >=(ApiVersion left, ApiVersion right) => left.CompareTo(right) >= 0;

    public override string ToString() => $"{Major}.{Minor}";
}
