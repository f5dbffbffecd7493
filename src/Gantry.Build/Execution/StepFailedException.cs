using Gantry.Shim;

namespace Gantry.Build.Execution;

/// <summary>A command of a build has ended with another code than 0.</summary>
public sealed class StepFailedException(string title, IReadOnlyList<string> arguments, ExitStatus exit)
    : Exception($"The command '{string.Join(' ', arguments)}' returned a non-zero code: {exit.Code}"
        + (exit.OomKilled ? ": it was killed for want of memory" : ""))
{
    /// <summary>The instruction as it is written.</summary>
    public string Title { get; } = title;
    /// <summary>What was executed.</summary>
    public IReadOnlyList<string> Arguments { get; } = arguments;
    public int Code { get; } = exit.Code;
}
