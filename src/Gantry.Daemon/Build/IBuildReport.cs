using Gantry.Build.Solver;

namespace Gantry.Daemon.Build;

/// <summary>Tells a client how far its build is.</summary>
internal interface IBuildReport : IBuildProgress
{
    /// <summary>Before the first step.</summary>
    void Start();

    /// <summary>It has failed, or was called off; the reason comes after this.</summary>
    void End();

    /// <summary>It has succeeded.</summary>
    /// <param name="id">Of the image; empty for nothing.</param>
    /// <param name="names">That it was given.</param>
    void Made(string id, IEnumerable<string> names);
}
