using Gantry.Oci.Image;

namespace Gantry.Daemon.Build;

/// <summary>Reads which platforms a build is for.</summary>
internal static class QueryPlatforms
{
    private const int Most = 32;

    /// <summary>Of a client with a session, whose word may name several between commas.</summary>
    /// <inheritdoc cref="Read"/>
    public static IReadOnlyList<string?> ReadList(string text) =>
        text.Contains(',') ? Read("", [.. text.Split(',')]) : Read(text, null);

    /// <param name="one">Docker's own word, which is for one.</param>
    /// <param name="several">Ours; null for none.</param>
    /// <returns>At least one; null is this host's.</returns>
    /// <exception cref="GantryException">Invalid: one is none, or stands there twice.</exception>
    public static IReadOnlyList<string?> Read(string one, IReadOnlyList<string>? several)
    {
        if (several is not { Count: > 0 })
        {
            if (one.Length > 0) TargetPlatform.Parse(one);
            return [one.Length > 0 ? one : null];
        }
        if (one.Length > 0) throw GantryException.Invalid("platform and platforms cannot both be given");
        if (several.Count > Most) throw GantryException.Invalid($"a build is for {Most} platforms at most");
        foreach (string text in several)
            if (text.Length == 0) throw GantryException.Invalid("a platform has no name");
        return [.. several.Select(TargetPlatform.Parse).Distinct().Select(platform => platform.ToString())];
    }
}
