using Gantry.BuildKit.Progress;
using Gantry.BuildKit.Sessions;
using Gantry.Linux.Trees;

namespace Gantry.BuildKit.Solving;

/// <summary>What came of a front end: files and what the image is to say, or an answer to a question alone. It stays until it is disposed.
/// </summary>
public interface ISolvedBuild : IDisposable
{
    /// <summary>The image's configuration; null where nobody has said what that is.</summary>
    byte[]? Configuration { get; }

    /// <summary>It is more than an answer.</summary>
    bool HasFiles { get; }

    /// <summary>Of a build for several platforms, what came of each: they are there as long as this one is. Empty for another build.
    /// </summary>
    IReadOnlyList<ISolvedBuild> Platforms => [];

    /// <summary>What one of several is for; empty for the only one.</summary>
    string Platform => "";

    /// <summary>What it is one of; itself for the only one.</summary>
    ISolvedBuild Whole => this;

    /// <summary>What was asked for beside files, by name.</summary>
    IReadOnlyDictionary<string, byte[]> Answers { get; }

    /// <summary>Shows the files.</summary>
    /// <exception cref="GantryException">Invalid: there are none.</exception>
    Task ReadAsync(Func<DirectoryHandle, Task> read);

    /// <summary>Brings it to where it is wanted.</summary>
    /// <returns>What the client is told, by BuildKit's names.</returns>
    /// <exception cref="GantryException">Invalid, Unsupported: there is no such exporter, or it has no such attribute.</exception>
    Task<IReadOnlyDictionary<string, string>> ExportAsync(ExportOrder order, ClientSession session, BuildStatus status,
        CancellationToken cancellation);
}
