namespace Gantry.Api.Builds;

/// <summary>What is asked of the client of a build in one stream. Ours, not Docker's.</summary>
public sealed class SessionRequest
{
    /// <summary>Packets of fsutil's transfer of files, a message each.</summary>
    public const string Files = "files";
    /// <summary>One message with the secret.</summary>
    public const string Secret = "secret";
    /// <summary>The bytes of a connection to an ssh agent.</summary>
    public const string Agent = "agent";
    /// <summary>Nothing but whether there is such an agent: an end without text.</summary>
    public const string AgentCheck = "agent-check";

    public string Service { get; set; } = "";
    /// <summary>Of a directory, a secret or an agent.</summary>
    public string Name { get; set; } = "";
    /// <summary>Patterns as those of <c>.dockerignore</c>, whatever bytes they are of.</summary>
    public List<byte[]>? Exclude { get; set; }
    /// <summary>Paths that are meant alone.</summary>
    public List<byte[]>? Follow { get; set; }
}
