namespace Gantry.Api.Client;

/// <summary>What a daemon says to a version that is newer than it:
/// <c>client version 1.51 is too new. Maximum supported API version is 1.41</c>.</summary>
internal static class VersionAnswer
{
    private const string Marker = "Maximum supported API version is ";

    public static bool TryParse(string message, out string version)
    {
        int at = message.IndexOf(Marker, StringComparison.Ordinal);
        version = at < 0 ? "" : message[(at + Marker.Length)..].TrimEnd('.');
        return version.Length > 0 && global::System.Version.TryParse(version, out _);
    }

    /// <summary>1.9 is older than 1.24.</summary>
    public static int Compare(string left, string right) =>
        global::System.Version.TryParse(left, out Version? first) && global::System.Version.TryParse(right, out Version? second)
            ? first.CompareTo(second) : string.CompareOrdinal(left, right);
}
