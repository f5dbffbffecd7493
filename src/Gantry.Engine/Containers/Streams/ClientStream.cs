namespace Gantry.Engine.Containers.Streams;

/// <summary>A client's two-way byte stream, whatever carries it.</summary>
/// <param name="Input">What the client sends; its end is the end of stdin, and says nothing about <paramref name="Output"/>.</param>
/// <param name="Output">What the client receives.</param>
/// <param name="Gone">Cancelled when the client has vanished.</param>
public sealed record ClientStream(Stream Input, Stream Output, CancellationToken Gone);

/// <summary>Which streams a client wants.</summary>
public sealed record AttachOptions
{
    public bool Stdin { get; init; }
    public bool Stdout { get; init; }
    public bool Stderr { get; init; }
    /// <summary>First what the log has.</summary>
    public bool Logs { get; init; }
    /// <summary>Then what comes.</summary>
    public bool Stream { get; init; }
    /// <summary>Null or empty: ctrl-p, ctrl-q.</summary>
    public string? DetachKeys { get; init; }
}
