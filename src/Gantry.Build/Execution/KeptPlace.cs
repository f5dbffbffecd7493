namespace Gantry.Build.Execution;

/// <summary>A directory that commands keep between builds, as it is listed.</summary>
/// <param name="Title">For people.</param>
/// <param name="Size">Bytes in its files.</param>
public sealed record KeptPlace(string Name, string Title, bool InUse, long Size, DateTimeOffset Created, DateTimeOffset? LastUsed,
    int Uses);
