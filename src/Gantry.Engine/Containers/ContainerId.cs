namespace Gantry.Engine.Containers;

/// <summary>A <see cref="RandomId"/>, of which people type any unique prefix.</summary>
public static class ContainerId
{
    public static bool IsValid(string text) => text.Length == RandomId.Length && !text.AsSpan().ContainsAnyExcept("0123456789abcdef");

    public static string Short(string id) => id.Length > RandomId.ShortLength ? id[..RandomId.ShortLength] : id;
}
