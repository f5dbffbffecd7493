namespace Gantry.Linux.Processes;

/// <summary>How a process ended.</summary>
/// <param name="Code">0–255, or 128 + signal as a shell reports it.</param>
/// <param name="Signal">0 when it ended by itself.</param>
public readonly record struct ExitResult(int Code, int Signal);
