namespace Gantry.Build.Contexts.Kept;

/// <summary>What is kept of a client's directory, as it is listed.</summary>
/// <param name="Title">For people.</param>
/// <param name="Size">Bytes in its files.</param>
public sealed record KeptContext(string Name, string Title, bool InUse, long Size, DateTimeOffset Created, DateTimeOffset? LastUsed,
    int Uses);
