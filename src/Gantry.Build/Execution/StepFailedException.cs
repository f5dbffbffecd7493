using Gantry.Shim;

namespace Gantry.Build.Execution;

/// <summary>A command of a build has ended with another code than 0.</summary>
public sealed class StepFailedException : Exception
{
    public StepFailedException(string title, IReadOnlyList<string> arguments, ExitStatus exit)
        : base($"The command '{string.Join(' ', arguments)}' returned a non-zero code: {exit.Code}"
            + (exit.OomKilled ? ": it was killed for want of memory" : "")) =>
        (Title, Arguments, Code) = (title, arguments, exit.Code);

    /// <param name="platform">Of several: the one that it was made for.</param>
    public StepFailedException(StepFailedException step, string platform) : base($"{platform}: {step.Message}", step) =>
        (Title, Arguments, Code, Platform) = (step.Title, step.Arguments, step.Code, platform);

    /// <summary>The instruction as it is written.</summary>
    public string Title { get; }
    /// <summary>What was executed.</summary>
    public IReadOnlyList<string> Arguments { get; }
    public int Code { get; }
    /// <summary>Of a build for several; empty for the only one.</summary>
    public string Platform { get; } = "";
}
