namespace Gantry.Engine.Execs;

/// <summary>How a client starts an exec.</summary>
public sealed record ExecStartOptions
{
    /// <summary>Without any streams.</summary>
    public bool Detach { get; init; }
    /// <summary>Output in frames that tell its streams apart; else bare, without stderr.</summary>
    public bool Framed { get; init; }
    /// <summary>Of the terminal; 0 is not known.</summary>
    public (ushort Rows, ushort Columns) Size { get; init; }
}
