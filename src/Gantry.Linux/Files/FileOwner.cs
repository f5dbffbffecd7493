namespace Gantry.Linux.Files;

/// <summary>Whom a file belongs to.</summary>
public static class FileOwner
{
    /// <returns>The number of its group; null when nothing is there, or it cannot be reached. Links are followed.</returns>
    public static uint? GroupOf(string path) => StatusCall.Of(path)?.Gid;
}
