using Gantry.Build.Dockerfile.Lexing;
using Gantry.Build.Execution;

namespace Gantry.Daemon.Build;

/// <summary>Why one of several platforms could not be built, with the platform in front.</summary>
internal static class PlatformFailure
{
    /// <returns>Null for what says nothing of the build, as that it was called off.</returns>
    public static Exception? Of(Exception e, string platform) => e switch
    {
        StepFailedException step => new StepFailedException(step, platform),
        DockerfileException dockerfile => new GantryException(ErrorKind.InvalidArgument, $"{platform}: {dockerfile.Reason}", e),
        GantryException known => new GantryException(known.Kind, $"{platform}: {known.Message}", e),
        _ => null,
    };
}
