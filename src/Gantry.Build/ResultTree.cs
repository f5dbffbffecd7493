using Gantry.Build.Graph;
using Gantry.Oci.Image;

namespace Gantry.Build;

/// <summary>What a build has made for one of its platforms, in a directory of a result that has several.</summary>
/// <param name="Directory">Empty for the result's own.</param>
/// <param name="Run">That made it; not disposed yet.</param>
public sealed record ResultTree(string Directory, BuildRun Run, BuiltTree Tree)
{
    /// <summary>As BuildKit's clients know it: <c>linux_arm_v7</c>.</summary>
    public static string DirectoryOf(TargetPlatform platform) => platform.ToString().Replace('/', '_');
}
