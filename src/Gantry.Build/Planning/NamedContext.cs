namespace Gantry.Build.Planning;

/// <summary>Contexts that a build was given under names, which count before stages and images of the same ones.</summary>
public static class NamedContext
{
    /// <returns>The name as it was given; null for none.</returns>
    public static string? Of(IEnumerable<string> names, string asked) =>
        names.FirstOrDefault(name => name.Equals(asked, StringComparison.OrdinalIgnoreCase));

    /// <returns>What it stands for; null for nothing.</returns>
    public static string? Of(IReadOnlyDictionary<string, string> images, string asked) =>
        Of(images.Keys, asked) is { } name ? images[name] : null;
}
