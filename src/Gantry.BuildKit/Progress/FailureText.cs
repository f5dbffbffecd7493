using Gantry.Build.Dockerfile.Lexing;
using Gantry.Build.Execution;
using Gantry.Linux;

namespace Gantry.BuildKit.Progress;

/// <summary>Why a build has failed, in the words of BuildKit where it has some.</summary>
public static class FailureText
{
    public static string Of(Exception e) => e switch
    {
        StepFailedException step => (step.Platform.Length > 0 ? step.Platform + ": " : "")
            + $"process \"{string.Join(' ', step.Arguments)}\" did not complete successfully: exit code: {step.Code}",
        DockerfileException dockerfile => dockerfile.Reason,
        _ => Failure.Text(e),
    };
}
