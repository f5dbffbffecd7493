using Gantry.Build.Graph;
using Gantry.Linux.Trees;

namespace Gantry.Build.Execution;

/// <summary>What is in directories of commands when they are made, of one step.</summary>
internal interface IFirstFiles
{
    /// <summary>Of all that would be copied.</summary>
    /// <param name="place">One that begins with something.</param>
    string DigestOf(CachePlace place);

    /// <param name="directory">Empty.</param>
    void CopyTo(CachePlace place, DirectoryHandle directory, CancellationToken cancellation);
}
