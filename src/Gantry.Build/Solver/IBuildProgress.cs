using Gantry.Build.Graph;

namespace Gantry.Build.Solver;

/// <summary>Told how far a build is. Steps that do not depend on each other go on side by side, so calls come from several
/// threads.</summary>
public interface IBuildProgress
{
    /// <summary>What came out of it earlier is taken.</summary>
    void Cached(Vertex vertex, StepOutcome outcome);

    /// <param name="id">What it is called while it is at work.</param>
    void Started(Vertex vertex, string id);

    /// <summary>What a command has written.</summary>
    void Output(Vertex vertex, ReadOnlyMemory<byte> text, bool isError);

    void Finished(Vertex vertex, StepOutcome outcome);

    /// <summary>It has not come to an outcome: it failed, or was called off because another one did.</summary>
    void Failed(Vertex vertex, Exception reason)
    {
    }
}
