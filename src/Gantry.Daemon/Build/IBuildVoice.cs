using Gantry.Build.Dockerfile.Checks;
using Gantry.Build.Dockerfile.Stages;
using Gantry.Build.Solver;

namespace Gantry.Daemon.Build;

/// <summary>How a build is told to its client, whichever door it came by.</summary>
internal interface IBuildVoice
{
    /// <summary>Whether it wants to hear what the checks of the Dockerfile find.</summary>
    bool HearsChecks { get; }

    /// <summary>What the checks have found.</summary>
    void Found(IReadOnlyList<BuildWarning> warnings);

    /// <summary>A line that is no step's.</summary>
    void Say(string text);

    /// <summary>The steps are known, and the first begin.</summary>
    /// <param name="builds">One for each platform; they go on side by side.</param>
    /// <returns>Who is told of each.</returns>
    IReadOnlyList<IBuildProgress> Begin(BuildFile file, IReadOnlyList<SolvedBuild> builds);

    /// <summary>All steps of one of them are done.</summary>
    void Solved(int which);

    /// <summary>It has failed, or was called off; the reason comes after this.</summary>
    void Fail();

    /// <summary>The build's cache goes to where it is wanted.</summary>
    /// <param name="export">Gets who writes an archive to the client.</param>
    Task CacheAsync(Func<Action<Action<Stream>>, Task> export);
}
